from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from assistant.listening import FED_PAUSE_FRAMES, HELD_FRAMES, Listening
from assistant.speech.audio import frames, read_wav, to_ulaw, ulaw_to_pcm
from assistant.speech.endpointing import EndpointSettings
from assistant.speech.voice_activity import level_db

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from assistant.speech.ears import Ears

PAUSE_S = 3.0
LOUD_DB = -40.0
DECAY_FRAMES = 20
"The detector takes 0.4 s to be sure that she has stopped."


class Ear:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.sound = b""

    def feed(self, pcm: bytes) -> None:
        """Take sound."""
        self.sound += pcm

    def close(self) -> None:
        """Keep it all the same."""


class OneEar:
    """A pool that opens one ear and no other."""

    languages = ("zh",)

    def __init__(self) -> None:
        self.ear = Ear()

    def open(self, _language: str, _vocabulary: str, _more: Sequence[str]) -> Ear:
        """The ear."""
        return self.ear


def quiet(seconds: float, seed: int) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    """A line on which nobody speaks."""
    drawn = np.random.default_rng(seed).normal(0, 8, round(seconds * 8000))
    return drawn.astype(np.int16)


def test_ears_hear_all_words_and_little_of_a_long_pause(shared: Path) -> None:
    """Two words three seconds apart: each is given whole, of the pause the beginning and end."""
    word = read_wav(sorted((shared / "data/audio/cmn_words").glob("*.wav"))[4])
    said = [quiet(0.5, 1), word, quiet(PAUSE_S, 2), word, quiet(2.0, 3)]
    line = [frame for part in said for frame in frames(to_ulaw(part))]
    pool = OneEar()
    listening = Listening(cast("Ears", pool), EndpointSettings(end_ms=8000))
    for frame in line:
        decided = listening.push(frame)
        if decided is not None and decided.event == "speech":
            listening.open(decided, ["zh"], "open", {})
    heard = pool.ear.sound
    parts = [ulaw_to_pcm(frame) for frame in frames(to_ulaw(word))]
    loud = [number for number, part in enumerate(parts) if level_db(part) > LOUD_DB]
    spoken = b"".join(parts[loud[0] : loud[-1] + 1])
    assert heard.count(spoken) == 2
    between = heard.rindex(spoken) - heard.index(spoken) - len(spoken)
    assert between <= (FED_PAUSE_FRAMES + HELD_FRAMES + DECAY_FRAMES) * 320
