from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from assistant.callbacks.people import Absence, Person, Shift, Staff, read_shifts, written_shifts
from assistant.callbacks.roster import DEMO, Office, Roster
from assistant.core.callback import Window

if TYPE_CHECKING:
    from assistant.database import Database

ZONE = ZoneInfo("Asia/Shanghai")
WEEK = [{"byday": "MO,TU,WE,TH,FR", "opens_at": "08:30", "closes_at": "17:00"}]
TUESDAY = datetime(2026, 11, 24, 10, tzinfo=ZONE)
HOUR = timedelta(hours=1)
WANG, LI = DEMO


@pytest.fixture
def hours() -> list[dict[str, str]]:
    """The office's hours, which a test may change while the roster is open."""
    return list(WEEK)


@pytest.fixture
def roster(any_database: Database, hours: list[dict[str, str]]) -> Roster:
    """An empty roster."""
    return Roster(any_database, Office(ZONE, "CN", lambda: hours, WEEK))


def names(people: tuple[Person, ...]) -> list[str]:
    """Who, in order."""
    return [person.name for person in people]


def test_a_fresh_house_has_somebody_on_duty(roster: Roster) -> None:
    """Made-up people in the office's hours, and in no others; loaded once."""
    assert roster.on_duty(TUESDAY) == ()
    assert roster.load_demo()
    assert names(roster.on_duty(TUESDAY)) == sorted(person.name for person in DEMO)
    assert roster.on_duty(TUESDAY + 8 * HOUR) == ()
    assert not roster.load_demo()
    assert roster.demo_listed()


def test_an_emptied_roster_stays_empty(roster: Roster) -> None:
    """The made-up people do not come back once the office has sent them home."""
    roster.load_demo()
    assert all(roster.remove(person.name) for person in DEMO)
    assert not roster.load_demo()
    assert roster.staff().people == ()
    assert not roster.demo_listed()


def test_made_up_people_are_never_rung_in_earnest(any_database: Database) -> None:
    """On a real line their numbers may be anybody's: only the office's own are on duty."""
    real = Roster(any_database, Office(ZONE, "CN", lambda: WEEK, WEEK, real=True))
    real.load_demo()
    real.add(replace(WANG, name="王小芳"))
    assert names(real.on_duty(TUESDAY)) == ["王小芳"]
    assert real.demo_listed()


def test_a_person_comes_back_as_written(roster: Roster) -> None:
    """Every field; a name is on the roster once, and may come back after it was removed."""
    joan = Person(
        "Joan",
        "+8657188001299",
        ("en", "zh"),
        (Shift(frozenset({0, 2}), time(9), time(11, 30)),),
        date(2026, 11, 1),
        date(2026, 12, 31),
    )
    assert roster.add(joan)
    assert roster.staff().people == (joan,)
    assert not roster.add(replace(joan, phone="+8657188001298"))
    assert roster.remove("Joan")
    assert not roster.remove("Joan")
    assert roster.add(joan)


def test_who_is_away_is_not_on_duty(roster: Roster) -> None:
    """From the beginning of an absence to its end, or until they are back before it."""
    roster.load_demo()
    assert roster.absent("王芳", Window(TUESDAY - HOUR, TUESDAY + 2 * HOUR))
    assert names(roster.on_duty(TUESDAY)) == ["李明"]
    assert names(roster.on_duty(TUESDAY + 2 * HOUR)) == ["李明", "王芳"]
    assert roster.back("王芳", TUESDAY)
    assert names(roster.on_duty(TUESDAY)) == ["李明", "王芳"]
    assert not roster.back("王芳", TUESDAY)
    assert not roster.absent("nobody", Window(TUESDAY, TUESDAY + HOUR))


def test_an_absence_to_come_is_taken_back(roster: Roster) -> None:
    """Back before it began: it is gone."""
    roster.load_demo()
    roster.absent("王芳", Window(TUESDAY + HOUR, TUESDAY + 2 * HOUR))
    assert roster.back("王芳", TUESDAY)
    assert roster.staff().absences == ()


def test_who_was_rung_longest_ago_is_rung_first(roster: Roster) -> None:
    """Nobody's telephone rings all day while another's is silent; her language goes before."""
    roster.load_demo()
    roster.rung("李明", TUESDAY)
    assert names(roster.on_duty(TUESDAY)) == ["王芳", "李明"]
    roster.rung("王芳", TUESDAY + HOUR)
    assert names(roster.on_duty(TUESDAY + HOUR)) == ["李明", "王芳"]
    roster.rung("李明", TUESDAY + 2 * HOUR)
    assert names(roster.on_duty(TUESDAY + 2 * HOUR, "en")) == ["李明", "王芳"]


def test_the_offices_hours_are_asked_anew(roster: Roster, hours: list[dict[str, str]]) -> None:
    """An import that changes the hours holds at once; without any, the settings' halves do."""
    roster.load_demo()
    hours[:] = [{"byday": "TU", "opens_at": "12:00", "closes_at": "17:00"}]
    assert roster.on_duty(TUESDAY) == ()
    hours[:] = []
    assert len(roster.on_duty(TUESDAY)) == 2


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param("2026-11-24", True, id="Tuesday"),
        pytest.param("2026-11-28", False, id="Saturday"),
        pytest.param("2026-10-01", False, id="National Day"),
        pytest.param("2026-10-10", True, id="Saturday worked instead"),
    ],
)
def test_duty_follows_the_calendar(day: str, expected: bool) -> None:  # noqa: FBT001 - a column of the table
    """Holidays off, make-up workdays on."""
    staff = Staff(ZONE, "CN", read_shifts(WEEK), DEMO)
    moment = datetime.fromisoformat(f"{day}T10:00").replace(tzinfo=ZONE)
    assert bool(staff.on_duty(moment)) == expected


def test_absences_that_overlap_are_taken_out_once() -> None:
    """Two hours of the morning are left of four absences in it."""
    away = [(-1.5, 0.5), (0, 1), (2, 2.5), (2.25, 3)]
    absences = tuple(
        Absence("王芳", Window(TUESDAY + begins * HOUR, TUESDAY + ends * HOUR))
        for begins, ends in away
    )
    staff = Staff(ZONE, "CN", read_shifts(WEEK), (WANG,), absences)
    day = Window(TUESDAY - 1.5 * HOUR, TUESDAY + 4 * HOUR)
    assert staff.minutes(day, day.start) == 120
    assert staff.minutes(day, TUESDAY + 3.5 * HOUR) == 30


@pytest.mark.parametrize(
    "rows",
    [
        None,
        "09:00",
        [{"byday": "XX", "opens_at": "08:30", "closes_at": "17:00"}],
        [{"byday": "MO", "opens_at": "17:00", "closes_at": "08:30"}],
        [{"byday": "MO", "opens_at": "soon"}],
        ["MO"],
    ],
)
def test_hours_nobody_can_read_are_left_out(rows: object) -> None:
    """A community file may hold anything; the line goes on."""
    assert read_shifts(rows) == ()


def test_hours_are_written_as_they_are_read() -> None:
    """There and back."""
    shifts = read_shifts(WEEK)
    assert read_shifts(written_shifts(shifts)) == shifts
    assert shifts[0].days == frozenset(range(5))


def test_utc_moments_are_right_for_another_zone() -> None:
    """Half past eight in New York is half past one in UTC's afternoon, in winter."""
    staff = Staff(ZoneInfo("America/New_York"), "US", read_shifts(WEEK), (LI,))
    (span,) = staff.duty(LI, date(2026, 11, 24))
    assert span.start == datetime(2026, 11, 24, 13, 30, tzinfo=UTC)
