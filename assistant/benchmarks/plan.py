"""`run.py bench plan`: what an office, a district and a city need; docs/capacity.md tells how.

Measured figures and assumptions go in, machines, memory, disk, lines and money come out. What a
call costs is read from the `capacity.json` of the data folder where `run.py bench calls` has
measured this machine; the rest, and what was not measured here, is in `MEASURED`. The ladder is
then played with the machines of each plan: the formulas know one step of it, the play knows all.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final

from assistant import capacity
from assistant.benchmarks import plan_queues as queues
from assistant.benchmarks.community import HOURS
from assistant.benchmarks.running import BenchError
from assistant.core.ladder import Limits

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SEED: Final = 20261129
PLAYED: Final = 60_000
"Calls of a play: the share of one in a thousand is then known to a quarter of itself."
GIGABYTE: Final = 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one machine of two processors does."""

    speech: int
    "Calls heard at the same time."
    keys: int
    number: int
    source: str
    resident_mb: float = 890.0
    "The service with its workers and two languages, before the first call; `bench calls`."
    mb_a_call: float = 7.7
    "A spoken one; `bench calls`."
    texts_a_second: float = 57.0
    "`bench nodes`: one node on PostgreSQL, with the senders on the same two processors."
    bytes_a_contact: float = 11_600.0
    "Rows with their indices, a call or a text; `bench soak`, 1,365 kB for 120 of them."


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumed:
    """What was not measured; every line is a sentence of docs/capacity.md."""

    busy_hour_calls: float = 10_000 / 3_000
    "Of one office: the city of issue 13 has 3,000 offices and 10,000 calls in its busy hour."
    call_s: float = 150.0
    "Two questions with their answers, at the pace old people are spoken to."
    busy_hour_share: float = max(HOURS) / sum(HOURS)
    "Of a day's calls: the simulated community's."
    texts_a_call: float = 0.6
    "`benchmarks/community`: a sixth of contacts are text talks, of three texts each."
    unheard: float = 0.01
    "Calls of the busy hour that may go by keys because no place with speech is free."
    no_line: float = 0.001
    "Calls that may find the exchange's lines taken, in the busy hour."
    texts_full: float = 0.6
    "Of the texts a machine can answer that are planned with."
    kept_days: float = 365.0
    copies: float = 1.5
    "Space for backups, of the database: copies are compressed and the oldest go."
    machine_mb: int = 8192
    machine_yuan: float = 3000.0
    "A small box of two processors, bought; used for four years."
    machine_years: float = 4.0
    server_yuan_a_year: float = 12_000.0
    "The database's: eight processors, 32 GB, a mirrored disk, with its room and power."
    watts: float = 25.0
    yuan_a_kwh: float = 0.6
    line_yuan_a_year: float = 360.0
    "A line of the exchange."
    text_yuan: float = 0.05
    "A part of a text sent."
    calls_back: float = 0.1
    "Of calls, promised a ring back."
    back_min: float = 6.0
    "Of a ring back, both telephones counted: three minutes each."
    minute_yuan: float = 0.1
    rings_wait: float = 0.2
    "Of those promised a ring back, that may wait for somebody free to ring them."


@dataclass(frozen=True, slots=True)
class Place:
    """What is planned for."""

    name: str
    offices: int


PLACES: Final = (Place("office", 1), Place("district", 50), Place("city", 3_000))
MEASURED: Final = Measured(
    speech=23, keys=16, number=5, source="run.py bench calls, 29 November 2026, two processors"
)
"""Where this machine was not measured: one that was busy with other work beside; a quiet one
carries more. It heard English by pocketsphinx; Chinese cost its recogniser a quarter of that."""


def run(data: Path, *, seed: int = SEED, assume: Sequence[str] = ()) -> dict[str, Any]:
    """The plans, with the figures they stand on; `data` is only read.

    `assume` puts other numbers in the place of `Assumed`, as `machine_yuan=3500`. Raises
    `BenchError` for a name that it has not, for what is no number above 0, and for a machine whose
    memory does not hold a full house.
    """
    measured, assumed = _measured(data), _assumed(assume)
    return {
        "measured": asdict(measured),
        "assumed": asdict(assumed),
        "seed": seed,
        "plans": [plan(place, measured, assumed, seed) for place in PLACES],
    }


def plan(place: Place, measured: Measured, assumed: Assumed, seed: int) -> dict[str, Any]:
    """What one place needs."""
    calls = place.offices * assumed.busy_hour_calls
    load = calls * assumed.call_s / 3600
    heard = queues.places_for(load, assumed.unheard)
    lines = queues.places_for(load, assumed.no_line)
    nodes = _nodes(place, load, measured, assumed)
    memory = nodes * (measured.resident_mb + measured.mb_a_call * lines / nodes)
    disk = _disk_gb(calls, measured, assumed)
    return {
        "place": place.name,
        "offices": place.offices,
        "busy_hour_calls": round(calls, 1),
        "erlangs": round(load, 2),
        "speech_places": heard,
        "lines": lines,
        "nodes": nodes,
        "database_servers": 0 if nodes == 1 else 2,
        "memory_used_mb_a_node": round(memory / nodes),
        "memory_mb_a_node": assumed.machine_mb,
        "disk_gb": round(disk, 1),
        "texts_a_second": round(calls * assumed.texts_a_call / 3600, 3),
        "yuan_a_year": _money(calls, lines, nodes, assumed),
        "ringing_back": _ringing(calls, assumed, seed),
        "played": _played(load, nodes, measured, seed),
    }


