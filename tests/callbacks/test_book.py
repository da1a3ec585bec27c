from __future__ import annotations

import inspect
import random
import time as time_module
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from assistant.callbacks import events
from assistant.callbacks.book import Book
from assistant.callbacks.ledger import Promised, count
from assistant.callbacks.people import Person
from assistant.callbacks.records import Records
from assistant.callbacks.roster import Office, Roster
from assistant.callbacks.rules import Rules
from assistant.callbacks.store import CallbackStore
from assistant.callbacks.windows import Planning
from assistant.core import ports
from assistant.core.callback import Promise, Window, Wish
from assistant.core.interval import Interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.database import Database

ZONE = ZoneInfo("Asia/Shanghai")
WEEK = [{"byday": "MO,TU,WE,TH,FR", "opens_at": "08:30", "closes_at": "17:00"}]
NOW = datetime(2026, 11, 24, 8, tzinfo=ZONE)
"A Tuesday, an hour before the first window."
HOUR = timedelta(hours=1)
WORDS = {"zh": tuple("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳"), "en": ("sunny teapot", "quiet melon")}
PLANNING = Planning(
    morning=(time(9), time(11)),
    afternoon=(time(14), time(17)),
    handling_min=30.0,
    reserve=1.0,
    free_share=1.0,
    days_ahead=7,
    notice_min=30.0,
)
"Four callbacks a morning for one person, six an afternoon."
TUE_MORNING = Window(datetime(2026, 11, 24, 1, tzinfo=UTC), datetime(2026, 11, 24, 3, tzinfo=UTC))
TUE_AFTERNOON = Window(datetime(2026, 11, 24, 6, tzinfo=UTC), datetime(2026, 11, 24, 9, tzinfo=UTC))
WED_MORNING = Window(TUE_MORNING.start + 24 * HOUR, TUE_MORNING.end + 24 * HOUR)


@pytest.fixture
def store(any_database: Database) -> CallbackStore:
    """The store under the book."""
    return CallbackStore(any_database, Rules(zone=ZONE))


@pytest.fixture
def roster(any_database: Database) -> Roster:
    """One person in the office's hours."""
    made = Roster(any_database, Office(ZONE, "CN", lambda: WEEK, WEEK))
    made.add(Person("王芳", "+8657188001241", ("zh",)))
    return made


@pytest.fixture
def book(store: CallbackStore, roster: Roster) -> Book:
    """A book whose chance is the same in every run."""
    return Book(store, roster, PLANNING, WORDS, random.Random(3).choice)  # noqa: S311 - no secret


