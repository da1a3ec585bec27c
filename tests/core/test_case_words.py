from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import lazy_pinyin

from assistant.core.case_words import code_of, word_of
from assistant.understanding.codes import find_word
from tests.houses import trees_learnt

WORDS = {"zh": ("海棠", "牡丹", "茉莉"), "en": ("red kettle", "blue river")}


@given(st.integers(1, 999_999), st.sampled_from(["zh", "en"]))
def test_a_word_leads_back_to_its_code(number: int, language: str) -> None:
    """Right after it was given, whoever asks."""
    code = f"GH{number:06d}"
    word = word_of(code, WORDS[language])
    assert word is not None
    assert code_of(word, WORDS, (), code) == code


def test_of_two_cases_with_a_word_hers_is_meant() -> None:
    """And for somebody else the newer one."""
    assert code_of("牡丹", WORDS, ("GH000004",), "GH000012") == "GH000004"
    assert code_of("牡丹", WORDS, ("GH000005",), "GH000012") == "GH000010"


@pytest.mark.parametrize(("word", "latest"), [("牡丹", ""), ("海棠", "GH000002"), ("玫瑰", "GH9")])
def test_a_word_nobody_was_given_is_no_code(word: str, latest: str) -> None:
    """No code has been given, none with this word, or it is none of the words."""
    assert code_of(word, WORDS, (), latest) is None


def test_the_words_are_told_apart_by_ear() -> None:
    """Two characters each, none with the sounds of another; no English word twice in a pair."""
    words = trees_learnt().library.case_words
    assert {len(word) for word in words["zh"]} == {2}
    assert len({tuple(lazy_pinyin(word)) for word in words["zh"]}) == len(words["zh"]) >= 60
    assert all(len(word.split()) == 2 for word in words["en"])
    assert len(set(words["en"])) == len(words["en"]) >= 60


@pytest.mark.parametrize(
    ("text", "within", "word"),
    [
        ("海棠", False, "海棠"),
        ("海棠。", False, "海棠"),
        ("海堂", False, "海棠"),
        ("Red Kettle", False, "red kettle"),
        ("海棠的事办得怎么样了", True, "海棠"),
        ("海棠的事办得怎么样了", False, None),
        ("海棠花店在哪", False, None),
        ("how is the red kettle doing", True, "red kettle"),
        ("", False, None),
    ],
)
def test_a_word_is_found_where_it_is_one(text: str, word: str | None, *, within: bool) -> None:
    """Alone, by its letters or its sound; in a sentence only where a case is asked about."""
    assert find_word(text, (*WORDS["zh"], *WORDS["en"]), within=within) == word
