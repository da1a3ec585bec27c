"""The plan's sums against the closed formulas, and the plan against its own promises."""

from __future__ import annotations

import json
from math import factorial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import capacity
from assistant.benchmarks import plan
from assistant.benchmarks import plan_queues as queues
from assistant.benchmarks.plan import PLACES, Assumed
from assistant.benchmarks.running import BenchError
from assistant.core.ladder import Limits


def erlang_b(load: float, places: int) -> float:
    """The closed formula, as in any book."""
    return (load**places / factorial(places)) / sum(
        load**busy / factorial(busy) for busy in range(places + 1)
    )


def erlang_c(load: float, places: int) -> float:
    """The closed formula, below saturation."""
    waits = load**places / factorial(places) * places / (places - load)
    return waits / (sum(load**busy / factorial(busy) for busy in range(places)) + waits)


@given(st.floats(0.01, 60), st.integers(0, 80))
def test_lost_is_erlang_b(load: float, places: int) -> None:
    """The recursion and the closed formula are one."""
    assert queues.lost(load, places) == pytest.approx(erlang_b(load, places), rel=1e-9)


@given(st.floats(0.01, 40), st.integers(1, 60))
def test_waiting_is_erlang_c(load: float, places: int) -> None:
    """Below saturation the closed formula, above it everybody waits."""
    expected = erlang_c(load, places) if load < places else 1.0
    assert queues.waiting(load, places) == pytest.approx(expected, rel=1e-9)


def test_tables_of_the_trade() -> None:
    """25 erlangs on 30 lines lose 5 in a hundred; 1 in a hundred of 10 erlangs takes 18 lines."""
    assert queues.lost(25, 30) == pytest.approx(0.0526, abs=0.0005)
    assert queues.places_for(10, 0.01) == 18
    assert queues.places_for(0, 0.01) == 1


@given(st.floats(0.0, 200), st.floats(0.0005, 1))
def test_places_are_the_fewest_that_do(load: float, share: float) -> None:
    """One fewer would leave too many without."""
    places = queues.places_for(load, share)
    assert queues.lost(load, places) <= share
    assert places == 0 or queues.lost(load, places - 1) > share


@given(st.floats(0.0, 100), st.floats(0.001, 0.9))
def test_people_are_the_fewest_that_do(load: float, share: float) -> None:
    """As many as ring, nobody else, and one fewer would let too many wait."""
    people = queues.people_for(load, share)
    assert queues.waiting(load, people) <= share
    assert people <= 1 or queues.waiting(load, people - 1) > share


@pytest.mark.parametrize(("load", "places"), [(-1.0, 3), (1.0, -1)])
def test_less_than_nothing_is_refused(load: float, places: int) -> None:
    """A mistake in the units is not planned with."""
    with pytest.raises(ValueError, match="0 or more"):
        queues.lost(load, places)
    with pytest.raises(ValueError, match="share above 0"):
        queues.places_for(load, 0.0)


@pytest.mark.parametrize(("load", "places"), [(0.5, 1), (6.0, 9), (20.0, 22)])
def test_what_is_played_comes_out_as_reckoned(load: float, places: int) -> None:
    """One step of the ladder is Erlang B, a queue is Erlang C."""
    limits = Limits(speech=places, keys=0, number=0)
    played = queues.ladder(load, limits, 60_000, 7)
    assert played.shares["carrier"] == pytest.approx(erlang_b(load, places), abs=0.01)
    assert played.most_at_once <= places
    assert queues.queue(load, places, 60_000, 7) == pytest.approx(erlang_c(load, places), abs=0.04)


