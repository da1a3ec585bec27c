from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.callbacks.ledger import BINS, Attempt, Promised, bin_of, count, pages
from assistant.callbacks.records import promises_of
from assistant.callbacks.row import Line, Ring
from assistant.core.callback import State, Window

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 11, 24, 1, tzinfo=UTC)
"Nine o'clock there."
HOUR = timedelta(hours=1)
MORNING = Window(START, START + 2 * HOUR)
AFTERNOON = Window(START + 5 * HOUR, START + 8 * HOUR)
BEFORE, INSIDE, AFTER = START - HOUR, START + HOUR, START + 3 * HOUR


def promised(
    *rings: Attempt,
    left: datetime | None = None,
    how: Literal["moved", "withdrawn"] | None = None,
) -> Promised:
    """A promise of the morning, made the day before."""
    return Promised("GH000001", MORNING, START - 24 * HOUR, rings, left, how)


YES, NO, UNKNOWN = Attempt(INSIDE, True), Attempt(INSIDE, False), Attempt(INSIDE, None)  # noqa: FBT003 - one field each


@pytest.mark.parametrize(
    ("promise", "now", "expected"),
    [
        pytest.param(promised(), BEFORE, "open", id="not yet"),
        pytest.param(promised(), INSIDE, "open", id="under way"),
        pytest.param(promised(YES), INSIDE, "kept", id="reached"),
        pytest.param(promised(NO), INSIDE, "open", id="another attempt may follow"),
        pytest.param(promised(NO, YES), AFTER, "kept", id="reached at the second"),
        pytest.param(promised(NO), AFTER, "unanswered", id="rung in vain"),
        pytest.param(promised(UNKNOWN), AFTER, "unanswered", id="nobody knows"),
        pytest.param(promised(), AFTER, "broken", id="never rung"),
        pytest.param(promised(Attempt(AFTER, reached=True)), AFTER, "late", id="reached after"),
        pytest.param(promised(Attempt(AFTER, reached=False)), AFTER, "late", id="rung after"),
        pytest.param(
            promised(NO, Attempt(AFTER, reached=True)),
            AFTER,
            "unanswered",
            id="it was not we who were late",
        ),
        pytest.param(promised(left=BEFORE, how="withdrawn"), AFTER, "withdrawn", id="withdrawn"),
        pytest.param(promised(left=BEFORE, how="moved"), BEFORE, "moved", id="moved"),
        pytest.param(
            promised(left=AFTER, how="moved"), AFTER, "broken", id="moved after it was broken"
        ),
        pytest.param(
            promised(left=AFTER, how="withdrawn"), AFTER, "broken", id="given up on us afterwards"
        ),
        pytest.param(
            promised(YES, left=INSIDE + HOUR / 2, how="withdrawn"), AFTER, "kept", id="kept first"
        ),
    ],
)
def test_each_promise_is_in_the_bin_it_belongs_to(
    promise: Promised, now: datetime, expected: str
) -> None:
    """What counts is when her telephone rang, and whether she was reached."""
    assert bin_of(promise, now) == expected


rings = st.builds(
    Attempt,
    st.integers(0, 300).map(lambda m: START + m * HOUR / 60),
    st.sampled_from([True, False, None]),
)


@given(
    made=st.lists(
        st.tuples(st.lists(rings, max_size=3), st.sampled_from([None, "moved", "withdrawn"]))
    ),
    minutes=st.integers(-100, 500),
)
def test_the_bins_add_up(
    made: list[tuple[list[Attempt], Literal["moved", "withdrawn"] | None]], minutes: int
) -> None:
    """Every promise is in exactly one bin, whatever happened to it."""
    promises = [
        promised(*found, left=None if how is None else START + HOUR, how=how) for found, how in made
    ]
    counts = count(promises, START + timedelta(minutes=minutes))
    assert sum(counts.values()) == len(promises)
    assert set(counts) == set(BINS)


def test_pages_are_days_or_weeks_of_the_office() -> None:
    """A window belongs to its own day on the wall; weeks begin on Monday."""
    sunday_night = Window(
        datetime(2026, 11, 22, 17, tzinfo=UTC), datetime(2026, 11, 22, 18, tzinfo=UTC)
    )
    both = [promised(YES), Promised("GH000002", sunday_night, START - 48 * HOUR)]
    days = pages(both, AFTER, ZONE)
    assert [(page.first, page.promised) for page in days] == [
        (date(2026, 11, 23), 1),
        (date(2026, 11, 24), 1),
    ]
    (week,) = pages(both, AFTER, ZONE, weeks=True)
    assert (week.first, week.promised, week.kept_share) == (date(2026, 11, 23), 2, 0.5)


def test_a_share_of_nothing_is_not_a_figure() -> None:
    """Without a promise that was ours to keep, no share is told."""
    (page,) = pages([promised(left=BEFORE, how="withdrawn")], AFTER, ZONE)
    assert page.kept_share is None


def line(
    seq: int,
    at: datetime,
    after: State,
    event: str,
    window: Window | None,
    *,
    accepted: bool = True,
) -> Line:
    """One line of history."""
    return Line("GH000001", seq, at, None, after, event, "resident", accepted, None, None, window)


def ring(attempt: int, began: datetime, *, reached: bool | None, state: str = "over") -> Ring:
    """One ring of her telephone."""
    return Ring("GH000001", attempt, "resident", 1, state, None, began, reached)  # type: ignore[arg-type]  # a plain text in the test


def test_a_move_makes_two_promises() -> None:
    """The first one is moved; rings made since belong to the second."""
    lines = [
        line(1, BEFORE, "new", "Wanted", None),
        line(2, BEFORE, "booked", "Booked", MORNING),
        line(3, BEFORE + HOUR / 2, "booked", "Moved", AFTERNOON),
        line(4, AFTERNOON.start, "due", "WindowOpened", AFTERNOON),
    ]
    first, second = promises_of(lines, [ring(1, AFTERNOON.start, reached=True)])
    assert bin_of(first, AFTERNOON.end) == "moved"
    assert bin_of(second, AFTERNOON.end) == "kept"
    assert first.rings == ()


def test_what_was_not_accepted_and_what_never_rang_do_not_count() -> None:
    """A refused move moves nothing; a ring that never took place reached nobody."""
    lines = [
        line(2, BEFORE, "booked", "Booked", MORNING),
        line(3, BEFORE, "booked", "Moved", AFTERNOON, accepted=False),
    ]
    (only,) = promises_of(lines, [ring(1, INSIDE, reached=None, state="never")])
    assert only.window == MORNING
    assert bin_of(only, AFTER) == "broken"


def test_a_wish_without_a_time_is_no_promise() -> None:
    """Nothing was promised, so nothing can be broken."""
    assert promises_of([line(1, BEFORE, "new", "Wanted", None)], []) == ()


def test_taken_back_in_time_is_withdrawn() -> None:
    """By her, or closed by a person before the window was over."""
    for after, event in (("cancelled", "Cancelled"), ("done", "StaffDecision")):
        lines = [
            line(2, BEFORE, "booked", "Booked", MORNING),
            line(3, BEFORE, after, event, MORNING),  # type: ignore[arg-type]  # as above
        ]
        (only,) = promises_of(lines, [])
        assert bin_of(only, AFTER) == "withdrawn"
