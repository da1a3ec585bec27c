"""What the store of callbacks promises, on SQLite and on a real PostgreSQL server."""

from __future__ import annotations

import multiprocessing
import threading
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from assistant.callbacks import events
from assistant.callbacks.asking import words_in
from assistant.callbacks.claims import Claims
from assistant.callbacks.people import Person
from assistant.callbacks.roster import Office, Roster
from assistant.callbacks.row import Callback, Claimed, Ring
from assistant.callbacks.store import CallbackStore
from assistant.core.callback import Window
from assistant.database import Database, open_database
from assistant.vault.sources import FILE, KeyFile
from tests.callbacks.rows import LATER, NOW, RULES, WINDOW, wanted

if TYPE_CHECKING:
    from collections.abc import Callable

MINUTE = timedelta(minutes=1)
NEXT = Window(LATER.start + timedelta(days=1), LATER.end + timedelta(days=1))


@pytest.fixture
def store(any_database: Database) -> CallbackStore:
    """An empty store."""
    return CallbackStore(any_database, RULES)


@pytest.fixture
def claims(any_database: Database) -> Claims:
    """Leases over the same database; a meant ring is given up for lost at once."""
    return Claims(any_database, RULES, ring_lease_s=-1)


def booked(store: CallbackStore, number: int = 1, window: Window = WINDOW) -> Callback:
    """A promise that was asked for as many minutes ago as its number says."""
    wish = wanted(number, safe_word="桂花", asked=NOW - number * MINUTE)
    promise = store.reserve(wish, window, 100, NOW, "test")
    assert promise is not None
    return promise


def due(store: CallbackStore, claims: Claims, *numbers: int) -> Claimed | None:
    """Some promises whose window has opened; the one that is claimed first."""
    for number in numbers:
        booked(store, number)
    while claims.open_windows(NOW):
        pass
    return claims.claim("one", 60)


def ring(claims: Claims, claimed: Claimed, party: str = "staff") -> Ring | None:
    """The intent to ring, by whoever claimed it."""
    code = claimed.callback.code
    assert party in {"staff", "resident"}
    if party == "staff":
        return claims.intend(code, claimed.attempt, "staff", claimed.fence, NOW, by="a")
    return claims.intend(code, claimed.attempt, "resident", claimed.fence, NOW)


def test_a_wish_is_kept_once_and_comes_back_as_it_was(store: CallbackStore) -> None:
    """Every field, the windows that were named too; twice is once."""
    wish = wanted(offered=(WINDOW, LATER), next_at=NOW + MINUTE, jump_reason=None)
    kept = store.keep(wish, NOW, "call")
    again = store.keep(wish, NOW + MINUTE, "call")
    lifted = replace(wish, state="offered", lifts_at=NOW, version=1, updated=NOW)
    assert kept == again == store.get(wish.code) == lifted


def test_a_wish_becomes_a_promise_under_its_own_code(store: CallbackStore) -> None:
    """What she said last counts; the moment she first asked stays."""
    store.keep(wanted(), NOW, "call")
    said = wanted(words="水管漏了", asked=NOW, safe_word="桂花")
    promise = store.reserve(said, WINDOW, 1, NOW + MINUTE, "call")
    assert promise == store.get("GH000001")
    assert promise is not None
    assert (promise.state, promise.window, promise.safe_word) == ("booked", WINDOW, "桂花")
    assert (promise.words, promise.asked) == ("水管漏了", NOW - timedelta(days=1))


def test_one_telephone_has_one_open_promise(store: CallbackStore) -> None:
    """Asked for five times, it is the first one with its time; the later wishes end as merged."""
    first = booked(store)
    store_phone = first.phone
    for number in range(2, 6):
        wish = wanted(number, phone=store_phone, safe_word="茉莉")
        assert store.keep(wish, NOW, "call") == first
        assert store.reserve(wish, LATER, 9, NOW, "call") == first
    assert store.open_for(store_phone) == (first,)


def test_a_wish_without_a_time_takes_the_time_of_a_later_one(store: CallbackStore) -> None:
    """It keeps its code and the moment it was asked for."""
    store.keep(wanted(1), NOW, "missed call")
    later = wanted(2, phone=wanted(1).phone, asked=NOW, safe_word="桂花")
    promise = store.reserve(later, WINDOW, 1, NOW, "call")
    assert promise is not None
    assert (promise.code, promise.state, promise.asked) == ("GH000001", "booked", wanted().asked)
    assert store.get("GH000002") is None


