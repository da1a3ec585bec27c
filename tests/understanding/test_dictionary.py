from __future__ import annotations

import pytest

from assistant.understanding.dictionary import is_everyday, knows, neighbours
from assistant.understanding.spelling import plain_speller, speller

EXAMPLES = ["what time does the canteen open", "my tap is leaking"]


@pytest.mark.parametrize("word", ["canteen", "wheelchair", "dont", "a"])
def test_words_are_known(word: str) -> None:
    """Also without the apostrophe, as texts are normalised."""
    assert knows(word)


@pytest.mark.parametrize("word", ["cantene", "teh", "xqzt", ""])
def test_slips_are_not_known(word: str) -> None:
    """What is no word may be mended."""
    assert not knows(word)


def test_rare_words_are_no_everyday_words() -> None:
    """A misplaced space is not taken for one between rare words."""
    assert is_everyday("kitchen")
    assert not is_everyday("quagmire")


def test_the_likelier_word_comes_first() -> None:
    """Of words equally near, the one that is said more often."""
    near = neighbours("hoise", 0.65)
    assert near["house"] > near["hoist"]
    assert neighbours("zzzzzzzz", 0.65) == {}


@pytest.mark.parametrize(
    ("said", "by_examples", "by_dictionary"),
    [
        pytest.param("my kitchin", "my kitchin", "my kitchen", id="no example has the word"),
        pytest.param("my tab", "my tap", "my tab", id="a real word keeps its meaning"),
        pytest.param("teh cantene", "the canteen", "the canteen", id="the examples' words first"),
        pytest.param("", "", "", id="nothing"),
    ],
)
def test_meaning_is_mended_with_the_dictionary(
    said: str, by_examples: str, by_dictionary: str
) -> None:
    """N-grams want the words of the examples, meaning those that were meant."""
    assert speller("en", EXAMPLES).mend(said) == by_examples
    assert plain_speller("en", EXAMPLES).mend(said) == by_dictionary


def test_the_end_of_a_book_is_left_as_it_is() -> None:
    """Thirty words say what a text means; looking up more takes longer than an answer may."""
    text = " ".join(["kitchin"] * 40)
    assert plain_speller("en", EXAMPLES).mend(text).split() == ["kitchen"] * 30 + ["kitchin"] * 10
