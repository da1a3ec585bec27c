"""Whether what is heard while the line speaks may cut it short (SENIOR 1.3).

Keys always may and are not asked about here. Danger always may. Other speech may once the first
moments have passed, when it has two syllables or is a command, and is not our own voice come back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.core.ports import FRAME_BYTES, FRAME_MS
from assistant.speech.audio import from_ulaw
from assistant.speech.echo import ECHO, LONGEST_MS, WINDOW_MS, echo_share
from assistant.speech.vocabulary import syllables

if TYPE_CHECKING:
    from assistant.config import ListeningConfig
    from assistant.core.intent import Reading
    from assistant.core.turn import Utterance
    from assistant.deaf import Deaf
    from assistant.listening import Listening
    from assistant.playback import Playback

COMMANDS = ("talk.", "person.")
"Intents that steer the talk: one syllable of them is enough."
MOST_RESUMED = 2
"""A prompt that noise has cut so often is cut by words only: a television near the telephone would
else keep it from ever being heard."""
BETWEEN_WORDS_MS = 200
"A longer silence and she is not speaking now; what she said counts by its words."
_WINDOW, _LONGEST = WINDOW_MS // FRAME_MS, LONGEST_MS // FRAME_MS


class Interruption:
    """The judgement of one call."""

    def __init__(self, settings: ListeningConfig, playback: Playback, confirm_below: float) -> None:
        self._settings, self._playback = settings, playback
        self._confirm_below = confirm_below

    def is_due(self, frame: int, *, goes_on: bool) -> bool:
        """Whether the first moments have passed, or she merely goes on speaking."""
        return goes_on or self._playback.heard_ms(frame) >= self._settings.barge_in_after_s * 1000

    def is_enough(self, listening: Listening | Deaf, *, resumed: int) -> bool:
        """Whether somebody is speaking, and the sound alone is more than a cough."""
        enough = listening.syllables >= self._settings.barge_in_syllables
        speaks = listening.in_turn and listening.silence_ms < BETWEEN_WORDS_MS
        return speaks and enough and resumed < MOST_RESUMED

    def is_echo(self, listening: Listening | Deaf, frame: int, ago: int = 0) -> bool:
        """Whether the sound up to `ago` frames before now is what we played shortly before."""
        heard = listening.latest(_WINDOW + ago)[: _WINDOW * FRAME_BYTES]
        played = self._playback.sounds(frame - ago, _WINDOW + _LONGEST)
        return echo_share(heard, from_ulaw(played)) >= ECHO

    def counts(
        self, heard: Utterance, reading: Reading, *, due: bool, answers: bool, goes_on: bool
    ) -> bool:
        """Whether a few words are worth stopping for.

        `answers`: they answer the open yes-or-no question. `goes_on`: they follow so soon on words
        just answered that they belong to those.
        """
        if reading.safety is not None:
            return True
        if not due or heard.confidence < self._confirm_below:
            return False
        if goes_on or syllables(heard.text) >= self._settings.barge_in_syllables:
            return True
        intent = reading.match.intent or ""
        return answers or (reading.match.accepted and intent.startswith(COMMANDS))
