from __future__ import annotations

from functools import partial

import pytest

from assistant.speech import vocabulary
from assistant.speech.vocabulary import choices, distinct, open_vocabulary, segment, syllables


@pytest.mark.parametrize(
    ("phrase", "count"),
    [
        ("药", 1),
        ("老年食堂", 4),
        ("안녕하세요", 5),
        ("no", 1),
        ("fee", 1),
        ("home", 1),
        ("table", 2),
        ("telephone", 3),
        ("opening hours", 4),
        ("", 0),
        ("120", 0),
    ],
)
def test_syllables(phrase: str, count: int) -> None:
    """Syllables are counted exactly where each sign is one, and closely in English."""
    assert syllables(phrase) == count


def test_phrases_are_tidied_and_told_once() -> None:
    """Punctuation, empty phrases and repetitions go; the first spelling and the order stay."""
    found = distinct(["几点开门？", "Yes", "yes!", "", "…", "几点 开门", "doctor’s office"])
    assert found == ("几点开门", "Yes", "doctor's office")


def test_choices_keep_single_syllables() -> None:
    """A closed question's answers are taken as they stand, in order, whatever their length."""
    assert choices("yes_no", ["是", "对"], ["不是", "对"]).phrases == ("是", "对", "不是")


def test_open_list_is_ordered_by_importance() -> None:
    """Commands and keywords come first, then names of two syllables; the rest is cut off."""
    told = partial(open_vocabulary, asked=["再说一遍", "药"], names=["桂花社区食堂", "王"])
    whole = told()
    assert whole.name == vocabulary.OPEN
    assert whole.phrases == ("再说一遍", "药", "桂花社区食堂")
    assert told(limit=2).phrases == whole.phrases[:2]
    assert told(limit=0).phrases == ()


def test_names_have_their_share_of_a_full_list() -> None:
    """However many keywords the intents bring, the places of the community can be heard."""
    keywords, names = [f"keyword {n}" for n in range(600)], ["老年食堂", "桂花药店"]
    told = open_vocabulary(asked=keywords, names=names)
    assert len(told.phrases) == vocabulary.LIMIT
    assert told.phrases[-2:] == ("老年食堂", "桂花药店")


KNOWN = {"桂花", "社区", "桂", "老年", "食堂", "doctor", "PLEASE"}


@pytest.mark.parametrize(
    ("phrase", "words", "lost"),
    [
        ("桂花社区", ["桂花", "社区"], 0),
        ("桂社区", ["桂", "社区"], 0),
        ("桂花饕餮社区", ["桂花", "社区"], 2),
        ("the Doctor, please", ["doctor", "PLEASE"], 3),
        ("", [], 0),
        ('"; | <sil> (', [], 3),
    ],
)
def test_segment(phrase: str, words: list[str], lost: int) -> None:
    """A phrase becomes the longest known words, spelt as known, and the loss is told."""

    def spelling(word: str) -> str | None:
        return next((form for form in (word, word.lower(), word.upper()) if form in KNOWN), None)

    assert segment(phrase, spelling) == (words, lost)


def test_join_writes_chinese_without_spaces() -> None:
    """Spaces stay between words that have them, and go between ideographs."""
    assert vocabulary.join(["医保", "窗口", "open", "now", "吗", "네", "네"]) == (
        "医保窗口 open now 吗 네 네"
    )
