"""How well pauses in mid-utterance are told from its end, on labelled pauses of 0.5 to 3.5 s.

Each utterance is two pieces of speech with a pause between, on a quiet line, beside a fan, and with
another voice talking 15 dB below (`pauses`). The detector, the endpointer and the rules of the call
run on the sound; the words of a piece count as heard as they were said, since recognition is
measured elsewhere. Three figures:

*Cut off*: the second piece came to be an utterance of its own, or was not heard, though it followed
in under 3 s, or the first asked to be finished. *Begun early*: an answer had begun in the pause
and was taken back. *False waits*: the answer came more than 0.3 s later after the true end than
`end_s` asks for.
"""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.attention import NEVER_MS
from assistant.benchmarks.pauses import BEDS, Pair, Spliced, recorded_pairs, splice, spoken_pairs
from assistant.core.ports import FRAME_MS
from assistant.library import read_yaml
from assistant.speech.endpointing import Endpointer
from assistant.speech.hesitation import Hesitation
from assistant.speech.mouth import Mouth
from assistant.speech.patience import Patience
from assistant.speech.syllables import SyllableCounter
from assistant.speech.voice import voice_settings
from assistant.speech.voice_activity import level_db, voice_activity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.speech.voice_activity import VoiceActivity

ROOT = Path(__file__).parents[2]
PAUSES_S = tuple(float(pause) for pause in np.arange(0.5, 3.51, 0.25))
LANGUAGES = ("zh", "en")
RECORDED = 24
"Pairs of recorded words for every pause and bed."
PATIENT_S = 60.0
"Nobody waits on the telephone for these sentences."
LATE_MS = 300
ONE_UTTERANCE_S = 3.0
"Pieces less than this apart are one utterance (SENIOR 1.3)."
BARGE_IN_END_MS, ENOUGH_SYLLABLES, FAR_DB = 600, 2, 12.0
"As in `config.yaml`."


@dataclass(slots=True)
class Course:
    """What came of one utterance."""

    early: bool = False
    joined: bool = False
    decided_ms: int | None = None
    "When the answer that stands was begun."
    cut_off: bool = False
    missed: bool = False
    "Nothing was heard at all."


def run(
    data: Path,
    *,
    pauses_s: Sequence[float] = PAUSES_S,
    beds: Sequence[str] = BEDS,
    recorded: int = RECORDED,
    patience: Patience | None = None,
) -> dict[str, Any]:
    """Figures over every pause, bed and pair; `data` may hold recordings with a `manifest.tsv`."""
    chance = np.random.default_rng(1)
    pairs = [*asyncio.run(_spoken()), *recorded_pairs(data, recorded, chance)]
    babble = [part.samples for pair in pairs for part in (pair.first, pair.second)]
    hesitations = {
        language: Hesitation.of(language, read_yaml(ROOT / f"intents/{language}/_common.yaml"))
        for language in LANGUAGES
    }
    held, activity = patience or Patience(), voice_activity()
    cells: dict[tuple[str, str, float], list[tuple[Spliced, Course]]] = {}
    for pair, bed, pause_s in product(pairs, beds, pauses_s):
        spliced = splice(pair, pause_s, bed, babble, chance)
        listener = Listener(spliced, held, hesitations[pair.first.language])
        course = listener.follow(activity)
        cells.setdefault((pair.kind, bed, pause_s), []).append((spliced, course))
    return _figures(cells, held)


async def _spoken() -> list[Pair]:
    """The sentences by the project's own voices."""
    voices = {
        language: voice_settings(
            read_yaml(ROOT / f"voices/{language}/voice.yaml")["speaking"],
            f"voices/{language}/voice.yaml",
        )
        for language in LANGUAGES
    }
    with tempfile.TemporaryDirectory() as folder:
        mouth = Mouth(voices, Path(folder), Path(folder), timeout_s=PATIENT_S)
        await mouth.start()
        try:
            return await spoken_pairs(mouth.speak)
        finally:
            await mouth.stop()


