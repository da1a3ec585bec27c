from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from assistant.scorecard import measures
from assistant.scorecard.contacts import Contact, grown, joined
from assistant.scorecard.figures import Share

AT = datetime(2026, 11, 25, 1, tzinfo=UTC)
ONE = Contact(
    "c1", AT, "2026-11-25", 9, "voice", "landline", "zh", "p1", "service.hours", again=False
)
MADE = (
    replace(ONE, ending="answered", heard=2, understood=2, waited_ms=900, lasted_s=60),
    replace(ONE, ending="answered", again=True, heard=1, understood=1, waited_ms=16_000),
    replace(ONE, ending="answered", again=None, channel="sms", line="mobile"),
    replace(ONE, ending="none", heard=3, understood=0, language="en", hour=19, waited_ms=15_000),
    replace(ONE, ending="left", topic="", lasted_s=4),
    replace(ONE, ending="left", topic="", lasted_s=6, step="open.ask"),
    replace(ONE, ending="case", topic="case.report", again=True),
    replace(ONE, ending="person", topic="", again=None),
    replace(ONE, ending="emergency", topic="safety.fall", offered=1, confirmed=1, offer_s=7),
    replace(ONE, ending="answered", topic="safety.scam", offered=1),
    replace(ONE, ending="opted_out", topic="privacy.opt_out"),
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("contacts", Share(11, 11)),
        ("resolved", Share(2, 7)),
        ("settled_by_staff", Share(1, 2)),
        ("came_again", Share(2, 7)),
        ("unfinished", Share(3, 11)),
        ("answered_soon", Share(2, 3)),
        ("abandoned", Share(1, 9)),
        ("understood", Share(3, 6)),
        ("emergencies_meant", Share(1, 2)),
        ("opted_out", Share(1, 11)),
        ("ring_backs", Share(0, 11)),
    ],
)
def test_each_figure_of_made_contacts_is_known(name: str, expected: Share) -> None:
    """Counted by hand: what its docstring says, and nothing else."""
    assert measures.MEASURES[name](MADE) == expected


def test_nothing_is_unknown() -> None:
    """No contact, no denominator."""
    assert all(measure(()) == Share(0, 0) for measure in measures.MEASURES.values())


def test_groups_add_up_to_all() -> None:
    """Every contact is in exactly one group of each cut."""
    found = measures.counted(MADE)
    whole = found["contacts", "all"]
    for cut in measures.CUTS:
        parts = [s.part for (n, g), s in found.items() if n == "contacts" and g.startswith(cut)]
        assert sum(parts) == whole.part, cut


def test_what_was_asked_and_where_it_ended_are_counted_by_channel() -> None:
    """The topic of a text is the text's alone; a step counts only where nothing came of it."""
    found = measures.counted(MADE)
    assert found["asked@service.hours", "all"] == Share(4, 11)
    assert found["asked@service.hours", "channel=sms"] == Share(1, 1)
    assert found["left@open.ask", "all"] == Share(1, 11)


def shares(**groups: tuple[int, int]) -> dict[tuple[str, str], Share]:
    """Shares of `resolved` by language."""
    return {("resolved", f"language={name}"): Share(*row) for name, row in groups.items()}


def test_the_worst_group_is_divided_by_the_best() -> None:
    """Three fifths against four fifths is three quarters, and that is an alarm."""
    found = measures.gap("resolved", "language", shares(zh=(80, 100), en=(18, 30)))
    assert (found.groups[0][0], found.groups[-1][0]) == ("zh", "en")
    assert found.ratio == Fraction(3, 4)
    assert found.alarm
    assert not measures.gap("resolved", "language", shares(zh=(80, 100), en=(32, 50))).alarm


def test_a_small_group_is_not_compared() -> None:
    """Twenty-nine say too little: nothing is known, and nobody is alarmed."""
    found = measures.gap("resolved", "language", shares(zh=(80, 100), en=(0, 29)))
    assert (found.ratio, found.alarm) == (None, False)
    assert measures.gap("resolved", "language", shares(zh=(0, 90), en=(0, 90))).ratio is None


@pytest.mark.parametrize(
    ("hour", "name"),
    [(5, "night"), (6, "morning"), (12, "afternoon"), (18, "evening"), (22, "night")],
)
def test_the_day_has_four_parts(hour: int, name: str) -> None:
    """Night goes around midnight."""
    assert measures.part_of_day(hour) == name


def test_a_contact_grows_with_the_journal() -> None:
    """The first word's wait, the first topic, the weightiest outcome, the last prompt."""
    one = replace(ONE, topic="", again=None)
    events: tuple[tuple[str, int, dict[str, str | None]], ...] = (
        ("said", 1, {"prompt": "greeting"}),
        ("heard", 5, {}),
        ("understood", 5, {"intent": "talk.greeting"}),
        ("understood", 9, {"intent": "service.hours"}),
        ("understood", 12, {"intent": None}),
        ("outcome", 12, {"kind": "emergency.offered"}),
        ("outcome", 20, {"kind": "callback.booked"}),
        ("outcome", 21, {"kind": "answered"}),
        ("said", 22, {"prompt": "else.ask"}),
        ("timing", 99, {}),
    )
    for event, second, keys in events:
        one = grown(one, event, AT + timedelta(seconds=second), keys)
    assert (one.waited_ms, one.topic, one.ending, one.step) == (
        1000, "service.hours", "callback", "else.ask",
    )  # fmt: skip
    assert (one.heard, one.understood, one.offered, one.offer_s, one.lasted_s) == (1, 2, 1, 12, 99)


def test_two_parts_of_a_contact_are_as_one() -> None:
    """Texts of a morning and an evening: counts add up, what came first stays first."""
    morning = replace(ONE, heard=1, understood=1, ending="case", step="a", offer_s=None)
    evening = replace(ONE, heard=2, ending="answered", topic="today.roster", step="b", offer_s=4)
    both = joined(morning, evening)
    assert (both.heard, both.understood, both.ending, both.topic, both.step, both.offer_s) == (
        3, 1, "case", "service.hours", "b", 4,
    )  # fmt: skip