def test_another_telephone_named_at_booking_merges_with_its_promise(store: CallbackStore) -> None:
    """The wish under her own number ends as merged; nothing rings twice."""
    other = booked(store, 1)
    store.keep(wanted(2), NOW, "call")
    assert store.reserve(wanted(2, phone=other.phone), LATER, 9, NOW, "call") == other
    mine = store.get("GH000002")
    assert mine is not None
    assert (mine.state, mine.why) == ("cancelled", "merged")


def test_withheld_numbers_are_not_one_telephone(store: CallbackStore) -> None:
    """Two people without a number are two."""
    for number in (1, 2):
        store.keep(wanted(number, phone=""), NOW, "call")
    assert {store.get(f"GH00000{n}") is not None for n in (1, 2)} == {True}


def test_a_full_window_is_refused_and_nothing_is_kept_of_it(store: CallbackStore) -> None:
    """The wish stays as it was; a cancelled promise makes room."""
    booked(store, 1)
    kept = store.keep(wanted(2), NOW, "call")
    assert store.reserve(wanted(2), WINDOW, 1, NOW, "call") is None
    assert store.get("GH000002") == kept
    store.apply("GH000001", events.Cancelled(), NOW, cause="call")
    assert store.reserve(wanted(2), WINDOW, 1, NOW, "call") is not None


def test_moving_frees_the_old_place_and_needs_a_new_one(store: CallbackStore) -> None:
    """A new safe word with the new time; refused where it is full."""
    first = booked(store, 1)
    booked(store, 2, LATER)
    anew = replace(first, safe_word="茉莉")
    assert store.reserve(anew, LATER, 1, NOW, "call") is None
    assert store.get(first.code) == first
    moved = store.reserve(anew, NEXT, 1, NOW, "call")
    assert moved is not None
    assert (moved.code, moved.window, moved.safe_word) == (first.code, NEXT, "茉莉")
    assert store.taken((WINDOW, LATER, NEXT)) == {WINDOW: 0, LATER: 1, NEXT: 1}


def test_her_own_place_does_not_stand_in_her_way(store: CallbackStore) -> None:
    """Booking the same full window again is still her place."""
    first = booked(store, 1)
    assert store.reserve(replace(first, safe_word="茉莉"), WINDOW, 1, NOW, "call") is not None


def test_wishes_take_no_place_and_rings_put_off_do(store: CallbackStore) -> None:
    """A ring put off to the next day counts there."""
    store.keep(wanted(9, offered=(WINDOW,)), NOW, "call")
    booked(store, 1)
    store.apply("GH000001", events.StaffDialled("a", "busy"), WINDOW.end, cause="desk")
    tomorrow = Window(WINDOW.start + timedelta(days=1), WINDOW.end + timedelta(days=1))
    assert store.taken((WINDOW, tomorrow)) == {WINDOW: 1, tomorrow: 1}


def test_an_ended_or_ringing_callback_cannot_be_reserved(
    store: CallbackStore, claims: Claims
) -> None:
    """The conversation tells her that it is being rung, or asks for a new one."""
    claimed = due(store, claims, 1)
    assert claimed is not None
    ring(claims, claimed)
    assert store.reserve(claimed.callback, LATER, 9, NOW, "call") is None
    booked(store, 2)
    store.apply("GH000002", events.Cancelled(), NOW, cause="call")
    assert store.reserve(wanted(2), LATER, 9, NOW, "call") is None


PLACES = 7


def take(store: CallbackStore, number: int) -> str | None:
    """Somebody tries for a place in the same window."""
    promise = store.reserve(wanted(number), WINDOW, PLACES, NOW, "test")
    return None if promise is None else promise.code


