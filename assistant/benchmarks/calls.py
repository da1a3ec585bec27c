"""How many calls this machine carries: measured with the real service, kept as `capacity.json`.

A few calls show what one costs. From that a full house is reckoned and tried: it is too full when
frames are late or replies are slow, and then fewer are tried, down to a single call. Where not even
that was carried nothing is written, and the guess of `capacity` stays. Three kinds are measured:
keys only, with speech (the caller speaks 30 % of the time), and many short calls one after the
other. Beside every cost stands that of the recogniser alone on the same sentences.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant import capacity
from assistant.benchmarks import bare, sounds
from assistant.benchmarks.apart import ROOT
from assistant.benchmarks.callers import QUIET, Callers, Script
from assistant.benchmarks.rounds import Round, measure
from assistant.benchmarks.running import MEGABYTE, service
from assistant.config import load_config
from assistant.core.ladder import Limits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.benchmarks.running import RunningService
    from assistant.benchmarks.sounds import Material

LOOP_SHARE = 0.7
"Of one processor: what the one media loop may be busy; above it frames begin to wait."
MACHINE_SHARE = 0.8
"Of all processors."
LATE_SHARE = 0.001
"Frames that may be late in a house that counts as carried; the goal itself is none."
SLOWEST_REPLY_S = 0.6
NEAR_ENOUGH = 0.15
"The search ends where what is carried and what is not lie so close together, as a share."
BY_KEYS = tuple(
    Script(
        (QUIET,) * 400, (((100 + at) % 400, "#"), ((250 + at) % 400, "1"), ((350 + at) % 400, "*"))
    )
    for at in range(0, 400, 8)
)
"""A key every two or three seconds: what somebody in a hurry presses, and more than residents do.
No two of fifty callers press theirs at the same moment."""
KEYS_PART = 0.8
"Of the places that speech leaves free, for keys; the rest leave their number."
SPEECH_PART = 0.8
"Of the loop at the most, so that a house full of speech still has cheaper places."
FEWEST = 2
"Places by keys and for numbers that any machine has."


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much is tried; tests try less."""

    first: int = 8
    "Calls that show what one costs."
    seconds: float = 15.0
    most: int = 250
    "No more are rung even if they would fit."
    tries: int = 8
    in_a_row: int = 1000
    at_once: int = 20
    "Of the calls in a row."


def run(data: Path, plan: Plan | None = None) -> dict[str, Any]:
    """Measure, write `data/capacity.json`, and return the figures.

    `limits` is null, and nothing is written, where not even one call was carried in time.
    Raises `BenchError` when the service does not start, and whatever is wrong with the settings.
    """
    plan = plan or Plan()
    config = load_config(ROOT / "config.yaml")
    with tempfile.TemporaryDirectory(prefix="bench-calls-") as folder:
        scratch = Path(folder)
        material = sounds.prepare(config, ROOT, data, scratch / "callers")
        alone = bare.measure(material)
        with service(data, scratch / "keys", speech=0) as running:
            keys = _fill(running, BY_KEYS, plan)
            growth = asyncio.run(_in_a_row(running, plan))
        speech: list[Round] = []
        if material.models:
            with service(data, scratch / "speech") as running:
                speech = _fill(running, talkers(material), plan)
    limits = _limits(keys, speech) if material.models else _limits(keys, None)
    figures = {
        "cores": os.cpu_count(),
        "bare": {language: asdict(found) for language, found in alone.items()},
        "keys": _summary(keys),
        "speech": _summary(speech) | _beside(speech, alone) if speech else None,
        "in_a_row": growth,
        "limits": asdict(limits) if limits is not None else None,
    }
    if limits is not None:
        names = {language: path.name for language, path in material.models.items()}
        data.mkdir(parents=True, exist_ok=True)
        capacity.write(data, capacity.Measured(limits, names), figures)
    return figures


def talkers(material: Material) -> tuple[Script, ...]:
    """Callers of every language that is heard, no two at the same place of what they say."""
    return tuple(
        Script.of(sounds.monologue(material.sentences[language], first))
        for first in range(max(len(said) for said in material.sentences.values()))
        for language in material.models
        if material.sentences.get(language)
    )