def wish(number: int = 1, **changes: str) -> Wish:
    """What one resident wants; each number has its own telephone."""
    made = Wish(
        f"GH{number:06d}",
        f"+86138000{number:05d}",
        "zh",
        "case.complain",
        "楼上太吵",
        "voice",
        f"c{number}",
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # only texts are changed


def booked(book: Book, number: int = 1, window: Window = TUE_MORNING) -> Promise:
    """A promise that was given."""
    promise = book.book(wish(number), window, NOW)
    assert promise is not None
    return promise


def counted(promises: Sequence[Promised], now: datetime) -> dict[str, int]:
    """The bins that are not empty."""
    return {which: number for which, number in count(promises, now).items() if number}


def test_the_book_is_the_port(book: Book) -> None:
    """Same methods, same arguments, each documented."""
    for name, method in inspect.getmembers(ports.CallbackBook, inspect.isfunction):
        if not name.startswith("_"):
            ours = inspect.signature(getattr(Book, name))
            assert list(ours.parameters) == list(inspect.signature(method).parameters)
            assert inspect.getdoc(getattr(Book, name))
    port: ports.CallbackBook = book
    assert port.offers(NOW).windows == (TUE_MORNING, TUE_AFTERNOON, WED_MORNING)


def test_a_promise_is_what_was_booked(book: Book) -> None:
    """With window, word and telephone; found by its code and by its telephone."""
    promise = booked(book)
    assert (promise.code, promise.state, promise.window) == ("GH000001", "booked", TUE_MORNING)
    assert promise.safe_word in WORDS["zh"]
    assert (promise.asked, promise.merged) == (NOW, False)
    assert book.get("GH000001") == promise
    assert book.open_for(promise.phone) == (promise,)
    assert book.open_for("+8613999999999") == ()
    assert book.get("GH000099") is None


def test_nothing_beyond_capacity(book: Book) -> None:
    """Four places in a morning; the fifth is refused and no longer offered."""
    for number in range(1, 5):
        booked(book, number)
    assert book.book(wish(5), TUE_MORNING, NOW) is None
    assert book.open_for(wish(5).phone) == ()
    found = book.offers(NOW, Interval(TUE_MORNING.start, TUE_MORNING.end, "window"))
    assert (found.wanted, found.refusal) == (None, "full")
    assert TUE_MORNING not in book.offers(NOW).windows


def test_a_full_week_offers_what_is_left(book: Book) -> None:
    """However far ahead the first window with room lies, it is found."""
    windows = [TUE_MORNING, TUE_AFTERNOON]
    days = (timedelta(days=ahead) for ahead in (1, 2, 3))
    windows += [Window(w.start + day, w.end + day) for day in days for w in windows[:2]]
    numbers = iter(range(1, 100))
    for window in windows:
        while book.book(wish(next(numbers)), window, NOW) is not None:
            pass
    monday = Window(TUE_MORNING.start + timedelta(days=6), TUE_MORNING.end + timedelta(days=6))
    assert book.offers(NOW).windows[0] == monday


def test_many_at_once_get_no_more_than_there_is(book: Book) -> None:
    """Twelve residents book the same morning at the same moment: four have it."""
    with ThreadPoolExecutor(12) as many:
        found = list(many.map(lambda n: book.book(wish(n), TUE_MORNING, NOW), range(1, 13)))
    assert sum(promise is not None for promise in found) == 4


@pytest.mark.parametrize(
    ("window", "now"),
    [
        pytest.param(TUE_MORNING, NOW + 24 * HOUR, id="over"),
        pytest.param(TUE_MORNING, NOW + 2.6 * HOUR, id="ends in less than half an hour"),
        pytest.param(Window(NOW.astimezone(UTC), TUE_MORNING.end), NOW, id="none of the office's"),
        pytest.param(
            Window(TUE_MORNING.start + 480 * HOUR, TUE_MORNING.end + 480 * HOUR), NOW, id="too far"
        ),
        pytest.param(
            Window(TUE_MORNING.start + 96 * HOUR, TUE_MORNING.end + 96 * HOUR), NOW, id="Saturday"
        ),
    ],
)
def test_a_window_nobody_works_in_is_not_promised(
    book: Book, window: Window, now: datetime
) -> None:
    """Whatever the caller hands in, only windows of the plan are promised."""
    assert book.book(wish(), window, now) is None


def test_five_bookings_are_one_promise(book: Book) -> None:
    """Her first one stays, with its time and its word, however often she asks."""
    first = booked(book)
    for number in range(2, 6):
        again = book.book(wish(number, phone=first.phone), WED_MORNING, NOW + HOUR)
        assert again == replace(first, merged=True)
    assert book.open_for(first.phone) == (first,)


def test_the_same_booking_twice_is_the_same_promise(book: Book) -> None:
    """A webhook delivered twice changes nothing, not even the word."""
    first = booked(book)
    assert book.book(wish(), TUE_MORNING, NOW + HOUR / 60) == first


def test_a_wish_is_kept_and_later_booked(book: Book, store: CallbackStore) -> None:
    """Nothing is lost if she hangs up; a booking under the same code is no second callback."""
    asked = book.ask(wish(), NOW, [TUE_MORNING, TUE_AFTERNOON])
    assert (asked.state, asked.window, asked.merged) == ("offered", None, False)
    kept = store.get("GH000001")
    assert kept is not None
    assert kept.next_at == NOW + HOUR, "an hour to choose, then the first window"
    promise = booked(book)
    assert (promise.state, promise.window, promise.asked) == ("booked", TUE_MORNING, NOW)
    assert promise.safe_word != asked.safe_word


def test_a_second_wish_finds_the_first(book: Book) -> None:
    """Asking again keeps the older one, with the moment it was asked for."""
    promise = booked(book)
    assert book.ask(wish(2, phone=promise.phone), NOW + HOUR) == replace(promise, merged=True)


def test_a_moved_promise_has_a_new_word(book: Book) -> None:
    """The old window's place is free again; the telephone's last word is not used."""
    first = booked(book)
    moved = book.change(first.code, WED_MORNING, NOW)
    assert moved is not None
    assert moved.window == WED_MORNING
    assert moved.safe_word != first.safe_word
    for number in range(2, 6):
        booked(book, number)


def test_what_cannot_be_moved_stays(book: Book, store: CallbackStore) -> None:
    """Unknown, full, ended, or a telephone rings for it: nothing is changed."""
    assert book.change("GH000001", WED_MORNING, NOW) is None
    for number in range(1, 5):
        booked(book, number)
    late = booked(book, 5, WED_MORNING)
    assert book.change(late.code, TUE_MORNING, NOW) is None
    assert book.get(late.code) == late
    store.apply("GH000001", events.WindowOpened(), TUE_MORNING.start, cause="test")
    store.apply("GH000001", events.StaffRung("王芳"), TUE_MORNING.start, cause="test")
    assert book.change("GH000001", WED_MORNING, TUE_MORNING.start) is None
    book.cancel("GH000002", TUE_MORNING.start)
    assert book.change("GH000002", WED_MORNING, TUE_MORNING.start) is None


def test_a_cancelled_promise_is_over(book: Book) -> None:
    """Its word is told once more and is dead; its place is free; it cannot be cancelled twice."""
    first = booked(book)
    gone = book.cancel(first.code, NOW)
    assert gone is not None
    assert (gone.state, gone.safe_word) == ("cancelled", first.safe_word)
    after = book.get(first.code)
    assert after is not None
    assert after.safe_word == ""
    assert book.open_for(first.phone) == ()
    assert book.cancel(first.code, NOW) is None
    assert book.cancel("GH000099", NOW) is None


def test_words_are_fresh(book: Book) -> None:
    """No two open promises share one; the next one of a telephone is another."""
    words = [booked(book, number).safe_word for number in range(1, 5)]
    assert len(set(words)) == 4
    last = words[0]
    for number in range(11, 20):
        book.cancel(book.open_for(wish().phone)[0].code, NOW)
        promise = book.book(wish(number, phone=wish().phone), TUE_MORNING, NOW)
        assert promise is not None
        assert promise.safe_word not in {last, *words[1:]}
        last = promise.safe_word


def test_words_drawn_at_one_moment_differ(store: CallbackStore, roster: Roster) -> None:
    """Four residents book at once, and chance gives everybody the same: no two have one word."""

    def slow_and_the_same(words: Sequence[str]) -> str:
        time_module.sleep(0.05)
        return words[0]

    book = Book(store, roster, PLANNING, WORDS, slow_and_the_same)
    with ThreadPoolExecutor(6) as many:
        asked = many.map(lambda n: book.ask(wish(n), NOW), (1, 2))
        made = many.map(lambda n: book.book(wish(n), TUE_MORNING, NOW), range(3, 7))
    words = [promise.safe_word for promise in (*asked, *made) if promise is not None]
    assert sorted(words) == sorted(WORDS["zh"][:6])


def test_a_word_that_is_burnt_is_replaced_or_dropped(book: Book) -> None:
    """The promise stays; an ended one is not touched."""
    first = booked(book)
    again = book.reword(first.code, NOW, fresh=True)
    assert again is not None
    assert again.safe_word not in {"", first.safe_word}
    assert replace(again, safe_word=first.safe_word) == first
    none = book.reword(first.code, NOW, fresh=False)
    assert none is not None
    assert none.safe_word == ""
    book.cancel(first.code, NOW)
    assert book.reword(first.code, NOW, fresh=True) is None
    assert book.reword("GH000099", NOW, fresh=True) is None


def test_the_word_is_in_her_language(book: Book) -> None:
    """What staff say first she must understand."""
    promise = book.book(wish(language="en"), TUE_MORNING, NOW)
    assert promise is not None
    assert promise.safe_word in WORDS["en"]


def test_a_clock_set_back_brings_no_past_window_back(book: Book) -> None:
    """At 10:50 the morning is over; it stays over when the clock is put back an hour."""
    late = NOW + 2 * HOUR + 50 * HOUR / 60
    assert book.offers(late).windows[0] == TUE_AFTERNOON
    assert book.offers(late - HOUR).windows[0] == TUE_AFTERNOON
    assert book.book(wish(), TUE_MORNING, late - HOUR) is None


def test_rings_are_told(book: Book, store: CallbackStore) -> None:
    """What was dialled by hand counts; only rings of her own telephone, only since then."""
    promise = booked(book)
    dialled = events.StaffDialled("王芳", "talked")
    store.apply(promise.code, dialled, TUE_MORNING.start, cause="desk")
    (rung,) = book.rings(promise.phone, NOW)
    assert (rung.code, rung.at, rung.reached, rung.by_staff) == (
        promise.code,
        TUE_MORNING.start,
        True,
        True,
    )
    assert book.rings(promise.phone, TUE_MORNING.start + HOUR) == ()
    assert book.rings("+8613999999999", NOW) == ()


class TestSlipping:
    """The morning is promised to four; then the only person on duty is away for most of it."""

    AWAY = Window(TUE_MORNING.start + HOUR / 2, TUE_MORNING.end)

    @pytest.fixture
    def promises(self, book: Book) -> list[Promise]:
        """Four promises, each a minute after the other."""
        found = [book.book(wish(n), TUE_MORNING, NOW + n * HOUR / 60) for n in range(1, 5)]
        return [promise for promise in found if promise is not None]

    def test_all_is_well_as_planned(self, book: Book, promises: list[Promise]) -> None:
        """What was promised within capacity does not slip by itself before its window."""
        assert len(promises) == 4
        assert book.slipping(TUE_MORNING.start) == ()

    def test_an_absence_makes_the_last_ones_slip(
        self, book: Book, roster: Roster, promises: list[Promise]
    ) -> None:
        """Half an hour is left for one; the others hear of it, with windows that have room."""
        roster.absent("王芳", self.AWAY)
        slips = book.slipping(TUE_MORNING.start)
        assert [slip.code for slip in slips] == [promise.code for promise in promises[1:]]
        for slip in slips:
            assert slip.window == TUE_MORNING
            assert slip.instead[:2] == (TUE_AFTERNOON, WED_MORNING)

    def test_each_is_told_once(self, book: Book, roster: Roster, promises: list[Promise]) -> None:
        """Told, it is not named again; a moved promise may slip, and be told, anew."""
        roster.absent("王芳", self.AWAY)
        second = promises[1].code
        assert book.told(second, TUE_MORNING.start)
        assert not book.told(second, TUE_MORNING.start)
        assert second not in {slip.code for slip in book.slipping(TUE_MORNING.start)}
        assert book.change(second, WED_MORNING, TUE_MORNING.start)
        roster.absent("王芳", WED_MORNING)
        assert second in {slip.code for slip in book.slipping(TUE_MORNING.start)}
        assert book.told(second, TUE_MORNING.start)

    def test_the_ledger_follows(
        self, book: Book, store: CallbackStore, any_database: Database, promises: list[Promise]
    ) -> None:
        """Kept, moved, withdrawn, broken: read from what the database remembers."""
        reached = events.StaffDialled("王芳", "talked")
        store.apply(promises[0].code, reached, TUE_MORNING.start + HOUR, cause="desk")
        book.change(promises[1].code, WED_MORNING, TUE_MORNING.start)
        book.cancel(promises[2].code, TUE_MORNING.start)
        records = Records(any_database)
        day = records.promises(TUE_MORNING.start, TUE_AFTERNOON.end)
        counts = counted(day, TUE_MORNING.end)
        assert counts == {"kept": 1, "moved": 1, "withdrawn": 1, "broken": 1}
        tomorrow = records.promises(WED_MORNING.start, WED_MORNING.end)
        assert counted(tomorrow, TUE_MORNING.end) == {"open": 1}