class Listener:
    """The rules of a call on one spliced utterance, without its conversation."""

    def __init__(self, spliced: Spliced, patience: Patience, hesitation: Hesitation) -> None:
        self._spliced, self._patience, self._hesitation = spliced, patience, hesitation
        self._waiting = patience.settings(far_db=FAR_DB)
        self._ears = Endpointer(self._waiting)
        self._counter = SyllableCounter()
        self._course = Course()
        self._now_ms = self._ended_ms = self._began_ms = 0
        self._answering = False

    def follow(self, activity: VoiceActivity) -> Course:
        """Listen to the end; the detector may have heard others before."""
        pcm = self._spliced.wave.astype("<i2").tobytes()
        size = FRAME_MS * 16
        for start in range(0, len(pcm) - size + 1, size):
            frame = pcm[start : start + size]
            self._now_ms += FRAME_MS
            self._frame(activity.push(frame), level_db(frame))
        self._course.missed = self._course.decided_ms is None and not self._ears.speaking
        self._course.cut_off = not self._course.missed and self._is_cut_off()
        return self._course

    def _frame(self, speech: float, level: float) -> None:
        heard = self._ears.push(speech, level)
        if not self._ears.stirring:
            self._counter.restart()
        self._counter.push(level, voiced=self._ears.voiced)
        if heard is not None and heard.event == "speech":
            self._began_ms = self._now_ms - heard.frames * FRAME_MS
        ended = heard is not None and heard.event in {"end", "too_long", "given_up"}
        if self._answering:
            counted = self._ears.speaking and self._counter.count >= ENOUGH_SYLLABLES
            if counted or ended:
                self._spoken_to(ended=ended)
        elif heard is not None and ended:
            self._pause(heard.frames if heard.event != "too_long" else 0, heard.event)

    def _pause(self, silent: int, event: str) -> None:
        """She stopped: answer, or wait for the rest."""
        self._ended_ms = self._now_ms - silent * FRAME_MS
        if event == "end" and self._hesitation.unfinished(self._said()):
            self._ears.hold()
            return
        self._answering = True
        self._course.decided_ms = self._now_ms
        self._course.early = self._course.early or self._now_ms < self._spliced.edges[3] * 1000
        self._ears.restart(replace(self._waiting, start_ms=NEVER_MS, end_ms=BARGE_IN_END_MS))

    def _spoken_to(self, *, ended: bool) -> None:
        """Speech while the answer is being given: it belongs to it, or it is something else."""
        if self._began_ms - self._ended_ms < self._patience.join_s * 1000:
            self._answering, self._course.joined = False, True
            self._ears.adjust(self._waiting)
            if ended:
                self._pause(BARGE_IN_END_MS // FRAME_MS, "given_up")
        elif ended:
            self._ears.restart()

    def _said(self) -> str:
        """The words up to now."""
        pair, edges = self._spliced.pair, self._spliced.edges
        heard_both = self._ended_ms > edges[2] * 1000
        gap = "" if pair.first.language == "zh" else " "
        return pair.first.text + (gap + pair.second.text if heard_both else "")

    def _is_cut_off(self) -> bool:
        """Whether the answer that stands does not know of both pieces, though it should."""
        spliced, patience = self._spliced, self._patience
        half = self._hesitation.unfinished(spliced.pair.first.text)
        if spliced.pause_s >= (patience.unfinished_s if half else ONE_UTTERANCE_S):
            return False
        return self._ended_ms < spliced.edges[2] * 1000


def _figures(
    cells: dict[tuple[str, str, float], list[tuple[Spliced, Course]]], patience: Patience
) -> dict[str, Any]:
    every = [item for cell in cells.values() for item in cell]
    shares = [_share([course.cut_off for _, course in cell]) for cell in cells.values()]
    late = [
        ms for spliced, course in every if (ms := _late_ms(spliced, course, patience)) is not None
    ]
    return {
        "utterances": len(every),
        "patience": {"end_s": patience.end_s, "join_s": patience.join_s},
        "cut_off": round(_share([course.cut_off for _, course in every]), 4),
        "cut_off_p95_of_cells": round(float(np.percentile(shares, 95)), 4),
        "missed": round(_share([course.missed for _, course in every]), 4),
        "begun_early": round(_share([course.early for _, course in every]), 4),
        "false_waits": round(_share([ms > LATE_MS for ms in late]), 4),
        "late_ms": {f"p{p}": round(float(np.percentile(late, p))) for p in (50, 95)},
        "by_pause": {
            f"{pause:.2f}": {
                "cut_off": round(_share([c.cut_off for s, c in every if s.pause_s == pause]), 4),
                "begun_early": round(_share([c.early for s, c in every if s.pause_s == pause]), 4),
            }
            for pause in sorted({spliced.pause_s for spliced, _ in every})
        },
        "by_kind": _by(every, "kind"),
        "by_bed": _by(every, "bed"),
    }


def _by(every: Sequence[tuple[Spliced, Course]], what: str) -> dict[str, dict[str, float]]:
    groups: dict[str, list[Course]] = {}
    for spliced, course in every:
        name = spliced.bed if what == "bed" else spliced.pair.kind
        groups.setdefault(name, []).append(course)
    return {
        name: {
            "cut_off": round(_share([course.cut_off for course in courses]), 4),
            "missed": round(_share([course.missed for course in courses]), 4),
        }
        for name, courses in groups.items()
    }


def _late_ms(spliced: Spliced, course: Course, patience: Patience) -> float | None:
    """How much later than asked for the answer was begun; `None` where the end was not heard."""
    if course.decided_ms is None or course.decided_ms < spliced.edges[3] * 1000:
        return None
    return course.decided_ms - (spliced.edges[3] + patience.end_s) * 1000


def _share(flags: Sequence[bool]) -> float:
    return sum(flags) / len(flags) if flags else 0.0
