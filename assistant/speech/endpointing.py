"""When a turn starts and ends, counted in frames of 20 ms. PURE: the clock is the audio itself.

Feed every inbound frame's speech probability and level; an event comes back when something is
decided. After `end`, `no_speech` or `too_long` nothing more is decided until `restart`. The same
frames give the same events, always.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assistant.core.ports import FRAME_MS

Event = Literal["speech", "end", "no_speech", "too_long"]
SILENT_DB = -96.0
"Level of digital silence, the least a 16-bit sample can say."


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointSettings:
    """How long to wait for what. Milliseconds and decibels of full scale."""

    start_ms: int = 8000
    "Wait for the first word: older callers need up to ten times the usual answer time; 12000 slow."
    end_ms: int = 1600
    "Silence that ends a turn: above the 1 s pauses talk tolerates; 800 for yes/no, 2500 slow."
    max_ms: int = 30000
    "Longest turn from its first sound; a recogniser's and a listener's patience."
    min_speech_ms: int = 120
    """Speech needed before a turn starts. The detector finds none in clicks and coughs, so this
    guards against its single slips; 200 would miss 43 of 240 spoken digits, 120 misses 7."""
    window_ms: int = 500
    "Where `min_speech_ms` must fit in: words have gaps, coughs come apart further."
    resume_ms: int = 60
    "Speech needed to break off an end of turn: a click in a pause does not."
    preroll_ms: int = 300
    "Kept from before the first sound: soft first consonants lie under every threshold."
    on_probability: float = 0.5
    "Speech begins at this probability, the detector's own advice."
    off_probability: float = 0.35
    "Speech goes on down to this: 0.15 less, the detector's own advice."
    margin_db: float = 6.0
    "Speech is twice the noise floor; steady noise never is, once the floor has followed it."
    quietest_floor_db: float = -65.0
    "The floor stops here: lines that send digital silence have breath above it."
    loudest_floor_db: float = -30.0
    "The floor stops here: a caller who shouts without a pause is not noise."
    floor_rise_db_s: float = 10.0
    "The floor climbs while nobody speaks: from a still room to a loud street in three seconds."
    far_db: float = 25.0
    "A voice that much below the caller's own is another room's: television, a second person."
    near_decay_db_s: float = 0.2
    "The caller's own level is forgotten slowly: she may turn away from the handset."


@dataclass(frozen=True, slots=True)
class Heard:
    """Something was decided."""

    event: Event
    frames: int
    """For `speech`: how many of the latest frames, this one included, belong to the turn. For
    `end`: the silent frames at its end. For `too_long`: the frames of the turn. For `no_speech`:
    the frames waited."""


class Endpointer:
    """Decides on one call's turns, one after the other; the line's noise is remembered between."""

    def __init__(self, settings: EndpointSettings | None = None) -> None:
        self._settings = settings or EndpointSettings()
        self._floor_db: float | None = None
        self._near_db = SILENT_DB
        self.restart()

    def restart(self, settings: EndpointSettings | None = None) -> None:
        """Wait for a new turn from the next frame on, with other settings if given."""
        self._settings = settings or self._settings
        self._frames = 0
        self._recent: list[bool] = []
        self._quiet = 0
        self._resumed = 0
        self._turn = 0
        self._over = False

    @property
    def speaking(self) -> bool:
        """Whether a turn has started and not ended."""
        return self._turn > 0 and not self._over

    @property
    def silence_ms(self) -> int:
        """Silence since the last speech of the running turn, or since waiting began."""
        return (self._quiet if self._turn else self._frames) * FRAME_MS

    @property
    def floor_db(self) -> float:
        """The noise floor as followed so far."""
        return self._settings.quietest_floor_db if self._floor_db is None else self._floor_db

    def push(self, speech: float, level_db: float) -> Heard | None:
        """Take one frame: how probably it is speech (0 to 1) and how loud it is.

        Levels below digital silence count as that. Returns what was decided, mostly nothing.
        """
        level_db = max(SILENT_DB, level_db)
        voiced = self._voiced(float(speech), level_db)
        self._follow(level_db, voiced=voiced)
        if self._over:
            return None
        self._frames += 1
        return self._speaking(voiced=voiced) if self._turn else self._waiting(voiced=voiced)

    def _voiced(self, probability: float, level_db: float) -> bool:
        settings = self._settings
        needed = settings.off_probability if self._turn else settings.on_probability
        loud = level_db >= self.floor_db + settings.margin_db
        near = level_db >= self._near_db - settings.far_db
        return probability >= needed and loud and near

    def _follow(self, level_db: float, *, voiced: bool) -> None:
        """Let the floor follow the quiet at once, noise in time, and the near level the voice."""
        settings = self._settings
        step = settings.floor_rise_db_s * FRAME_MS / 1000
        rising = self.floor_db if voiced else self.floor_db + step
        lowest, highest = settings.quietest_floor_db, settings.loudest_floor_db
        self._floor_db = min(max(min(rising, level_db), lowest), highest)
        decayed = self._near_db - settings.near_decay_db_s * FRAME_MS / 1000
        self._near_db = max(decayed, level_db) if voiced else max(decayed, SILENT_DB)

    def _waiting(self, *, voiced: bool) -> Heard | None:
        settings = self._settings
        self._recent.append(voiced)
        del self._recent[: -(settings.window_ms // FRAME_MS)]
        if sum(self._recent) * FRAME_MS >= settings.min_speech_ms:
            sounding = len(self._recent) - self._recent.index(True)
            frames = min(self._frames, sounding + settings.preroll_ms // FRAME_MS)
            self._turn, self._quiet = frames, 0
            return Heard("speech", frames)
        if self._frames * FRAME_MS >= settings.start_ms and not any(self._recent[-5:]):
            self._over = True
            return Heard("no_speech", self._frames)
        return None

    def _speaking(self, *, voiced: bool) -> Heard | None:
        settings = self._settings
        self._turn += 1
        self._resumed = self._resumed + 1 if voiced else 0
        resumed = self._resumed * FRAME_MS >= settings.resume_ms
        self._quiet = 0 if resumed else self._quiet + 1
        if self._quiet * FRAME_MS >= settings.end_ms:
            self._over = True
            return Heard("end", self._quiet)
        if self._turn * FRAME_MS >= settings.max_ms:
            self._over = True
            return Heard("too_long", self._turn)
        return None
