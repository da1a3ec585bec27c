from __future__ import annotations

import pytest

from assistant.core.ladder import RUNGS, Limits, Load, Rung, rung

LIMITS = Limits(speech=2, keys=3, number=1)


@pytest.mark.parametrize(
    ("load", "given"),
    [
        (Load(), "speech"),
        (Load(speech=1, keys=3, number=1), "speech"),
        (Load(speech=2), "keys"),
        (Load(speech=2, keys=2), "keys"),
        (Load(speech=2, keys=3), "number"),
        (Load(speech=2, keys=3, number=1), "carrier"),
        (Load(hears=False), "keys"),
        (Load(keys=4, hears=False), "keys"),
        (Load(keys=5, hears=False), "number"),
        (Load(keys=5, number=1, hears=False), "carrier"),
    ],
)
def test_each_call_gets_what_is_left(load: Load, given: Rung) -> None:
    """From a talk down to the carrier's menu; places of speech go by keys when nothing is heard."""
    assert rung(load, LIMITS) == given


def test_a_house_that_fills_never_climbs_and_never_refuses() -> None:
    """Call after call the rung stays or goes down, and the last one holds any number of calls."""
    counts = dict.fromkeys(RUNGS, 0)
    given: list[Rung] = []
    for _ in range(50):
        load = Load(speech=counts["speech"], keys=counts["keys"], number=counts["number"])
        given.append(rung(load, LIMITS))
        counts[given[-1]] += 1
    assert given == sorted(given, key=RUNGS.index)
    assert counts == {"speech": 2, "keys": 3, "number": 1, "carrier": 44}


@pytest.mark.parametrize("left_out", RUNGS[:-1])
def test_a_step_can_be_left_out(left_out: Rung) -> None:
    """A limit of 0 leads straight to the next step."""
    limits = Limits(**{name: 0 if name == left_out else 1 for name in RUNGS[:-1]})
    counts = dict.fromkeys(RUNGS, 0)
    for _ in range(4):
        load = Load(speech=counts["speech"], keys=counts["keys"], number=counts["number"])
        counts[rung(load, limits)] += 1
    assert counts[left_out] == 0
    assert counts["carrier"] == 2