def _nodes(place: Place, load: float, measured: Measured, assumed: Assumed) -> int:
    """One office has one box, as its line has; where many share, one may fail in the busy hour.

    A proxy deals calls out without knowing which machine has a place, so each machine must carry
    its own share: places of all machines together would promise more than residents get.
    """
    texts = place.offices * assumed.busy_hour_calls * assumed.texts_a_call / 3600
    needed = max(1, math.ceil(texts / (measured.texts_a_second * assumed.texts_full)))
    while queues.lost(load / needed, measured.speech) > assumed.unheard:
        needed += 1
    places = measured.speech + measured.keys + measured.number
    full_mb = math.ceil(measured.resident_mb + places * measured.mb_a_call)
    if full_mb > assumed.machine_mb:
        raise BenchError(
            f"machine_mb={assumed.machine_mb} is too small: with all {places} places taken a "
            f"machine uses {full_mb} MB. Plan with a larger one."
        )
    return needed if place.offices == 1 else needed + 1


def _assumed(given: Sequence[str]) -> Assumed:
    names, found = {field.name: field.type for field in fields(Assumed)}, {}
    for one in given:
        name, _, text = one.partition("=")
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if name not in names or not 0 < number < math.inf:
            raise BenchError(
                f"{one!r} is no assumption: write NAME=NUMBER, a number above 0 and one of these "
                f"names: {', '.join(sorted(names))}."
            )
        found[name] = int(number) if names[name] == "int" else number
    return replace(Assumed(), **found)  # type: ignore[arg-type]  # names and kinds are looked up above


def _ringing(calls: float, assumed: Assumed, seed: int) -> dict[str, Any]:
    """How many people ring back what the busy hour promises, if they began at once and shared it.

    Windows of half a day spread that out (`docs/callbacks.md`): it is the most there can be to do.
    """
    load = calls * assumed.calls_back * assumed.back_min / 2 / 60
    people = queues.people_for(load, assumed.rings_wait)
    return {
        "erlangs": round(load, 3),
        "people": people,
        "wait_by_erlang_c": round(queues.waiting(load, people), 5),
        "wait_played": round(queues.queue(load, people, PLAYED, seed), 5),
    }


def _disk_gb(calls: float, measured: Measured, assumed: Assumed) -> float:
    contacts = calls / assumed.busy_hour_share * (1 + assumed.texts_a_call) * assumed.kept_days
    return contacts * measured.bytes_a_contact * (1 + assumed.copies) / GIGABYTE


def _money(calls: float, lines: int, nodes: int, assumed: Assumed) -> dict[str, int]:
    """By what it is for; the work of people is not in it."""
    year = calls / assumed.busy_hour_share * 365
    parts = {
        "machines": nodes * assumed.machine_yuan / assumed.machine_years,
        "database": 0.0 if nodes == 1 else 2 * assumed.server_yuan_a_year,
        "power": nodes * assumed.watts / 1000 * 24 * 365 * assumed.yuan_a_kwh,
        "lines": lines * assumed.line_yuan_a_year,
        "texts": year * assumed.texts_a_call * assumed.text_yuan,
        "calls_back": year * assumed.calls_back * assumed.back_min * assumed.minute_yuan,
    }
    parts["all"] = sum(parts.values())
    return {name: round(yuan) for name, yuan in parts.items()}


def _played(load: float, nodes: int, measured: Measured, seed: int) -> dict[str, Any]:
    """The busy hour, the same with one machine lost, and five times as many calls.

    A proxy gives each machine its share, so one machine with its share of the load is played.
    """
    limits = Limits(speech=measured.speech, keys=measured.keys, number=measured.number)
    worlds = {"busy_hour": load / nodes, "flood": 5 * load / nodes}
    if nodes > 1:
        worlds["one_machine_lost"] = load / (nodes - 1)
    return {
        name: {
            "erlangs_a_node": round(share, 2),
            "most_at_once": (played := queues.ladder(share, limits, PLAYED, seed)).most_at_once,
            "shares": {step: round(part, 5) for step, part in played.shares.items()},
            "not_heard_by_erlang_b": round(queues.lost(share, measured.speech), 5),
        }
        for name, share in worlds.items()
    }


def _measured(data: Path) -> Measured:
    """This machine's figures where it was measured."""
    found = capacity.read(data)
    if found is None or not found.limits.speech:
        return MEASURED
    kept = json.loads((data / capacity.FILE).read_text("utf-8"))["figures"]
    speech = kept.get("speech") or {}
    return replace(
        MEASURED,
        speech=found.limits.speech,
        keys=found.limits.keys,
        number=found.limits.number,
        source=f"run.py bench calls, {kept.get('cores')} processors",
        mb_a_call=max(0.0, float(speech.get("mb_a_call", MEASURED.mb_a_call))),
    )