def test_the_whole_ladder_is_erlang_b_of_all_its_places() -> None:
    """Only who finds every step taken gets the carrier's menu."""
    played = queues.ladder(12, Limits(speech=4, keys=6, number=4), 60_000, 3)
    assert sum(played.shares.values()) == pytest.approx(1)
    assert played.shares["carrier"] == pytest.approx(erlang_b(12, 14), abs=0.01)
    assert played == queues.ladder(12, Limits(speech=4, keys=6, number=4), 60_000, 3)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The plans of a machine that was not measured."""
    return plan.run(tmp_path_factory.mktemp("unmeasured"))


def test_the_plans_keep_their_promises(found: dict[str, Any]) -> None:
    """Formula and play agree, a lost machine is borne, and more offices cost more."""
    office, district, city = found["plans"]
    assert [one["place"] for one in found["plans"]] == [place.name for place in PLACES]
    assert city["busy_hour_calls"] == 10_000
    assert (office["nodes"], office["database_servers"]) == (1, 0)
    assert office["yuan_a_year"]["all"] < district["yuan_a_year"]["all"]
    assert city["yuan_a_year"]["all"] / 3000 < office["yuan_a_year"]["all"]
    for one in found["plans"]:
        for world in one["played"].values():
            not_heard = 1 - world["shares"]["speech"]
            assert not_heard == pytest.approx(world["not_heard_by_erlang_b"], abs=0.02)
        ringing = one["ringing_back"]
        assert ringing["wait_by_erlang_c"] <= Assumed().rings_wait
        assert ringing["wait_played"] == pytest.approx(ringing["wait_by_erlang_c"], abs=0.04)
        assert 1 - one["played"]["busy_hour"]["shares"]["speech"] <= 1.25 * Assumed().unheard
    for one in (district, city):
        assert 1 - one["played"]["one_machine_lost"]["shares"]["speech"] <= 1.25 * Assumed().unheard
        assert one["memory_used_mb_a_node"] < one["memory_mb_a_node"]


def test_every_assumption_can_be_another(tmp_path: Path, found: dict[str, Any]) -> None:
    """A dearer machine makes the plan dearer by just that; longer calls need more machines."""
    dear = plan.run(tmp_path, assume=["machine_yuan=6000"])
    for before, after in zip(found["plans"], dear["plans"], strict=True):
        more = after["yuan_a_year"]["all"] - before["yuan_a_year"]["all"]
        assert more == pytest.approx(before["nodes"] * 3000 / 4, abs=1)
    slow = plan.run(tmp_path, assume=["call_s=300", "machine_mb=16384"])
    assert slow["plans"][2]["nodes"] > found["plans"][2]["nodes"]
    assert slow["plans"][2]["memory_mb_a_node"] == 16384


@pytest.mark.parametrize("wrong", ["machine=1", "call_s", "call_s=", "call_s=-1", "call_s=inf"])
def test_what_is_no_assumption_is_refused(tmp_path: Path, wrong: str) -> None:
    """With the names there are."""
    with pytest.raises(BenchError, match="machine_yuan"):
        plan.run(tmp_path, assume=[wrong])


def test_a_measured_machine_is_planned_with(tmp_path: Path, found: dict[str, Any]) -> None:
    """What `bench calls` has found counts before the guess, and fewer machines do."""
    limits = Limits(speech=60, keys=80, number=20)
    capacity.write(
        tmp_path, capacity.Measured(limits, {}), {"cores": 8, "speech": {"mb_a_call": 2.5}}
    )
    measured = plan.run(tmp_path)
    assert measured["measured"]["speech"] == 60
    assert measured["measured"]["mb_a_call"] == 2.5
    assert measured["plans"][2]["nodes"] < found["plans"][2]["nodes"]
    assert json.loads(json.dumps(measured)) == measured


def test_a_machine_must_hold_a_full_house(tmp_path: Path) -> None:
    """A box that is too small for all its places is not planned with."""
    with pytest.raises(BenchError, match="machine_mb=1024 is too small"):
        plan.run(tmp_path, assume=["machine_mb=1024"])


def table(project: Path, first: str) -> dict[str, list[str]]:
    """Rows of the table of docs/capacity.md whose first row begins so, by their first cell."""
    lines = (project / "docs/capacity.md").read_text("utf-8").split("\n\n")
    (block,) = [part for part in lines if part.startswith(first)]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in block.splitlines()[2:]]
    return {name: rest for name, *rest in cells}


def money(yuan: float) -> str:
    """As the page has it."""
    return f"{yuan:,.0f}"


def test_the_page_tells_the_plan(project: Path, found: dict[str, Any]) -> None:
    """Every figure of the plans in docs/capacity.md is what `bench plan` gives."""
    rows, plans = table(project, "| | one office |"), found["plans"]
    held = {
        "calls in the busiest hour; at the same time, in the mean": [
            f"{one['busy_hour_calls']:{'.1f' if one['offices'] == 1 else ',.0f'}}; "
            f"{one['erlangs']:{fewer}}"
            for one, fewer in zip(plans, (".2f", ".1f", ".0f"), strict=True)
        ],
        "places with speech that it takes": [str(one["speech_places"]) for one in plans],
        "lines of the exchange": [str(one["lines"]) for one in plans],
        "memory used on each": [f"{one['memory_used_mb_a_node'] / 1000:.1f} GB" for one in plans],
        "disk for a year, backups included": [
            f"{plans[0]['disk_gb']:.1f} GB",
            f"{plans[1]['disk_gb']:.0f} GB",
            f"{plans[2]['disk_gb'] / 1024:.1f} TB",
        ],
        "people, if all rings back were made at once": [
            str(one["ringing_back"]["people"]) for one in plans
        ],
    }
    for name, what in {
        "machines and power": ("machines", "power"),
        "database servers": ("database",),
        "lines": ("lines",),
        "texts": ("texts",),
        "ringing back": ("calls_back",),
    }.items():
        sums = [sum(one["yuan_a_year"][part] for part in what) for one in plans]
        held[f"¥ a year: {name}"] = [money(yuan) for yuan in sums]
    held["**¥ a year in all**; of that an office"] = [
        f"**{money(yuan := one['yuan_a_year']['all'])}**; {money(yuan / one['offices'])}"
        for one in plans
    ]
    assert {name: rows[name] for name in held} == held
    machines = rows["machines, two processors and 8 GB each"]
    assert [cell.split(":")[0] for cell in machines] == [str(one["nodes"]) for one in plans]


def test_the_page_tells_the_play(project: Path, found: dict[str, Any]) -> None:
    """So is every row of the table of what was played."""
    rows, held = table(project, "| world |"), {}
    worlds = {
        "busy_hour": "busiest hour",
        "one_machine_lost": "one machine lost",
        "flood": "five times as many calls",
    }
    for one in found["plans"][1:]:
        for world, name in worlds.items():
            played = one["played"][world]
            held[f"{one['place']}, {name}"] = [
                f"{played['erlangs_a_node']:.1f}",
                f"{100 * played['not_heard_by_erlang_b']:.1f} %",
                f"{100 * (1 - played['shares']['speech']):.1f} %",
                f"{100 * played['shares']['carrier']:.0f} %",
            ]
    assert rows == held
