"""How well intents are told apart on public sets: clean, with slips, and with recognition errors.

One threshold a run, the one with the highest balanced accuracy on clean text, used unchanged on all
three kinds of text. *Balanced* is the mean of in-scope accuracy with rejection and of out-of-scope
recall. `all_rows` chooses it on all validation rows, as design/MATCHING.md does; `held_out` on one
half of them and measures on the other. The peers are taught and asked the same rows in the same
run, so that a figure stands beside what others reach.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.benchmarks import cold, noise
from assistant.benchmarks.figures import KINDS, figures
from assistant.benchmarks.peers import peers
from assistant.core.errors import DataError
from assistant.understanding.matcher import IntentMatcher
from assistant.understanding.meanings import known_in
from assistant.understanding.recipe import Recipe, recipe

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

FEW, FULL = "10-shot", "full"
OURS = "matcher"
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
    with_peers: Sequence[str] = (FEW,),
    ablation: bool = False,
    starts: bool = True,
) -> dict[str, Any]:
    """Figures of every set under `data`; `with_peers` names the settings that the peers run in too.

    With `ablation` the matcher is measured without each of its ingredients as well, in few-shot;
    with `starts` fresh processes are timed, one a set and setting.
    Raises `DataError` where a table is missing or malformed.
    """
    runs = []
    for folder in _sets(data):
        for setting in settings:
            for seed in seeds if setting == FEW else seeds[:1]:
                table = _table(folder, setting, seed)
                measured = _measure(table, setting, peered=setting in with_peers, ablated=ablation)
                if starts and seed == seeds[0]:
                    measured |= cold.measure(table, _language(folder))
                runs.append({"set": folder.name, "setting": setting, "seed": seed, **measured})
    return {"runs": runs, "summary": _summary(runs)}


def _sets(data: Path) -> list[Path]:
    found = sorted(path.parent for path in data.glob("*/val.tsv"))
    if not found:
        raise DataError(f"{data}: no folder with a val.tsv; name the folder that holds the sets.")
    return found


def _language(folder: Path) -> str:
    return "zh" if folder.name.endswith("_zh") else "en"


def _table(folder: Path, setting: str, seed: int) -> Path:
    return folder / (f"fewshot10_seed{seed}.tsv" if setting == FEW else "train.tsv")


def _measure(table: Path, setting: str, *, peered: bool, ablated: bool) -> dict[str, Any]:
    folder = table.parent
    language = _language(folder)
    taught, asked = read_rows(table), read_rows(folder / "val.tsv")
    texts = _spoilt(folder, language, asked.texts)
    started = time.perf_counter()
    matcher = IntentMatcher(language).fit(taught.texts, taught.labels)
    fitted = time.perf_counter() - started
    result = {
        "examples": len(taught.texts),
        "intents": len(set(taught.labels)),
        "fit_seconds": round(fitted, 3),
        **_timings(matcher, asked.texts[:TIMED]),
        OURS: figures(_Ours(matcher), texts, asked.labels),
    }
    if peered:
        for name, peer in peers(language).items():
            peer.fit(taught.texts, taught.labels)
            result[name] = figures(peer, texts, asked.labels)
    if ablated and setting == FEW:
        for name, made_of in without(language).items():
            less = IntentMatcher(language, made_of=made_of).fit(taught.texts, taught.labels)
            result[name] = figures(_Ours(less), texts, asked.labels)
    return result


def _spoilt(folder: Path, language: str, texts: list[str]) -> dict[str, list[str]]:
    """The texts by kind."""
    vocabulary = read_rows(folder / "train.tsv").texts
    maker = noise.generator(language, folder.name, vocabulary)
    return dict(zip(KINDS, (texts, maker.slips(texts), maker.recognition(texts)), strict=True))


def without(language: str) -> dict[str, Recipe]:
    """The recipe of a language less one ingredient each, by name."""
    whole = recipe(language)
    lesser = {
        "without_meaning": replace(whole, meaning=0.0),
        "without_nearness": replace(whole, nearness=0.0),
        "without_mending": replace(whole, mends=False),
        "without_names": replace(whole, names=False),
        "with_hesitation": replace(whole, hesitation=True),
    }
    for view in whole.views:
        rest = sum(other.share for other in whole.views if other is not view)
        others = [replace(one, share=one.share / rest) for one in whole.views if one is not view]
        lesser[f"without_{view.terms.__name__}"] = replace(whole, views=tuple(others))
    if not known_in(language):
        del lesser["without_meaning"]
    return lesser


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


def _summary(runs: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Mean balanced accuracy over the seeds, ours first, then peers and ablations, in per cent."""
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
                for subject, found in group[0].items()
                if isinstance(found, dict)
            },
        }
        for (name, setting), group in groups.items()
    ]


def _mean(group: Sequence[dict[str, Any]], subject: str, part: str, kind: str) -> float:
    values = [one[subject][part][kind]["balanced"] for one in group]
    return round(100 * float(np.mean(values)), 1)
