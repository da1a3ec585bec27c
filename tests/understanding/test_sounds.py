from __future__ import annotations

import pytest

from assistant.understanding import sounds


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("兰", "南", id="n and l"),
        pytest.param("飞", "灰", id="f and h leave different finals alone"),
        pytest.param("支", "资", id="zh and z"),
        pytest.param("吃", "刺", id="ch and c"),
        pytest.param("诗", "思", id="sh and s"),
        pytest.param("班", "帮", id="an and ang"),
        pytest.param("真", "争", id="en and eng"),
        pytest.param("金", "京", id="in and ing"),
        pytest.param("妈", "马", id="tones"),
    ],
)
def test_confusable_syllables(one: str, other: str) -> None:
    """What Mandarin accents confuse sounds the same; f and h only where the final agrees."""
    same = sounds.syllable(one) == sounds.syllable(other)
    assert same is (one != "飞")


@pytest.mark.parametrize(
    ("one", "other"),
    [("饭", "汉"), ("房", "韩"), ("老", "脑")],
    ids=["fan-han", "fang-han", "lao-nao"],
)
def test_merged_initials_and_finals_meet(one: str, other: str) -> None:
    """Initial and final are merged independently of each other."""
    assert sounds.syllable(one) == sounds.syllable(other)


def test_different_words_stay_different() -> None:
    """Merging does not make everything the same."""
    assert len({sounds.syllable(sign) for sign in "医院食堂电话地址"}) == 8


def test_signs_without_a_sound_are_their_own() -> None:
    """Digits and Latin letters pass through."""
    assert sounds.syllables("a1食") == ["a", "1", "si"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("four", "for"), ("knew", "new"), ("right", "write"), ("night", "knight")],
    ids=lambda word: word,
)
def test_english_homophones_share_a_key(one: str, other: str) -> None:
    """Words that sound alike have one key."""
    assert sounds.key(one) == sounds.key(other)


def test_a_word_without_letters_is_its_own_key() -> None:
    """Numbers keep their digits, so that 9 and 5 are not the same."""
    assert sounds.keys("9 to 5") == ["9", "T", "5"]
