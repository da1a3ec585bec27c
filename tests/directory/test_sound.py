from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.directory.sound import consonants, heard, key, syllable

ALIKE = [
    ("理疗", "里疗"),
    ("轮椅", "轮倚"),
    ("老年", "老连"),
    ("医院", "衣远"),
    ("食堂", "时糖"),
    ("知道", "资道"),
    ("城市", "岑是"),
    ("牛奶", "流来"),
    ("福利", "湖里"),
    ("残疾", "藏急"),
    ("民政", "名镇"),
    ("library", "libary"),
    ("pharmacy", "farmacy"),
    ("physio", "fisio"),
    ("knee", "nee"),
    ("insurance", "insurence"),
    ("centre", "senter"),
    ("dentist", "dentest"),
]

UNLIKE = [
    ("药店", "饭店"),
    ("食堂", "学堂"),
    ("牙科", "眼科"),
    ("library", "dentist"),
    ("gas", "bus"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE, ids=[f"{a}-{b}" for a, b in ALIKE])
def test_what_older_ears_confuse_is_the_same(one: str, other: str) -> None:
    """Homophones, merged initials and nasal endings, and misspelt words share their key."""
    assert key(one) == key(other)


@pytest.mark.parametrize(("one", "other"), UNLIKE, ids=[f"{a}-{b}" for a, b in UNLIKE])
def test_what_sounds_different_stays_different(one: str, other: str) -> None:
    """Names that nobody confuses have different keys."""
    assert key(one) != key(other)


def test_a_syllable_keeps_what_the_ear_merges() -> None:
    """The plain syllable tells n from l; the heard one does not."""
    assert (syllable("年"), heard("年")) == ("nian", "lian")
    assert (syllable("中"), heard("中")) == ("zhong", "zong")


def test_a_key_has_one_sound_a_character_and_one_a_word() -> None:
    """Mixed texts are split where the scripts change."""
    assert key("去canteen吃饭!") == ("qu", consonants("canteen"), "ci", "fan")


@given(st.text(max_size=40))
def test_nothing_makes_it_raise(text: str) -> None:
    """Whatever is written, there is a key, and the same one again."""
    assert key(text) == key(text)
    for letter in text:
        assert isinstance(heard(letter), str)
    assert isinstance(consonants(text), str)
