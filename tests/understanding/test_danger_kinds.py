"""Kinds of words, and words of dialect, on the way to the likeness to danger."""

from __future__ import annotations

from assistant.understanding.danger_cues import compile_cues, simplify
from assistant.understanding.danger_kinds import Kinds
from assistant.understanding.danger_model import DangerModel

WORDS = {"pain": ["疼", "酸疼"], "limb": ["腿", "大腿"], "old": ["老伴"]}


def test_kinds_and_pairs_are_told_in_any_order() -> None:
    """What stands together counts, not what comes first."""
    kinds = Kinds("zh", WORDS)
    assert kinds.terms("老伴的大腿疼") == kinds.terms("疼,腿,老伴的")
    assert "<limb><pain>" in kinds.terms("腿疼")


def test_the_longest_word_decides() -> None:
    """A word inside a longer one of another kind is not heard."""
    kinds = Kinds("zh", {"limb": ["手"], "thing": ["手机"]})
    assert kinds.terms("手机坏了") == ["<thing>"]


def test_english_words_stand_whole() -> None:
    """No kind is found inside another word."""
    kinds = Kinds("en", {"limb": ["arm", "leg"]})
    assert kinds.terms("the alarm is ringing") == []
    assert kinds.terms("my arm hurts") == ["<limb>"]


def test_without_words_there_are_no_kinds() -> None:
    """A language without kinds is judged by its words alone."""
    assert Kinds("zh", {}).terms("腿疼") == []


def test_kinds_carry_over_to_words_that_no_example_has() -> None:
    """A new word of a known kind makes a sentence more like danger than a word of no kind."""
    danger = {"safety.fall": ["老伴腿疼得厉害", "腿疼起不来", "老伴起不来"]}
    everyday = ["食堂几点开门", "图书室在哪里", "修一下电视机"]
    model = DangerModel("zh", danger, everyday, Kinds("zh", WORDS))
    assert model.score("大腿酸疼")[0] > model.score("大树酸甜")[0]


def test_dialect_and_traditional_script_meet_the_same_cues() -> None:
    """Words of dialect are put as the cues have them, the longest first."""
    cues = compile_cues("zh", {"slips": {"唔": "不", "起唔返身": "起不来", "佢": "他"}})
    assert cues.mended(simplify("佢起唔返身", "zh")) == "他起不来"
    assert cues.mended(simplify("佢，頭暈", "zh")) == "他,头晕"
    assert cues.mended(simplify("我唔識", "zh")) == "我不识"
