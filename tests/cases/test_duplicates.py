from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.cases.duplicates import LIKELY, SAME, Said, likeness, same_matter


def said(words: str, code: str = "GH000001", **known: str) -> Said:
    """A repair asked for."""
    return Said(code, "case.report", words, known.get("place"), known.get("nickname", ""))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("楼道灯坏了", "楼道灯坏了。"),
        ("3号楼楼道灯坏了，麻烦修一下", "3号楼的楼道灯坏了，麻烦修一下"),
        ("the tap in my kitchen is dripping", "The tap in my kitchen is dripping!"),
        ("my kitchen tap is dripping", "is dripping, my kitchen tap"),
    ],
)
def test_the_same_twice(one: str, other: str) -> None:
    """Signs, case, order of words and a particle make no other matter."""
    assert likeness(said(one), said(other)) >= SAME


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("3号楼楼道灯坏了，麻烦修一下", "5号楼楼道灯坏了，麻烦修一下"),
        ("三单元的门坏了打不开", "四单元的门坏了打不开"),
        ("the light at number 12 is broken", "the light at number 21 is broken"),
        ("楼道灯坏了", "下水道堵了"),
        ("the lift is stuck", "the bins are full"),
        ("", "楼道灯坏了"),
    ],
)
def test_two_matters(one: str, other: str) -> None:
    """Another number is another lamp, however alike the sentences are."""
    assert likeness(said(one), said(other)) < LIKELY


def test_one_matter_in_other_words_is_left_to_staff() -> None:
    """Likely enough to be shown, not enough to be done by itself."""
    rate = likeness(said("厨房水龙头一直漏水"), said("我家水龙头漏水"))
    assert LIKELY <= rate < SAME


def test_other_people_and_other_wishes_are_never_one() -> None:
    """Two nicknames on one telephone, two buildings, a report and a complaint."""
    lamp = "楼道灯坏了"
    assert likeness(said(lamp, nickname="老李"), said(lamp, nickname="张阿姨")) == 0
    assert likeness(said(lamp, nickname="老李"), said(lamp)) == 1
    assert likeness(said(lamp, place="3号楼"), said(lamp, place="5号楼")) < LIKELY
    assert likeness(said(lamp), Said("GH000002", "case.complain", lamp)) == 0


def test_of_several_the_likeliest_is_meant() -> None:
    """And a case is never its own duplicate."""
    new = said("楼道灯坏了", "GH000009")
    others = [said("楼道灯坏了呀", "GH000001"), said("楼道灯坏了", "GH000002"), new]
    assert same_matter(new, others) == "GH000002"
    assert same_matter(new, [new]) is None
    assert same_matter(new, []) is None


@given(st.text(max_size=60), st.text(max_size=60))
def test_likeness_is_a_share_and_goes_both_ways(one: str, other: str) -> None:
    """0 to 1 for any two texts, whichever is named first; the same text is the same matter."""
    rate = likeness(said(one), said(other))
    assert 0 <= rate <= 1
    assert rate == pytest.approx(likeness(said(other), said(one)), abs=1e-9)
    assert likeness(said(one), said(one)) == 1
