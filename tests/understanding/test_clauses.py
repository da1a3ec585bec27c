from __future__ import annotations

import pytest

from assistant.understanding.clauses import MOST, clauses, denied


@pytest.mark.parametrize(
    ("text", "language", "parts"),
    [
        ("食堂几点开门", "zh", ("食堂几点开门",)),
        ("食堂几点开门，理发店电话多少", "zh", ("食堂几点开门", "理发店电话多少")),
        ("食堂几点开门还有理发店电话多少", "zh", ("食堂几点开门", "理发店电话多少")),
        ("我家水管漏了顺便问一下图书室在哪", "zh", ("我家水管漏了", "问一下图书室在哪")),
        ("还有吗", "zh", ("还有吗",)),
        ("", "zh", ()),
        ("，。！", "zh", ()),
        (
            "when does the canteen open and also where is the library",
            "en",
            ("when does the canteen open", "where is the library"),
        ),
        ("bread and butter", "en", ("bread and butter",)),
    ],
)
def test_clauses_part_where_people_part_them(
    text: str, language: str, parts: tuple[str, ...]
) -> None:
    """At pauses and joining words, nowhere else."""
    assert clauses(text, language) == parts


def test_a_long_story_is_bounded() -> None:
    """Only the first clauses are looked at."""
    assert len(clauses("问一下，" * 100, "zh")) == MOST


@pytest.mark.parametrize(
    ("clause", "language"),
    [
        ("不是要投诉", "zh"),
        ("我不是来投诉的", "zh"),
        ("我也不想麻烦你们", "zh"),
        ("i'm not ringing to complain", "en"),
        ("it's not a complaint", "en"),
        ("i don't want to report anything", "en"),
    ],
)
def test_what_is_not_wanted_is_told(clause: str, language: str) -> None:
    """A clause that takes a wish back."""
    assert denied(clause, language)


@pytest.mark.parametrize(
    ("clause", "language"),
    [
        ("就问问几点开门", "zh"),
        ("不知道几点开门", "zh"),
        ("门开不开", "zh"),
        ("no idea where it is", "en"),
        ("i'm not well", "en"),
        ("not open yet", "en"),
    ],
)
def test_a_plain_no_is_no_denial(clause: str, language: str) -> None:
    """Negation inside a question denies nothing."""
    assert not denied(clause, language)