def _fill(running: RunningService, scripts: Sequence[Script], plan: Plan) -> list[Round]:
    """The first round, and then as many others as it takes to find a full house that is carried."""
    rounds: list[Round] = []
    for _ in range(plan.tries + 1):
        calls = _next(rounds, plan)
        if calls is None:
            break
        rounds.append(measure(running, scripts, calls, plan.seconds))
    return rounds


def _next(rounds: Sequence[Round], plan: Plan) -> int | None:
    """How many calls to try now; `None` when the search is over."""
    if not rounds:
        return plan.first
    carried = max((tried.calls for tried in rounds if _carried(tried)), default=0)
    refused = min((tried.calls for tried in rounds if not _carried(tried)), default=None)
    if len(rounds) == 1:
        fitting = min(_fitting(rounds[0]), plan.most)
        calls = fitting if refused is None else min(fitting, refused // 2)
        return calls if calls not in {0, carried} else None
    if refused is None or refused - carried <= max(1, NEAR_ENOUGH * carried):
        return None
    return (carried + refused) // 2


def _fitting(first: Round) -> int:
    """How many calls of this cost the machine should carry."""
    cores = os.cpu_count() or 1
    loop = LOOP_SHARE / (first.front_ms / 1000)
    return max(1, int(min(loop, MACHINE_SHARE * cores / first.cpu_s)))


def _carried(tried: Round) -> bool:
    slow = tried.reply_p95_s is not None and tried.reply_p95_s > SLOWEST_REPLY_S
    late = not tried.frames or tried.late_frames > LATE_SHARE * tried.frames
    return not slow and not tried.dropped and not late


def _limits(keys: Sequence[Round], speech: Sequence[Round] | None) -> Limits | None:
    """The ladder: what is carried with speech, and by keys what the loop has left beside it.

    `speech` is `None` where there is no model to hear with. `None` for what was not measured.
    """
    by_keys = _fullest(keys)
    if by_keys is None:
        return None
    heard, used = 0, 0.0
    if speech is not None:
        talks = _fullest(speech)
        if talks is None:
            return None
        each = talks.front_ms / by_keys.front_ms
        heard = max(1, min(talks.calls, int(SPEECH_PART * by_keys.calls / each)))
        used = heard * each
    left = max(FEWEST, int(by_keys.calls - used))
    numbers = max(1, left - int(left * KEYS_PART))
    return Limits(speech=heard, keys=left - numbers, number=numbers)


def _fullest(rounds: Sequence[Round]) -> Round | None:
    """The round of most calls that was carried."""
    carried = [tried for tried in rounds if _carried(tried)]
    return max(carried, key=lambda tried: tried.calls, default=None)


def _summary(rounds: Sequence[Round]) -> dict[str, Any]:
    cheapest = min(tried.cpu_s for tried in rounds)
    few, many = min(rounds, key=_calls), max(rounds, key=_calls)
    more = max(1, many.calls - few.calls)
    fullest = _fullest(rounds)
    return {
        "carried": None if fullest is None else fullest.calls,
        "calls_per_core_by_cost": round(1 / cheapest, 1),
        "mb_a_call": round((many.resident_mb - few.resident_mb) / more, 2),
        "rounds": [tried.as_json() for tried in rounds],
    }


def _calls(tried: Round) -> int:
    return tried.calls


def _beside(speech: Sequence[Round], alone: dict[str, bare.Bare]) -> dict[str, float]:
    """The cost of a call in units of recognising, by itself, what was said in it."""
    if not alone:
        return {}
    recognising = sounds.SPEAKING_SHARE * sum(b.cpu_share for b in alone.values()) / len(alone)
    return {"times_bare_recogniser": round(speech[-1].cpu_s / recognising, 2)}


async def _in_a_row(running: RunningService, plan: Plan) -> dict[str, Any]:
    """Short calls, `at_once` at a time; memory after the first tenth and at the end."""
    callers, resident = Callers(running), [running.cost().resident]
    rounds = max(2, plan.in_a_row // plan.at_once)
    for number in range(rounds):
        for _ in range(plan.at_once):
            await callers.ring(BY_KEYS[0])
        await callers.talk(0.3)
        callers.hang_up()
        if number + 1 in {max(1, rounds // 10), rounds}:
            await asyncio.sleep(1)
            resident.append(running.cost().resident)
    _, early, last = resident
    return {
        "calls": rounds * plan.at_once,
        "growth_mb": round((last - early) / MEGABYTE, 2),
        "in_progress_after": int(running.counted('assistant_calls{rung="keys"}')),
    }