def test_threads_never_promise_more_than_there_is(store: CallbackStore) -> None:
    """Twenty at once for seven places."""
    start, got = threading.Barrier(20), list[str | None]()

    def one(number: int) -> None:
        start.wait()
        got.append(take(store, number))

    threads = [threading.Thread(target=one, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(got), len([code for code in got if code])) == (20, PLACES)
    assert store.taken((WINDOW,)) == {WINDOW: PLACES}


def take_some(url: str, keys: Path, first: int) -> None:
    """A process of its own that tries for ten places."""
    database = open_database(url, KeyFile(keys))
    store = CallbackStore(database, RULES)
    for number in range(first, first + 10):
        take(store, number)
    database.close()


def test_processes_never_promise_more_than_there_is(
    store: CallbackStore, database_url: str, tmp_path: Path
) -> None:
    """Four at once, each with connections of its own."""
    fresh, keys = multiprocessing.get_context("spawn"), tmp_path / "keys" / FILE
    ours = [(database_url, keys, number) for number in (0, 100, 200, 300)]
    busy = [fresh.Process(target=take_some, args=each) for each in ours]
    for process in busy:
        process.start()
    for process in busy:
        process.join()
    assert [process.exitcode for process in busy] == [0] * 4
    assert store.taken((WINDOW,)) == {WINDOW: PLACES}


def test_one_telephone_from_many_threads_is_one_promise(store: CallbackStore) -> None:
    """She rings, texts and presses keys at the same moment."""
    start, codes = threading.Barrier(8), Counter[str]()

    def one(number: int) -> None:
        start.wait()
        promise = store.reserve(wanted(number, phone="+8610"), WINDOW, 9, NOW, "test")
        assert promise is not None
        codes[promise.code] += 1

    threads = [threading.Thread(target=one, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(codes.values()) == [8]
    assert len(store.open_for("+8610")) == 1


def test_every_event_is_in_the_history_with_its_cause(store: CallbackStore) -> None:
    """What did not fit too; of staff's decisions the name and the reason; no number, no word."""
    booked(store)
    store.apply("GH000001", events.Talked(5), NOW, cause="webhook")
    store.apply("GH000001", events.Jumped("lan", "alone"), NOW, cause="desk")
    lines = [
        (
            line.seq,
            line.before,
            line.after,
            line.event,
            line.cause,
            line.accepted,
            line.by,
            line.why,
        )
        for line in store.history("GH000001")
    ]
    assert lines == [
        (1, None, "new", "Wanted", "test", True, None, None),
        (2, "new", "booked", "Booked", "test", True, None, None),
        (3, "booked", "booked", "Talked", "webhook", False, None, None),
        (4, "booked", "booked", "Jumped", "desk", True, "lan", "alone"),
    ]


def test_unknown_codes_and_old_fences_change_nothing(store: CallbackStore, claims: Claims) -> None:
    """`None`, and no line of history."""
    claimed = due(store, claims, 1)
    assert claimed is not None
    told = events.Told()
    assert store.apply("XX000000", told, NOW, cause="test") is None
    assert store.apply("GH000001", told, NOW, fence=claimed.fence - 1, cause="test") is None
    assert store.get("GH000001") == claimed.callback
    assert store.apply("GH000001", told, NOW, fence=claimed.fence, cause="test") is not None


def test_claims_go_by_class_then_by_waiting(store: CallbackStore, claims: Claims) -> None:
    """A manual jump goes before all but danger to life; each is claimed once."""
    for number, priority in ((1, "P2"), (2, "P1"), (3, "P2"), (4, "P0"), (5, "P2")):
        wish = wanted(number, priority=priority, asked=NOW - number * MINUTE)
        assert store.reserve(wish, WINDOW, 9, NOW, "test") is not None
    while claims.open_windows(NOW):
        pass
    store.apply("GH000001", events.Jumped("lan", "alone"), NOW, cause="desk")
    given = [claims.claim("one", 60) for _ in range(6)]
    codes = [claimed.callback.code[-1] for claimed in given if claimed is not None]
    assert (codes, given[-1]) == (["4", "1", "2", "5", "3"], None)


def test_a_wish_without_a_time_ages_into_the_class_of_promises(
    store: CallbackStore, claims: Claims
) -> None:
    """After one working day it goes by its waiting alone."""
    store.keep(wanted(1, asked=NOW - timedelta(hours=23), next_at=NOW), NOW, "missed call")
    booked(store, 2)
    while claims.open_windows(NOW):
        pass
    before = claims.claim("one", -1)
    assert before is not None
    assert before.callback.code == "GH000002"
    while claims.open_windows(NOW + timedelta(hours=1)):
        pass
    claimed = claims.claim("one", 60)
    assert claimed is not None
    assert (claimed.callback.code, claimed.callback.priority) == ("GH000001", "P2")


def test_a_lease_is_exclusive_until_it_ends(store: CallbackStore, claims: Claims) -> None:
    """Given back or over, it goes to the next with a higher fence; the old one's word is void."""
    first = due(store, claims, 1)
    assert first is not None
    assert claims.claim("two", 60) is None
    assert claims.extend("GH000001", first.fence, -1)
    second = claims.claim("two", 60)
    assert second is not None
    assert second.fence == first.fence + 1
    assert not claims.extend("GH000001", first.fence, 60)
    assert not claims.release("GH000001", first.fence)
    assert ring(claims, first) is None
    assert claims.release("GH000001", second.fence)
    assert claims.claim("three", 60) is not None


def test_a_future_window_is_not_opened(store: CallbackStore, claims: Claims) -> None:
    """Nothing is due before its moment."""
    booked(store, 1, LATER)
    assert (claims.open_windows(NOW), claims.claim("one", 60)) == (0, None)
    assert claims.open_windows(LATER.start) == 1


def test_many_threads_claim_each_callback_once(store: CallbackStore, claims: Claims) -> None:
    """Six rivals, thirty callbacks."""
    for number in range(30):
        booked(store, number)
    while claims.open_windows(NOW):
        pass
    got = Counter[str]()

    def work(name: str) -> None:
        while (claimed := claims.claim(name, 60)) is not None:
            got[claimed.callback.code] += 1

    threads = [threading.Thread(target=work, args=(str(n),)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(got), set(got.values())) == (30, {1})


def test_a_ring_is_meant_once_for_an_attempt(store: CallbackStore, claims: Claims) -> None:
    """A second intent for the same attempt, by the same or another, is refused."""
    claimed = due(store, claims, 1)
    assert claimed is not None
    staff = ring(claims, claimed)
    assert staff is not None
    assert (staff.state, staff.nth, staff.attempt) == ("placing", 1, 1)
    assert ring(claims, claimed) is None
    store.apply("GH000001", events.StaffAnswered("a"), NOW, cause="webhook")
    assert ring(claims, claimed, "resident") is not None
    assert claims.intend("GH000001", 1, "resident", None, NOW) is None
    assert claims.intend("GH000001", 2, "resident", None, NOW) is None
    assert [r.party for r in store.rings_of("GH000001")] == ["staff", "resident"]


def test_one_of_two_diallers_rings_a_member_of_staff(
    store: CallbackStore, claims: Claims, any_database: Database
) -> None:
    """Chosen by both as they were a moment ago: the second is refused and nothing is written."""
    roster = Roster(any_database, Office(ZoneInfo("Asia/Shanghai"), "CN", list, []))
    roster.add(Person("王芳", "+8657188001241", ("zh",)))
    (chosen,) = roster.staff().people
    first, second = due(store, claims, 1, 2), claims.claim("two", 60)
    assert first is not None
    assert second is not None
    code = second.callback.code
    assert claims.intend(first.callback.code, 1, "staff", first.fence, NOW, by=chosen)
    before = store.history(code)
    assert claims.intend(code, 1, "staff", second.fence, NOW, by=chosen) is None
    assert (store.get(code), store.history(code)) == (second.callback, before)
    (now_rung,) = roster.staff().people
    assert now_rung.rung == NOW
    later = NOW + 9 * MINUTE
    assert claims.intend(code, 1, "staff", second.fence, later, by=now_rung)
    roster.remove("王芳")
    third = due(store, claims, 3)
    assert third is not None
    gone = replace(now_rung, rung=later)
    assert claims.intend(third.callback.code, 1, "staff", third.fence, NOW, by=gone) is None


def test_threads_cannot_ring_her_twice(store: CallbackStore, claims: Claims) -> None:
    """The same webhook in eight threads at once: one intent."""
    claimed = due(store, claims, 1)
    assert claimed is not None
    ring(claims, claimed)
    start, meant = threading.Barrier(8), list[Ring | None]()

    def one() -> None:
        start.wait()
        store.apply("GH000001", events.StaffAnswered("a"), NOW, cause="webhook")
        meant.append(claims.intend("GH000001", 1, "resident", None, NOW))

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([item for item in meant if item is not None]) == 1


def test_a_ring_whose_holder_vanished_is_unknown(store: CallbackStore, claims: Claims) -> None:
    """Nothing rings until the carrier's word; its id, coming late after all, settles it."""
    claimed = due(store, claims, 1)
    assert claimed is not None
    ring(claims, claimed)
    assert claims.expired(NOW) == ()
    claims.extend("GH000001", claimed.fence, -1)
    (lost,) = claims.expired(NOW)
    assert (lost.state, lost.lost, claims.claim("two", 60)) == ("unknown", "staff", None)
    assert claims.expired(NOW) == ()
    assert claims.placed("GH000001", 1, "staff", "CA1", NOW)
    found = store.get("GH000001")
    assert found is not None
    assert (found.state, found.lost) == ("ringing_staff", None)
    assert store.ring_by("CA1") == store.rings_of("GH000001")[0]


def test_a_placed_ring_is_not_lost(store: CallbackStore, claims: Claims) -> None:
    """Its reports will come; that none came is seen as silence."""
    claimed = due(store, claims, 1)
    assert claimed is not None
    ring(claims, claimed)
    claims.placed("GH000001", 1, "staff", "CA1", NOW)
    assert claims.expired(NOW) == ()
    assert claims.silent(NOW) == ()
    assert [row.code for row in claims.silent(NOW + MINUTE)] == ["GH000001"]


def test_a_report_may_be_faster_than_the_carriers_answer(
    store: CallbackStore, claims: Claims
) -> None:
    """The id is added to a ring that is over; the callback stays where the report brought it."""
    claimed = due(store, claims, 1)
    assert claimed is not None
    ring(claims, claimed)
    store.apply("GH000001", events.StaffDidNotAnswer(), NOW, cause="webhook")
    assert claims.placed("GH000001", 1, "staff", "CA1", NOW)
    (kept,) = store.rings_of("GH000001")
    assert (kept.state, kept.carrier_id, kept.reached) == ("over", "CA1", False)
    assert not claims.placed("GH000009", 1, "staff", "CA2", NOW)


def test_staff_may_be_rung_again_for_the_same_attempt(store: CallbackStore, claims: Claims) -> None:
    """Each time under a number of its own."""
    claimed = due(store, claims, 1)
    for minutes in (0, 2):
        assert claimed is not None
        now = NOW + minutes * MINUTE
        meant = claims.intend("GH000001", 1, "staff", claimed.fence, now, by="a")
        assert meant is not None
        store.apply("GH000001", events.StaffDidNotAnswer(), now, cause="webhook")
        while claims.open_windows(now + 2 * MINUTE):
            pass
        claimed = claims.claim("one", 60)
    assert [r.nth for r in store.rings_of("GH000001")] == [1, 2]


def talk(store: CallbackStore, claims: Claims, number: int, *last: events.Event) -> None:
    """From the window to her telephone, and these events after that."""
    claimed = due(store, claims, number)
    assert claimed is not None
    ring(claims, claimed)
    store.apply(claimed.callback.code, events.StaffAnswered("a"), NOW, cause="webhook")
    ring(claims, claimed, "resident")
    for event in last:
        store.apply(claimed.callback.code, event, NOW, cause="webhook")


def test_was_that_you_is_answered_from_the_rings(store: CallbackStore, claims: Claims) -> None:
    """Reached, in vain and by hand; never the rings of staff, nor what never took place."""
    talk(store, claims, 1, events.ResidentAnswered(), events.Talked(30))
    talk(store, claims, 2, events.NoAnswer("busy"))
    talk(store, claims, 3, events.LostTrack("resident"), events.Reconciled(found=False))
    booked(store, 4)
    store.apply("GH000004", events.StaffDialled("a", "talked"), NOW, cause="desk")
    found = [store.rings(wanted(number).phone, NOW - MINUTE) for number in (1, 2, 3, 4)]
    assert [[(r.reached, r.by_staff) for r in rings] for rings in found] == [
        [(True, False)],
        [(False, False)],
        [],
        [(True, True)],
    ]
    assert store.rings(wanted(1).phone, NOW + MINUTE) == ()


def test_the_desk_pages_through_states(store: CallbackStore) -> None:
    """By the moment they were asked for; each page begins behind the last one."""
    for number in range(1, 6):
        booked(store, number)
    first = store.listing(("booked",), limit=3)
    rest = store.listing(("booked",), limit=3, after=(first[-1].asked, first[-1].code))
    assert [row.code[-1] for row in (*first, *rest)] == ["5", "4", "3", "2", "1"]
    assert store.listing(("unknown",)) == ()


def words_in_use(store: CallbackStore) -> frozenset[str]:
    """The safe words of open callbacks."""
    with store._database.read() as connection:
        return words_in(connection)


def test_promises_are_found_by_window_word_and_telephone(store: CallbackStore) -> None:
    """Open ones only, except for the latest of a telephone."""
    first, second = booked(store, 1), booked(store, 2, LATER)
    assert store.open_between(WINDOW.start, LATER.end) == (first, second)
    assert store.open_between(WINDOW.end, LATER.start) == ()
    assert words_in_use(store) == {"桂花"}
    for code in (first.code, second.code):
        store.apply(code, events.Cancelled(), NOW, cause="call")
    assert (words_in_use(store), store.open_for(first.phone)) == (frozenset(), ())
    latest = store.latest(first.phone)
    assert latest is not None
    assert latest.state == "cancelled"


def test_a_new_wish_of_the_same_telephone_after_the_end_is_a_new_promise(
    store: CallbackStore, reopen: Callable[[], Database]
) -> None:
    """Seen by whoever opens the database anew."""
    first = booked(store, 1)
    store.apply(first.code, events.Cancelled(), NOW, cause="call")
    again = wanted(2, phone=first.phone)
    assert store.reserve(again, WINDOW, 9, NOW, "call") is not None
    assert [row.code for row in CallbackStore(reopen()).open_for(first.phone)] == ["GH000002"]
