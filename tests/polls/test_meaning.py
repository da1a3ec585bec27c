"""Which choice and which poll somebody's words mean."""

from __future__ import annotations

import pytest

from assistant.core.values import Localised
from assistant.polling import sounds_like
from assistant.polls.meaning import Meaning
from assistant.polls.reading import load_words


def both(zh: str, en: str = "") -> Localised:
    """A text in one language or two."""
    return Localised((("zh", zh), ("en", en)) if en else (("zh", zh),))


PARK = (
    both("长椅", "benches"),
    both("遮雨的亭子", "a shelter from the rain"),
    both("健身器材", "exercise machines"),
)
SIDES = (both("同意", "Yes"), both("不同意", "No"), both("无所谓", "I do not mind"))
STAIRS = (both("加装电梯", "a lift"), both("加装雨棚", "a rain roof"), both("修坡道", "a ramp"))
TITLES = (
    both("小公园里先添什么？", "What should the little park get first?"),
    both("食堂周日想吃什么？", "What should the canteen cook on Sundays?"),
)


@pytest.fixture(scope="module")
def meaning() -> Meaning:
    """With the words as shipped."""
    return Meaning(load_words(), sounds_like)


@pytest.mark.parametrize(
    ("said", "choices", "number"),
    [
        ("我投长椅", PARK, 1),
        ("要亭子", PARK, 2),
        ("挑遮雨的", PARK, 2),
        ("投停子那个", PARK, 2),
        ("健身的那个", PARK, 3),
        ("I vote for the bench", PARK, 1),
        ("the sheltr please", PARK, 2),
        ("exercise machine", PARK, 3),
        ("电梯那个", STAIRS, 1),
        ("我选雨棚", STAIRS, 2),
        ("我同意", SIDES, 1),
        ("装电梯我赞成，算我一票", SIDES, 1),
        ("不同意", SIDES, 2),
        ("我反对", SIDES, 2),
        ("I say yes to it", SIDES, 1),
        ("i'm against it", SIDES, 2),
        ("无所谓", SIDES, 3),
    ],
)
def test_a_choice_is_found_by_what_tells_it_from_the_others(
    meaning: Meaning, said: str, choices: tuple[Localised, ...], number: int
) -> None:
    """By part of its name, by sound, misspelt, for or against."""
    assert meaning.choice(said, choices).numbers == (number,)


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("原来投长椅，现在改投亭子", 2),
        ("不要长椅，要亭子", 2),
        ("亭子，不是长椅", 2),
        ("make it the shelter instead of the bench", 2),
        ("i voted for the benches but i want the exercise machines", 3),
    ],
)
def test_who_changes_her_mind_means_what_she_says_last(
    meaning: Meaning, said: str, number: int
) -> None:
    """What she takes back is not her choice."""
    assert meaning.choice(said, PARK).numbers == (number,)


def test_a_number_tells_something_before_what_it_counts(meaning: Meaning) -> None:
    """Hours are told apart; a bare number is a place and no name."""
    hours = (both("晚上八点"), both("晚上八点半"), both("晚上九点"))
    assert meaning.choice("改成九点", hours).numbers == (3,)
    assert meaning.choice("我投晚上八点半", hours).numbers == (2,)
    assert meaning.choice("我要九", hours).numbers == ()


@pytest.mark.parametrize(
    ("said", "places"),
    [
        ("公园", (0,)),
        ("the canteen one", (1,)),
        ("食堂周日想吃什么", (1,)),
        ("食堂几点开门", ()),
        ("", ()),
    ],
)
def test_a_part_of_a_title_names_its_vote(
    meaning: Meaning, said: str, places: tuple[int, ...]
) -> None:
    """Nothing but a part of it: another question about the same place is none."""
    assert meaning.within(said, TITLES) == places


@pytest.mark.parametrize("said", ["加装的那个", "电梯或者雨棚"])
def test_words_that_fit_two_choices_are_not_guessed(meaning: Meaning, said: str) -> None:
    """Both are named, so that she can be asked which."""
    fitting = meaning.choice(said, STAIRS)
    assert set(fitting.numbers) == {1, 2}
    assert not fitting.sure


@pytest.mark.parametrize(
    "said", ["", "随便", "食堂几点开门", "我要投票", "what time is it", "？！"]
)
def test_words_about_something_else_name_no_choice(meaning: Meaning, said: str) -> None:
    """Nothing is better than a wrong vote."""
    assert meaning.choice(said, PARK).numbers == ()


@pytest.mark.parametrize(
    ("said", "places"),
    [
        ("公园那个投票", (0,)),
        ("食堂的", (1,)),
        ("the vote about the canteen", (1,)),
        ("有什么投票", ()),
        ("what can i vote on", ()),
        ("停车的投票", ()),
    ],
)
def test_a_poll_is_found_by_its_question(
    meaning: Meaning, said: str, places: tuple[int, ...]
) -> None:
    """By a word that stands in no other question."""
    assert meaning.titles(said, TITLES) == places


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("选乙", 2),
        ("option b", 2),
        ("我选A", 1),
        ("丙 我选丙", 3),
        ("vote a bench", None),
        ("", None),
    ],
)
def test_letters_are_numbers(meaning: Meaning, said: str, number: int | None) -> None:
    """As they stand on notices; an article is no letter."""
    assert meaning.letter(said) == number
