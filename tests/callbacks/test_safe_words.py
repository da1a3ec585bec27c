from __future__ import annotations

import random
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest
from pypinyin import lazy_pinyin

from assistant.callbacks.safe_words import fresh, unguessable, words_for
from assistant.library import read_yaml
from assistant.understanding import sounds

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("zh", "en")
ENOUGH = 300
OMENS = set("四死病亡丧葬墓鬼终钟散离哭凶灾棺坟")
"Four sounds like death; a clock or an umbrella given away like an end, a parting."
GLOOMY = {"dead", "death", "die", "ill", "sick", "pain", "grave", "black", "money", "bank", "card"}


@cache
def listed(language: str) -> tuple[str, ...]:
    """The safe words of a language."""
    return tuple(read_yaml(ROOT / "voices" / language / "safe_words.yaml")["words"])


@cache
def case_words(language: str) -> tuple[str, ...]:
    """The words that stand for case numbers."""
    return tuple(read_yaml(ROOT / "intents" / language / "_case_words.yaml")["words"])


def sound(word: str, language: str) -> tuple[str, ...]:
    """How a word sounds, with what is easily mixed up made one."""
    return tuple(sounds.syllables(word) if language == "zh" else sounds.keys(word))


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_enough(language: str) -> None:
    """So many that nobody can guess one, each once."""
    words = listed(language)
    assert len(words) >= ENOUGH
    assert len(set(words)) == len(words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_sound_alike(language: str) -> None:
    """Neither two of them, nor one of them and a case word."""
    heard: dict[tuple[str, ...], str] = {}
    for word in (*case_words(language), *listed(language)):
        assert heard.setdefault(sound(word, language), word) == word


def test_chinese_words_are_two_characters_read_in_one_way() -> None:
    """Two characters; a reader who takes them one by one says the same."""
    for word in listed("zh"):
        assert len(word) == 2
        assert all("\u4e00" <= sign <= "\u9fff" for sign in word)
        assert lazy_pinyin(word) == [lazy_pinyin(sign)[0] for sign in word]


def test_chinese_words_bode_nothing_ill() -> None:
    """Nothing that is or sounds like four, death or illness."""
    for word in listed("zh"):
        assert not OMENS & set(word)
        assert "si" not in sound(word, "zh")


def test_english_words_are_two_plain_short_ones() -> None:
    """Two words of at most eight letters, none of them gloomy or about money."""
    for pair in listed("en"):
        words = pair.split(" ")
        assert len(words) == 2
        assert all(word.isalpha() and word.islower() and len(word) <= 8 for word in words)
        assert not GLOOMY & set(words)


def test_english_halves_are_told_apart() -> None:
    """A first word is no second word, and none shares its sound with a part of a case word."""
    firsts = {pair.split()[0] for pair in listed("en")}
    seconds = {pair.split()[1] for pair in listed("en")}
    for one, other in combinations(sorted(firsts | seconds), 2):
        assert sounds.key(one) != sounds.key(other)
    assert not (firsts | seconds) & {word for pair in case_words("en") for word in pair.split()}


def test_a_word_is_fresh() -> None:
    """Never the telephone's last one, never one that is promised elsewhere."""
    pick = random.Random(7).choice  # noqa: S311 - the same in every run
    chosen = {fresh("甲乙丙丁", {"甲", "乙"}, "丙", pick) for _ in range(50)}
    assert chosen == {"丁"}


def test_when_every_word_is_in_use_the_last_one_still_differs() -> None:
    """An office with more open promises than words repeats some, but not her own last one."""
    pick = random.Random(7).choice  # noqa: S311 - the same in every run
    chosen = {fresh("甲乙", {"甲", "乙"}, "乙", pick) for _ in range(50)}
    assert chosen == {"甲"}


def test_a_language_without_words_takes_the_communitys() -> None:
    """The first language is the community's own."""
    assert words_for({"zh": ("桂花",), "en": ("sunny teapot",)}, "en") == ("sunny teapot",)
    assert words_for({"zh": ("桂花",), "en": ("sunny teapot",)}, "fr") == ("桂花",)


def test_a_word_of_the_sites_name_is_never_given() -> None:
    """A stranger who only names the community must not seem to know the word."""
    names = "桂花社区 osmanthus community"
    assert unguessable(("桂花", "竹席"), names) == ("竹席",)
    assert unguessable(("purple osmanthus", "purple melon"), names) == ("purple melon",)
