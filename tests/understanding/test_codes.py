from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.codes import find_case

WORDS = ("桂花", "松树", "白鹭")


@pytest.mark.parametrize(
    ("text", "language", "case"),
    [
        ("GH000123", "zh", "GH000123"),
        ("gh000123", "zh", "GH000123"),
        ("gh 000 123", "en", "GH000123"),
        ("GH-000123", "en", "GH000123"),
        ("ＧＨ０００１２３", "zh", "GH000123"),
        ("进度GH000123办得怎么样了", "zh", "GH000123"),
        ("G H 零零零一二三", "zh", "GH000123"),
        ("号码是g,h,三个零幺二三", "zh", "GH000123"),
        ("吉艾尺零零零幺二三", "zh", "GH000123"),
        ("gee aitch triple oh one two three", "en", "GH000123"),
        ("g h oh oh oh one two three", "en", "GH000123"),
        ("golf hotel zero zero zero one two three", "en", "GH000123"),
        ("g for george h for harry triple zero one two three", "en", "GH000123"),
        ("case bee tea four five six seven eight nine", "en", "BT456789"),
        ("i have 123456", "en", None),
        ("GH00012", "zh", None),
        ("GH0001234567", "zh", None),
        ("", "zh", None),
    ],
    ids=str,
)
def test_case_numbers_are_found(text: str, language: str, case: str | None) -> None:
    """Two letters and six digits, typed, spelt or said in a spelling alphabet."""
    assert find_case(text, language) == case


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("桂花", "桂花"),
        ("我的暗号是松树", "松树"),
        ("贵花", "桂花"),
        ("白露", "白鹭"),
        ("荷花", None),
        ("我在马路对面看见柜子画了一幅画儿就是想问问", None),
    ],
)
def test_case_words_are_found_by_sight_or_sound(text: str, word: str | None) -> None:
    """A recogniser may write other characters of the same sound."""
    assert find_case(text, "zh", WORDS) == word


@given(st.text(max_size=40), st.sampled_from(["zh", "en"]))
def test_no_text_is_too_strange(text: str, language: str) -> None:
    """Whatever is typed, looking for a case raises nothing."""
    case = find_case(text, language, WORDS)
    assert case is None or case in WORDS or (case[:2].isalpha() and case[2:].isdigit())
