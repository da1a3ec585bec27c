"""Several carriers of calls: the second takes over, and nobody is ever rung by both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

import pytest

from assistant.callbacks.spending import rings_today
from assistant.channels.voice_routes import FIRST_REST, VoiceRoute, VoiceRouter
from assistant.core.errors import CarrierError
from assistant.ringing.setup import build_ringers
from assistant.teaching import Taught
from tests.callbacks.carrier import LoopbackCalls, loopback_calls
from tests.callbacks.office import HERS, STAFF, Office
from tests.houses import trees_learnt

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.understanding.reader import Reader

ZONE = ZoneInfo("Asia/Shanghai")
ASK = "/twilio/ring/staff?c=GH000777&n=1&t=1"
ABROAD = "+85298000001"


@dataclass
class Two:
    """An office whose staff are rung over a first carrier, or a second."""

    office: Office
    first: LoopbackCalls
    second: LoopbackCalls

    def route(self, *, one: tuple[str, ...] = (), most: int | None = None) -> VoiceRouter:
        """As a new process has it."""
        made = rings_today(self.office.house.database, "CA", ZONE)
        routes = [
            VoiceRoute("first", self.first.control(), one, most, made),
            VoiceRoute("second", self.second.control()),
        ]
        router = VoiceRouter(routes, self.office.clock.now)
        self.office.ringers = build_ringers(self.office.house, cast("LoopbackCalls", router))  # type: ignore[arg-type]  # rings only
        return router

    def rung(self) -> tuple[int, int]:
        """How many calls each has made."""
        return len(self.first.made), len(self.second.made)


@pytest.fixture(scope="module")
def learnt() -> Taught:
    """The prompts of the house; nobody is understood here."""
    return Taught(trees_learnt().library, cast("Reader", None))


@pytest.fixture
def two(tmp_path: Path, learnt: Taught) -> Iterator[Two]:
    """Her promise is due, nobody has been rung yet."""
    with ExitStack() as stack:
        office = Office(tmp_path / "data", learnt, stack)
        office.one_person()
        second = stack.enter_context(loopback_calls(office.clock.now))
        office.book()
        office.into_window()
        yield Two(office, office.carrier, second)


def test_the_second_rings_where_the_first_surely_did_not(two: Two) -> None:
    """In the same look: her promise is not late because a carrier refuses us."""
    two.route()
    two.first.next.append(401)
    two.office.look()
    assert (two.office.row().state, two.rung()) == ("ringing_staff", (0, 1))


def test_a_ring_in_doubt_is_given_to_nobody_else(two: Two) -> None:
    """The first rang and did not say so: only its own list is asked, and it has the call."""
    two.route()
    two.first.next.append("ring and fail")
    two.second.list_fails = True
    two.office.look()
    assert two.office.row().state == "unknown"
    two.office.look(seconds=31)
    assert (two.office.row().state, two.rung()) == ("ringing_staff", (1, 0))


def test_a_ring_that_was_never_made_is_given_again(two: Two) -> None:
    """The first one's list has none; by then it rests, and the second rings."""
    two.route()
    two.first.next.append(503)
    two.office.look()
    assert two.office.row().state == "unknown"
    two.office.look(seconds=40)
    assert two.office.row().state == "booked"
    two.office.look(minutes=3)
    assert sum(two.rung()) == 1


@pytest.mark.parametrize("silent", [False, True])
def test_after_a_restart_every_list_is_asked(two: Two, *, silent: bool) -> None:
    """Nobody remembers who was asked: what one has settles it; if it is silent, nobody rings."""
    two.route()
    two.first.next.append("ring and fail")
    two.office.look()
    two.route()
    two.first.list_fails = silent
    for _ in range(3):
        two.office.look(seconds=40)
    assert two.office.row().state == ("unknown" if silent else "ringing_staff")
    assert two.rung() == (1, 0)


def test_a_list_that_is_silent_matters_not_where_another_has_the_ring(two: Two) -> None:
    """The internet is gone, and the call went over our own line."""
    two.route()
    two.first.next.append("ring and fail")
    two.office.look()
    two.route()
    two.second.list_fails = True
    two.office.look(seconds=40)
    assert two.office.row().state == "ringing_staff"


def test_a_number_goes_to_who_serves_it(two: Two) -> None:
    """By its beginning; an extension by anybody; a number that nobody serves by nobody."""
    router = two.route(one=("+852",))
    router.ring(ABROAD, ASK, seconds=5)
    router.ring(STAFF, ASK, seconds=5)
    router.ring("101", ASK, seconds=5)
    assert [call.to for call in two.first.made] == [ABROAD, "101"]
    assert [call.to for call in two.second.made] == [STAFF]
    alone = VoiceRouter([VoiceRoute("first", two.first.control(), ("+852",))], two.first.now)
    with pytest.raises(CarrierError) as refused:
        alone.ring(HERS, ASK, seconds=5)
    assert (refused.value.certain, refused.value.status) == (True, 403)


def test_who_has_no_calls_left_today_makes_none(two: Two) -> None:
    """Counted in the database by whose ids they are, from the site's own midnight."""
    two.route(most=1)
    two.office.look()
    assert two.rung() == (1, 0)
    now = two.office.clock.now()
    database = two.office.house.database
    assert rings_today(database, "CA", ZONE)(now) == 1
    assert rings_today(database, "SI", ZONE)(now) == 0
    assert rings_today(database, "CA", ZONE)(now + timedelta(days=1)) == 0
    two.route(most=1).ring(STAFF, ASK, seconds=5)
    assert two.rung() == (1, 1)


def test_who_fails_is_asked_last_for_a_while(two: Two) -> None:
    """A minute, then two; one ring that it takes ends that. A number it refuses is no failure."""
    router, clock = two.route(), two.office.clock
    two.first.next.extend([401, 401])
    router.ring(STAFF, ASK, seconds=5)
    router.ring(STAFF, ASK, seconds=5)
    assert two.rung() == (0, 2)
    assert list(two.first.next) == [401]
    clock.at += FIRST_REST
    router.ring(STAFF, ASK, seconds=5)
    clock.at += FIRST_REST
    router.ring(STAFF, ASK, seconds=5)
    assert two.rung() == (0, 4)
    clock.at += FIRST_REST
    router.ring(STAFF, ASK, seconds=5)
    assert two.rung() == (1, 4)
    two.first.next.append(400)
    assert router.ring(STAFF, ASK, seconds=5)
    assert two.rung() == (1, 5)
    router.ring(STAFF, ASK, seconds=5)
    assert two.rung() == (2, 5)
    two.second.next.append(401)
    router.fared("first", well=False)
    assert router.ring(STAFF, ASK, seconds=5)
    assert two.rung() == (3, 5)


def test_a_call_is_ended_by_who_made_it(two: Two) -> None:
    """After a restart everybody is told, and who does not know it is no trouble."""
    router = two.route(one=("+852",))
    call = router.ring(STAFF, ASK, seconds=5)
    router.hang_up(call)
    assert (two.first.changed, [sid for sid, _ in two.second.changed]) == ([], [call])
    two.route().hang_up(call)
    assert [sid for sid, _ in two.first.changed] == [call]
