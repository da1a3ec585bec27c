"""How well intents are told apart on public sets: clean, with slips, and with recognition errors.

One threshold a run: the one with the highest balanced accuracy on the clean text of one half of the
validation rows, used unchanged on all three kinds of text of the other half. *Balanced* is the mean
of in-scope accuracy with rejection and of out-of-scope recall. The same is done for TF-IDF with
logistic regression on the same rows, so that a figure stands beside what others reach.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.benchmarks import noise
from assistant.benchmarks.figures import KINDS, figures
from assistant.core.errors import DataError
from assistant.understanding.matcher import IntentMatcher

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

FEW, FULL = "10-shot", "full"
HEADER = "text\tintent"
TIMED = 1000
"""Texts whose matching is timed one by one."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Labelled texts."""

    texts: list[str]
    labels: list[str]


def run(
    data: Path,
    seeds: Sequence[int] = (0, 1, 2),
    settings: Sequence[str] = (FEW, FULL),
    *,
    baseline: Sequence[str] = (FEW,),
) -> dict[str, Any]:
    """Figures of every set under `data`; `baseline` names the settings in which the peer runs too.

    Raises `DataError` where a table is missing or malformed.
    """
    runs = [
        _measure(folder, setting, seed, with_peer=setting in baseline)
        for folder in _sets(data)
        for setting in settings
        for seed in (seeds if setting == FEW else seeds[:1])
    ]
    return {"runs": runs, "summary": _summary(runs)}


def _sets(data: Path) -> list[Path]:
    found = sorted(path.parent for path in data.glob("*/val.tsv"))
    if not found:
        raise DataError(f"{data}: no folder with a val.tsv; name the folder that holds the sets.")
    return found


def _measure(folder: Path, setting: str, seed: int, *, with_peer: bool) -> dict[str, Any]:
    language = "zh" if folder.name.endswith("_zh") else "en"
    table = f"fewshot10_seed{seed}.tsv" if setting == FEW else "train.tsv"
    taught, asked = read_rows(folder / table), read_rows(folder / "val.tsv")
    vocabulary = read_rows(folder / "train.tsv").texts
    maker = noise.generator(language, folder.name, vocabulary)
    texts = {
        "clean": asked.texts,
        "slips": maker.slips(asked.texts),
        "recognition": maker.recognition(asked.texts),
    }
    started = time.perf_counter()
    matcher = IntentMatcher(language).fit(taught.texts, taught.labels)
    fitted = time.perf_counter() - started
    result = {
        "set": folder.name,
        "setting": setting,
        "seed": seed,
        "examples": len(taught.texts),
        "intents": len(set(taught.labels)),
        "fit_seconds": round(fitted, 3),
        **_timings(matcher, asked.texts[:TIMED]),
        "matcher": figures(_Ours(matcher), texts, asked.labels),
    }
    if with_peer:
        result["tfidf_lr"] = figures(_Peer(language, taught), texts, asked.labels)
    return result


def read_rows(path: Path) -> Rows:
    """A table of `text<TAB>intent` with one header line; more columns are ignored."""
    try:
        header, *lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: cannot be read as a table ({error}).") from error
    if not header.startswith(HEADER):
        raise DataError(f"{path}:1: the header must be text<TAB>intent.")
    cells = [line.split("\t") for line in lines if line]
    short = next((number for number, row in enumerate(cells, 2) if len(row) == 1), None)
    if short is not None:
        raise DataError(f"{path}:{short}: a row needs a text, a tab and an intent.")
    return Rows([row[0] for row in cells], [row[1] for row in cells])


def _timings(matcher: IntentMatcher, texts: Sequence[str]) -> dict[str, float]:
    taken = []
    for text in texts:
        started = time.perf_counter()
        matcher.match(text)
        taken.append(1000 * (time.perf_counter() - started))
    p50, p99 = np.percentile(taken, [50, 99])
    return {"p50_ms": round(float(p50), 3), "p99_ms": round(float(p99), 3)}


class _Ours:
    def __init__(self, matcher: IntentMatcher) -> None:
        self._matcher = matcher

    def answers(self, texts: Sequence[str]) -> tuple[list[str | None], Floats]:
        matches = self._matcher.match_many(texts)
        return [match.intent for match in matches], np.array([m.score for m in matches], np.float32)


class _Peer:
    """Character n-grams by TF-IDF into logistic regression: the strongest small peer."""

    def __init__(self, language: str, taught: Rows) -> None:
        # scikit-learn takes a second to load: only those who ask for the peer pay it.
        from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415
        from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

        analyzer, spans = ("char", (1, 3)) if language == "zh" else ("char_wb", (2, 5))
        self._vectors = TfidfVectorizer(analyzer=analyzer, ngram_range=spans, sublinear_tf=True)
        self._model = LogisticRegression(C=20, max_iter=60, tol=1e-3)
        self._model.fit(self._vectors.fit_transform(taught.texts), taught.labels)

    def answers(self, texts: Sequence[str]) -> tuple[list[str | None], Floats]:
        odds = self._model.predict_proba(self._vectors.transform(texts))
        best = [str(self._model.classes_[number]) for number in odds.argmax(axis=1)]
        return list(best), odds.max(axis=1).astype(np.float32)


def _summary(runs: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Mean balanced accuracy over the seeds, ours beside the peer's, in per cent."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for one in runs:
        groups.setdefault((one["set"], one["setting"]), []).append(one)
    return [
        {
            "set": name,
            "setting": setting,
            **{
                subject: {
                    part: {kind: _mean(group, subject, part, kind) for kind in KINDS}
                    for part in ("held_out", "all_rows")
                }
                for subject in ("matcher", "tfidf_lr")
                if subject in group[0]
            },
        }
        for (name, setting), group in groups.items()
    ]


def _mean(group: Sequence[dict[str, Any]], subject: str, part: str, kind: str) -> float:
    values = [one[subject][part][kind]["balanced"] for one in group]
    return round(100 * float(np.mean(values)), 1)
