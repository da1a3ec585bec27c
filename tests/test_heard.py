"""Which case a turn was about: so that it is found, and kept, with that case."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from assistant.core.answer import CaseStatus, FeedbackOn, Found, Lookup, Query
from assistant.core.arranging import (
    BookWindow,
    CancelCallback,
    FindRings,
    FindWindows,
    MoveCallback,
    TellCallbacks,
)
from assistant.core.callback import Promise, Window, Wish
from assistant.core.event import Alert, AlertNews, EndCall, Event, OptOut, TakeDown
from assistant.heard import case_asked, case_of

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
HERS = "+8613800000001"
WINDOW = Window(NOW, NOW + timedelta(hours=1))
WISH = Wish("GH000002", HERS, "zh", "service.hours", "食堂", "voice", "c1")
OLDER, OTHER = (
    Promise(code, "booked", WINDOW, "海棠", HERS, "zh", NOW) for code in ("GH000001", "GH000009")
)


@pytest.mark.parametrize(
    ("query", "found", "code"),
    [
        (CaseStatus("海棠"), Found(status="open", case="GH000003"), "GH000003"),
        (CaseStatus("海棠"), Found(promises=(OLDER,), case="GH000001"), "GH000001"),
        (CaseStatus("GH999999"), Found(case="GH999999"), ""),
        (FeedbackOn(HERS, "solved"), Found(case="GH000004"), "GH000004"),
        (FeedbackOn(HERS, "solved"), Found(), ""),
        (TellCallbacks(HERS, "when"), Found(promises=(OLDER,)), "GH000001"),
        (TellCallbacks(HERS, "when"), Found(promises=(OLDER, OTHER)), ""),
        (TellCallbacks(HERS, "when"), Found(), ""),
        (FindWindows(HERS, wish=WISH), Found(), "GH000002"),
        (FindWindows(HERS, wish=WISH), Found(promises=(OLDER,)), "GH000001"),
        (FindWindows(HERS), Found(promises=(OLDER,)), ""),
        (BookWindow(WISH, WINDOW), Found(promises=(OLDER,)), "GH000001"),
        (BookWindow(WISH, WINDOW), Found(), ""),
        (MoveCallback("GH000001", WINDOW), Found(promises=(OLDER,)), "GH000001"),
        (CancelCallback("GH000001"), Found(promises=(OLDER,)), "GH000001"),
        (FindRings(HERS, NOW, "谁打的"), Found(), ""),
        (Lookup(("hours",), words="食堂"), Found(), ""),
    ],
)
def test_a_query_is_about_the_case_that_answers_it(query: Query, found: Found, code: str) -> None:
    """Never a code nobody was given; of two promises neither; a merged one goes by the older."""
    assert case_asked(query, found) == code


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (TakeDown("GH000005", "case.report", "灯坏了"), "GH000005"),
        (Alert("GH000006", "safety.fall", "摔倒了"), "GH000006"),
        (AlertNews("GH000006", "confirmed"), "GH000006"),
        (OptOut(stop=True), ""),
        (EndCall(), ""),
    ],
)
def test_an_event_is_about_the_case_it_names(event: Event, code: str) -> None:
    """And most are about none."""
    assert case_of(event) == code
