"""The drill of every night, on a clock that the test moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from assistant.config import load_config
from assistant.drill.carrier import DrillError
from assistant.drill.nightly import Nightly, look_for
from assistant.drill.results import KEPT, DrillStore
from tests.conftest import ROOT
from tests.scenarios.conftest import open_at

if TYPE_CHECKING:
    from assistant.app import House

__all__ = ["open_at"]

EVENING = datetime.fromisoformat("2026-11-25T22:00+08:00")
AT = time(3, 30)


@pytest.fixture
def opened(open_at: Callable[[datetime], Any]) -> tuple[House, Any]:
    """A house in the evening, and its clock."""
    house, clock, _ = open_at(EVENING)
    return house, clock


def test_it_is_held_once_a_night(opened: tuple[House, Any]) -> None:
    """Looked at every ten minutes for two days: at half past three, and then the night after."""
    house, clock = opened
    held: list[datetime] = []
    store = DrillStore(house.database)

    def hold() -> None:
        held.append(clock.now())
        store.keep(clock.now(), {}, good=True, summary="9 of 9")

    nightly = Nightly(house, AT, hold)
    for _ in range(2 * 24 * 6):
        nightly.look()
        clock.advance(timedelta(minutes=10))
    assert [f"{at:%d %H:%M}" for at in held] == ["26 03:30", "27 03:30"]


def test_a_restart_holds_it_no_second_time(opened: tuple[House, Any]) -> None:
    """The result in the store counts, whichever process kept it."""
    house, clock = opened
    clock.advance(timedelta(hours=5, minutes=35))
    DrillStore(house.database).keep(clock.now(), {}, good=False, summary="8 of 9")
    clock.advance(timedelta(minutes=5))
    assert not Nightly(house, AT, lambda: None).due(clock.now())


def test_a_service_started_by_day_does_not_ring(opened: tuple[House, Any]) -> None:
    """The hour is missed: the next night will do."""
    house, clock = opened
    clock.advance(timedelta(hours=11))
    assert not Nightly(house, AT, lambda: None).due(clock.now())


def test_a_new_house_is_not_rung_in_its_first_night(opened: tuple[House, Any]) -> None:
    """Begun within the hour and never drilled: whoever tries it out is left in peace."""
    house, clock = opened
    clock.advance(timedelta(hours=5, minutes=40))
    assert not Nightly(house, AT, lambda: None).due(clock.now())


def test_a_drill_that_cannot_be_held_is_tried_the_next_night(opened: tuple[House, Any]) -> None:
    """No storm of calls on a service that is in trouble already."""
    house, clock = opened
    tries: list[datetime] = []

    def hold() -> None:
        tries.append(clock.now())
        raise DrillError("nobody answers")

    nightly = Nightly(house, AT, hold)
    for _ in range(2 * 24 * 6):
        nightly.look()
        clock.advance(timedelta(minutes=10))
    assert [f"{at:%d %H:%M}" for at in tries] == ["26 03:30", "27 03:30"]


def test_it_is_looked_at_as_long_as_an_hour_is_set(opened: tuple[House, Any]) -> None:
    """Without one it is turned off."""
    house, _ = opened
    assert look_for(house, "http://127.0.0.1:9") is not None
    never = house.config.drill.model_copy(update={"at": ""})
    other = replace(house, config=house.config.model_copy(update={"drill": never}))
    assert look_for(other, "http://127.0.0.1:9") is None


def test_only_the_newest_results_stay(opened: tuple[House, Any]) -> None:
    """The store does not grow for ever; the last one is the newest."""
    house, _ = opened
    store = DrillStore(house.database)
    for day in range(KEPT + 3):
        store.keep(EVENING + timedelta(days=day), {"n": day}, good=True, summary=str(day))
    last = store.last()
    assert last is not None
    assert last.summary == str(KEPT + 2)


@pytest.mark.parametrize("at", ["3:30", "24:00", "night"])
def test_the_hour_is_checked(at: str) -> None:
    """A time that is none stops the start with the name of the setting."""
    with pytest.raises(Exception, match=r"drill\.at"):
        load_config(ROOT / "config.yaml", {"ASSISTANT_DRILL__AT": at})
