"""When polls are open, in which order choices are read, what of a result is told."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from assistant.core.poll import Poll, Tally
from assistant.core.values import Localised
from assistant.polls import rules
from assistant.polls.facts import read_polls

ZONE = ZoneInfo("Asia/Shanghai")


def nothing(row: str, column: str, language: str) -> str:
    """No translations."""
    del row, column, language
    return ""


def poll(**more: object) -> Poll:
    """One poll as a file writes it."""
    row = {"id": "p", "title": "添什么？", "choices": ["长椅", "亭子", "器材"], **more}
    return read_polls([row], ("zh", "en"), ZONE, nothing)[0]


@pytest.mark.parametrize(
    ("opens", "closes", "at", "expected"),
    [
        ("2026-11-25", "2026-11-25", "2026-11-24T23:59:59+08:00", "ahead"),
        ("2026-11-25", "2026-11-25", "2026-11-25T00:00:00+08:00", "open"),
        ("2026-11-25", "2026-11-25", "2026-11-25T23:59:59+08:00", "open"),
        ("2026-11-25", "2026-11-25", "2026-11-25T16:00:00+00:00", "over"),
        ("2026-11-25T08:00:00", "2026-11-25T18:00:00", "2026-11-25T17:59:59+08:00", "open"),
        ("2026-11-25T08:00:00", "2026-11-25T10:00:00Z", "2026-11-25T18:00:00+08:00", "over"),
        (None, None, "2026-11-25T18:00:00+08:00", "open"),
        ("", "nonsense", "2026-11-25T18:00:00+08:00", "open"),
    ],
)
def test_days_are_days_of_the_site(opens: object, closes: object, at: str, expected: str) -> None:
    """The last day counts whole; a moment counts by its zone, or the site's."""
    assert rules.state(poll(opens=opens, closes=closes), datetime.fromisoformat(at)) == expected


def test_over_all_callers_every_choice_comes_first_as_often() -> None:
    """A caller hears one order each time; a thousand of them hear each choice first as often."""
    asked = poll()
    assert rules.order(asked, "+8613800000001") == rules.order(asked, "+8613800000001")
    first = Counter(rules.order(asked, f"+86138{n:08d}")[0] for n in range(1000))
    assert all(280 <= first[number] <= 390 for number in (1, 2, 3))
    assert all(sorted(rules.order(asked, f"+86138{n:08d}")) == [1, 2, 3] for n in range(50))


def test_few_votes_are_hidden_and_no_sum_gives_them_away() -> None:
    """Under ten is told as few, none at all too, and then no total either."""
    asked = poll()
    assert rules.result(asked, {1: 52, 2: 9}) == (Tally(1, 52), Tally(2, None), Tally(3, None))
    assert rules.whole(rules.result(asked, {1: 52, 2: 9})) is None
    assert rules.whole(rules.result(asked, {1: 52, 2: 10, 3: 11})) == 73


@pytest.mark.parametrize(("turnout", "told"), [(0, None), (9, None), (10, 10), (48, 40)])
def test_turnout_is_told_in_tens(turnout: int, told: int | None) -> None:
    """The exact number before the end would give a hidden part of the result away."""
    assert rules.about(turnout) == told


def test_one_voice_a_person_or_a_telephone() -> None:
    """However a nickname is written it is one person; by telephone nicknames do not count."""
    assert rules.voter("+86", "Old  Li", "person") == rules.voter("+86", "old li", "person")
    assert rules.voter("+86", "老李", "person") != rules.voter("+86", "老王", "person")
    assert rules.voter("+86", "老李", "telephone") == rules.voter("+86", "", "telephone")


def test_polls_of_strange_files_are_read_or_left_out() -> None:
    """No id, texts by language, choices as objects; no title or no choice is no poll."""
    rows = [
        {"title": "Where?", "choices": [{"text": "Here"}, {"zh": "那里", "en": "There"}]},
        {"id": 7, "title": {"en": "When?", "zh": "何时？"}, "choices": ["早", "晚"]},
        {"id": "x", "title": "", "choices": ["a"]},
        {"id": "y", "title": "?", "choices": []},
        "nonsense",
    ]
    found = read_polls(rows, ("zh", "en"), ZONE, nothing)
    assert [item.choices[0].text("zh") for item in found] == ["Here", "早"]
    assert found[0].id.startswith("poll-")
    assert found[0].choices[1] == Localised((("zh", "那里"), ("en", "There")))
    assert (found[1].id, found[1].title.text("en")) == ("7", "When?")
    assert read_polls(None, ("zh",), ZONE, nothing) == ()


def test_translations_join_their_choices() -> None:
    """With ; between; another number of choices is left out, since nobody knows which is which."""
    texts = {"title": "What?", "choices": "bench; shelter; machines"}
    row = {"id": "p", "title": "添什么？", "choices": ["长椅", "亭子", "器材"]}
    found = read_polls([row], ("zh", "en"), ZONE, lambda _row, column, _lang: texts[column])
    assert found[0].choices[1].text("en") == "shelter"
    texts["choices"] = "bench; shelter"
    found = read_polls([row], ("zh", "en"), ZONE, lambda _row, column, _lang: texts[column])
    assert found[0].choices[1].text("en") == "亭子"
