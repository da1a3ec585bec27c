from __future__ import annotations

import csv
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from assistant.speech.audio import from_ulaw, read_wav, to_ulaw
from assistant.speech.syllables import SyllableCounter
from assistant.speech.vocabulary import syllables
from assistant.speech.voice_activity import SileroActivity, level_db

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.speech.audio import Samples

LOUD, SOFT, ROOM = -20.0, -26.0, -60.0


def counted(levels: list[float], *, voiced: bool = True) -> int:
    """Syllables in frames of these levels."""
    counter = SyllableCounter()
    for level in levels:
        counter.push(level, voiced=voiced and level > ROOM)
    return counter.count


@pytest.mark.parametrize(
    ("levels", "count"),
    [
        ([ROOM] * 20, 0),
        ([LOUD] * 10 + [ROOM] * 5, 1),
        ([LOUD] * 6 + [SOFT] * 4 + [LOUD] * 6 + [ROOM] * 5, 2),
        (([LOUD] * 6 + [SOFT] * 4) * 5, 5),
        ([LOUD] * 6 + [ROOM] * 5 + [-37.0] * 5 + [ROOM] * 5, 1),
    ],
    ids=["silence", "one", "two", "five", "a breath behind"],
)
def test_peaks_with_dips_are_syllables(levels: list[float], count: int) -> None:
    """Each peak that falls off again counts once; much softer ones do not."""
    assert counted(levels) == count


def test_noise_has_no_syllables() -> None:
    """Peaks of what is no speech count for nothing: a cough has none."""
    assert counted(([LOUD] * 6 + [SOFT] * 4) * 5, voiced=False) == 0


def test_a_new_utterance_starts_from_nothing() -> None:
    """After a restart the earlier syllables are forgotten."""
    counter = SyllableCounter()
    for level in [LOUD] * 5 + [ROOM] * 5:
        counter.push(level, voiced=level > ROOM)
    counter.restart()
    assert counter.count == 0


def test_recorded_words_have_about_their_syllables(shared: Path) -> None:
    """Of Mandarin words of two syllables 85 % show two or more, of English digits of one 15 %."""
    audio = shared / "data/audio"
    with (audio / "manifest.tsv").open(encoding="utf-8") as table:
        rows = list(csv.DictReader(table, delimiter="\t"))
    activity = SileroActivity()
    two = [row for row in rows if row["file"].startswith("cmn") and long(row)][::3]
    one = [row for row in rows if row["file"].startswith("fsdd") and not long(row)][::6]
    found = {
        name: [in_recording(audio / row["file"], activity) for row in chosen]
        for name, chosen in (("two", two), ("one", one))
    }
    assert np.mean(np.array(found["two"]) >= 2) >= 0.85
    assert np.mean(np.array(found["one"]) >= 2) <= 0.15


def long(row: dict[str, str]) -> bool:
    """Whether a word has more than one syllable."""
    return syllables(row["transcript"]) > 1


def in_recording(path: Path, activity: SileroActivity) -> int:
    """Syllables counted in a recorded word on a telephone line."""
    quiet: Samples = np.random.default_rng(1).normal(0, 8, 4000).astype(np.int16)
    wave = np.concatenate([quiet, from_ulaw(to_ulaw(read_wav(path))), quiet])
    counter = SyllableCounter()
    for begin, end in pairwise(range(0, wave.size, 160)):
        frame = wave[begin:end].astype("<i2").tobytes()
        counter.push(level_db(frame), voiced=activity.push(frame) >= 0.5)
    return counter.count
