"""Utterances with a pause whose place and length are known, spliced from speech of two kinds.

*Recorded*: two words of one language by people, from a folder with a `manifest.tsv` (columns
`file`, `lang`, `transcript`). *Spoken*: sentences in two parts by the project's own voices. Edges
are cut where the voice comes within 35 dB of its loudest, so that the pause is as long as it says.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.core.errors import DataError
from assistant.core.ports import SAMPLE_RATE
from assistant.speech.audio import from_ulaw, read_wav, to_ulaw
from assistant.speech.vocabulary import syllables

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from assistant.speech.audio import Samples

    Speak = Callable[[str, str], Awaitable[bytes]]

SPOKEN_DIGITS = 4
"Every so many-th recorded pair is of single syllables."
RANGE_DB = 35.0
EDGE = 80
"Samples of 10 ms at which edges are looked for."
LEAD_S, TAIL_S = 0.6, 4.6
STILL, FAN, TELEVISION = "still", "fan", "television"
BEDS = (STILL, FAN, TELEVISION)
"""What else is on the line: a quiet room, a fan 25 dB below the voice, another voice that talks
without a pause 15 dB below it."""
FAN_DB, TELEVISION_DB, STILL_SIGMA = 25.0, 15.0, 8.0
WHOLE = {
    "zh": [
        ("老年食堂几点开门", "周末也开吗"),
        ("我家的水管漏水了", "就在厨房里"),
        ("明天有没有医生", "我想量血压"),
        ("请给我回个电话", "下午三点以后"),
    ],
    "en": [
        ("when does the canteen open", "is it open on sunday"),
        ("the pipe in my kitchen leaks", "it began this morning"),
        ("is there a doctor tomorrow", "it is about my knee"),
        ("please ring me back", "some time after three"),
    ],
}
"Two parts of which the first would be an answer by itself."
HALF = {
    "zh": [
        ("我想问一下", "老年食堂几点开门"),
        ("就是那个", "修轮椅的地方在哪里"),
        ("我家的水管坏了，然后", "厨房里都是水"),
        ("嗯", "我要看医生"),
    ],
    "en": [
        ("i would like to know", "when the canteen opens"),
        ("it's about the", "grab rails in my bathroom"),
        ("the lift is broken and", "i live on the sixth floor"),
        ("um", "i want to see a doctor"),
    ],
}
"Two parts of which the first asks to be finished."


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of speech, cut to its edges."""

    text: str
    language: str
    samples: Samples


@dataclass(frozen=True, slots=True)
class Pair:
    """Two pieces of one utterance."""

    kind: str
    "`words` and `digits` were recorded; `whole` and `half` are spoken."
    first: Part
    second: Part


@dataclass(frozen=True, slots=True)
class Spliced:
    """A pair with a pause between, on a line that is not silent."""

    pair: Pair
    bed: str
    pause_s: float
    wave: Samples
    edges: tuple[float, float, float, float]
    "Seconds: beginning and end of the first piece, beginning and end of the second."


def recorded_pairs(folder: Path, number: int, chance: np.random.Generator) -> list[Pair]:
    """Pairs of recorded words of one language; none where the folder has no `manifest.tsv`.

    Raises `DataError` for a manifest without the columns.
    """
    table = folder / "manifest.tsv"
    if not table.is_file():
        return []
    with table.open(encoding="utf-8") as opened:
        rows = [row for row in csv.DictReader(opened, delimiter="\t") if _usable(row, table)]
    words = [row for row in rows if syllables(row["transcript"]) > 1]
    digits = [row for row in rows if syllables(row["transcript"]) == 1]
    pairs: list[Pair] = []
    for place in range(number):
        kind, pool = ("digits", digits) if place % SPOKEN_DIGITS == 0 else ("words", words)
        language = "zh" if place % 2 else "en"
        own = [row for row in pool if row["lang"] == language] or pool or rows
        first, second = (_recorded(folder, own[i]) for i in chance.integers(0, len(own), 2))
        pairs.append(Pair(kind, first, second))
    return pairs


