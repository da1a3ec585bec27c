"""When a turn starts and ends, counted in frames of 20 ms. PURE: the clock is the audio itself.

Feed every inbound frame's speech probability and level; an event comes back when something is
decided. After `end`, `given_up`, `no_speech` or `too_long` nothing more is decided until `restart`,
or until `hold`, which goes on with a turn whose words asked for more. The same frames give the same
events, always.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Literal

from assistant.core.ports import FRAME_MS

Event = Literal["speech", "end", "no_speech", "too_long", "waiting", "given_up"]
SILENT_DB = -96.0
"Level of digital silence, the least a 16-bit sample can say."
PEAK_MS = 300
"A voice is as loud as its latest peak: its soft syllables belong to it."
LOUDER_SHARE, SOFTER_SHARE = 0.15, 0.01
"""Of the distance to her voice's peak, what its level moves a frame: half of it in 0.1 s up, so
that one short word tells her from the television, and in 1.4 s down."""
FAR_SPEECH_MS = 500
"Less speech from afar in a whole wait is a slip of the detector."


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointSettings:
    """How long to wait for what. Milliseconds and decibels of full scale."""

    start_ms: int = 8000
    "Wait for the first word: older callers need up to ten times the usual answer time; 12000 slow."
    end_ms: int = 1600
    "Silence that ends a turn: above the 1 s pauses talk tolerates; 800 for yes/no, 2500 slow."
    max_ms: int = 30000
    "Longest turn from its first sound; a recogniser's and a listener's patience."
    back_channel_ms: int = 4000
    "Silence in a turn after which she wants to know that somebody is there."
    unfinished_ms: int = 8000
    "Silence after which a turn that was held is over whatever its words."
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
    far_db: float = 12.0
    "A voice that much below the caller's own is another room's: television, a second person."
    faintest_db: float = -46.0
    "The same before she has spoken: the faintest of 400 recorded telephone words peaks at -40 dB."
    nearer_db: float = 6.0
    "The bar comes down so far when a whole wait brought nothing but a far voice: it may be hers."
    near_decay_db_s: float = 0.2
    "The caller's own level is forgotten slowly: she may turn away from the handset."


@dataclass(frozen=True, slots=True)
class Heard:
    """Something was decided."""

    event: Event
    """`speech`: a turn began, or one that was held goes on. `end`, `given_up` (after `hold`) and
    `too_long`: it is over. `waiting`: a long pause in it, told once. `no_speech`: none began."""
    frames: int
    """For `speech`: how many of the latest frames, this one included, belong to it. For `end`,
    `given_up` and `waiting`: the silent frames at its end. For `too_long`: the frames of the turn.
    For `no_speech`: the frames waited."""


class Endpointer:
    """Decides on one call's turns, one after the other; the line's noise is remembered between."""

    def __init__(self, settings: EndpointSettings | None = None) -> None:
        self._settings = settings or EndpointSettings()
        self._floor_db: float | None = None
        self._near_db: float | None = None
        self._peaks: deque[float] = deque(maxlen=PEAK_MS // FRAME_MS)
        self.voiced = False
        "Whether the latest frame was the caller's speech."
        self.restart()

    def restart(self, settings: EndpointSettings | None = None) -> None:
        """Wait for a new turn from the next frame on, with other settings if given."""
        self._settings = settings or self._settings
        self._frames = 0
        self._recent: list[bool] = []
        self._quiet = 0
        self._resumed = 0
        self._turn = 0
        self._far = 0
        self._over = self._held = self._told = False

    def adjust(self, settings: EndpointSettings) -> None:
        """Go on with the turn that runs, under other settings."""
        self._settings = settings

    def hold(self) -> None:
        """Go on with the turn that has just ended, or take words from elsewhere for one."""
        self._turn = max(1, self._turn)
        self._recent = []
        self._over, self._held = False, True

    @property
    def speaking(self) -> bool:
        """Whether a turn has started and not ended; a held one has not."""
        return self._turn > 0 and not self._over

    @property
    def stirring(self) -> bool:
        """Whether speech was heard of late: a turn runs, or may be about to begin."""
        return self.speaking or any(self._recent)

    @property
    def silence_ms(self) -> int:
        """Silence since the last speech of the running turn, or since waiting began."""
        return (self._quiet if self._turn else self._frames) * FRAME_MS

    @property
    def floor_db(self) -> float:
        """The noise floor as followed so far."""
        return self._settings.quietest_floor_db if self._floor_db is None else self._floor_db

    @property
    def bar_db(self) -> float:
        """Speech whose peaks stay under this is another room's."""
        near, settings = self._near_db, self._settings
        return settings.faintest_db if near is None else near - settings.far_db

    def push(self, speech: float, level_db: float) -> Heard | None:
        """Take one frame: how probably it is speech (0 to 1) and how loud it is.

        Levels below digital silence count as that. Returns what was decided, mostly nothing.
        """
        level_db = max(SILENT_DB, level_db)
        self.voiced = voiced = self._is_hers(float(speech), level_db)
        self._follow(level_db, voiced=voiced)
        if self._over:
            return None
        self._frames += 1
        if self._held:
            return self._holding(voiced=voiced)
        return self._speaking(voiced=voiced) if self._turn else self._waiting(voiced=voiced)

    def _is_hers(self, probability: float, level_db: float) -> bool:
        """Speech above the noise, by a voice whose latest peak is not another room's."""
        settings = self._settings
        needed = settings.off_probability if self._turn else settings.on_probability
        speech = probability >= needed and level_db >= self.floor_db + settings.margin_db
        self._peaks.append(level_db if speech else SILENT_DB)
        near = max(self._peaks) >= self.bar_db
        self._far += speech and not near
        return speech and near

    def _follow(self, level_db: float, *, voiced: bool) -> None:
        """Let the floor follow the quiet at once, noise in time, and the near level the voice."""
        settings = self._settings
        step = settings.floor_rise_db_s * FRAME_MS / 1000
        rising = self.floor_db if voiced else self.floor_db + step
        lowest, highest = settings.quietest_floor_db, settings.loudest_floor_db
        self._floor_db = min(max(min(rising, level_db), lowest), highest)
        self._near_db = self._nearness(voiced=voiced)

    def _nearness(self, *, voiced: bool) -> float | None:
        """The level the peaks of her voice keep around; `None` before she has spoken."""
        near, peak = self._near_db, max(self._peaks)
        if not voiced or not self._turn:
            decay = self._settings.near_decay_db_s * FRAME_MS / 1000
            return None if near is None else max(near - decay, SILENT_DB)
        if near is None:
            return peak
        return near + (peak - near) * (LOUDER_SHARE if peak > near else SOFTER_SHARE)

    def _waiting(self, *, voiced: bool) -> Heard | None:
        begun = self._onset(voiced=voiced)
        if begun is not None:
            self._turn = begun.frames
            return begun
        if self._frames * FRAME_MS >= self._settings.start_ms and not any(self._recent[-5:]):
            self._over = True
            self._come_nearer()
            return Heard("no_speech", self._frames)
        return None

    def _onset(self, *, voiced: bool) -> Heard | None:
        """Whether speech has begun, and with how many of the latest frames."""
        settings = self._settings
        self._recent.append(voiced)
        del self._recent[: -(settings.window_ms // FRAME_MS)]
        if sum(self._recent) * FRAME_MS < settings.min_speech_ms:
            return None
        sounding = len(self._recent) - self._recent.index(True)
        self._quiet = 0
        return Heard("speech", min(self._frames, sounding + settings.preroll_ms // FRAME_MS))

    def _come_nearer(self) -> None:
        """After a wait that brought only a far voice, listen to fainter ones."""
        if self._far * FRAME_MS >= FAR_SPEECH_MS:
            settings = self._settings
            self._near_db = self.bar_db + settings.far_db - settings.nearer_db

    def _holding(self, *, voiced: bool) -> Heard | None:
        self._turn += 1
        self._quiet += 1
        begun = self._onset(voiced=voiced)
        if begun is not None:
            self._held = False
            return begun
        if self._quiet * FRAME_MS >= self._settings.unfinished_ms and not any(self._recent[-5:]):
            self._over = True
            return Heard("given_up", self._quiet)
        return self._long_pause()

    def _long_pause(self) -> Heard | None:
        if self._told or self._quiet * FRAME_MS < self._settings.back_channel_ms:
            return None
        self._told = True
        return Heard("waiting", self._quiet)

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
        return self._long_pause()