def _usable(row: Mapping[str, Any], table: Path) -> bool:
    if None in (row.get("file"), row.get("lang"), row.get("transcript")):
        raise DataError(f"{table}: a row lacks file, lang or transcript; mend the table")
    return not str(row["transcript"]).startswith("{")


def _recorded(folder: Path, row: Mapping[str, str]) -> Part:
    telephone = from_ulaw(to_ulaw(read_wav(folder / row["file"])))
    return Part(row["transcript"], row["lang"], trimmed(telephone))


async def spoken_pairs(speak: Speak) -> list[Pair]:
    """The pairs of `WHOLE` and `HALF`, as the project's voices say them."""
    pairs: list[Pair] = []
    for kind, told in (("whole", WHOLE), ("half", HALF)):
        for language, texts in told.items():
            for both in texts:
                heard = [trimmed(from_ulaw(await speak(text, language))) for text in both]
                parts = [Part(t, language, wave) for t, wave in zip(both, heard, strict=True)]
                pairs.extend(Pair(kind, *two) for two in pairwise(parts))
    return pairs


def trimmed(wave: Samples) -> Samples:
    """The wave without what lies before and after the voice; empty for no sound."""
    levels = _levels(wave)
    if not levels.size or not levels.any():
        return wave[:0]
    loud = np.flatnonzero(levels > levels.max() * 10 ** (-RANGE_DB / 20))
    return wave[loud[0] * EDGE : (loud[-1] + 1) * EDGE]


def splice(
    pair: Pair, pause_s: float, bed: str, babble: Sequence[Samples], chance: np.random.Generator
) -> Spliced:
    """The pair with a pause between, over a bed; `babble` is the far voice's talk."""
    lengths = [LEAD_S, _seconds(pair.first), pause_s, _seconds(pair.second), TAIL_S]
    a, b, c, d, whole = (float(edge) for edge in np.cumsum(lengths))
    wave = chance.normal(0, STILL_SIGMA, round(whole * SAMPLE_RATE))
    near = max(_peak(pair.first.samples), 1.0), max(_peak(pair.second.samples), 1.0)
    for part, at, level in zip((pair.first, pair.second), (a, c), near, strict=True):
        begin = round(at * SAMPLE_RATE)
        wave[begin : begin + part.samples.size] += part.samples * (near[0] / level)
    wave += _bed(bed, near[0], wave.size, babble, chance)
    samples = np.clip(wave, -32000, 32000).astype(np.int16)
    return Spliced(pair, bed, pause_s, from_ulaw(to_ulaw(samples)), (a, b, c, d))


def _bed(
    bed: str, near: float, size: int, babble: Sequence[Samples], chance: np.random.Generator
) -> np.ndarray[Any, np.dtype[np.float64]]:
    if bed == FAN:
        return chance.normal(0, near * 10 ** (-FAN_DB / 20), size)
    if bed == STILL or not babble:
        return np.zeros(size)
    talk = np.concatenate(list(_endless(babble, size, chance)))[:size].astype(np.float64)
    return talk * (near * 10 ** (-TELEVISION_DB / 20) / max(_peak(talk), 1.0))


def _endless(
    babble: Sequence[Samples], size: int, chance: np.random.Generator
) -> Iterator[Samples]:
    left = size
    while left > 0:
        word = babble[int(chance.integers(len(babble)))]
        left -= word.size
        yield word


def _seconds(part: Part) -> float:
    return part.samples.size / SAMPLE_RATE


def _levels(wave: np.ndarray[Any, Any]) -> np.ndarray[Any, np.dtype[np.float64]]:
    rows = wave[: wave.size - wave.size % EDGE].reshape(-1, EDGE).astype(np.float64)
    return np.sqrt(np.square(rows).mean(axis=1)) if rows.size else np.zeros(0)


def _peak(wave: np.ndarray[Any, Any]) -> float:
    """The level of the loudest 10 ms."""
    return float(_levels(wave).max(initial=0.0))
