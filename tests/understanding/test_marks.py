from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from assistant.core.intent import Mark
from assistant.understanding.marks import Marks
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator


def marks_of(language: str) -> Marks:
    """As the language's own file has them."""
    text = (ROOT / "intents" / language / "_common.yaml").read_text("utf-8")
    return Marks.of(language, YAML(typ="safe").load(text))


MARKS = {language: marks_of(language) for language in ("zh", "en")}


@pytest.mark.parametrize(
    ("language", "words", "score", "of"),
    [
        ("zh", "我给你们打个分，五分", 5, 5),
        ("zh", "打三分，扣两分是因为来晚了", 3, 5),
        ("zh", "扣一分怕你们骄傲，四分", 4, 5),
        ("zh", "四分半", 4.5, 5),
        ("zh", "十分制的话我给八分", 8, 10),
        ("zh", "一百分里给你八十八", 88, 100),
        ("zh", "办得马马虎虎给个六十分", 60, 100),
        ("zh", "修好了，给五颗星", 5, 5),
        ("zh", "满分，没得说", 5, 5),
        ("zh", "十分满意", 3, 3),
        ("zh", "你们问我满不满意，我跟你讲，挺满意的", 3, 3),
        ("zh", "不满意，办是办了，办得马马虎虎", 1, 3),
        ("zh", "一般", 2, 3),
        ("zh", "满意5", 5, 5),
        ("en", "i'd give it four out of five", 4, 5),
        ("en", "gie them ten oot o ten fur that", 10, 10),
        ("en", "call it six out of ten four the whole job", 6, 10),
        ("en", "three stars", 3, 5),
        ("en", "score 4 - quick but left a mess", 4, 5),
        ("en", "it took too long but it's done so three", 3, 5),
        ("en", "full marks from me", 5, 5),
        ("en", "i wasn't happy with how it was done", 1, 3),
        ("en", "not bad, middling", 2, 3),
        ("en", "i am very satisfied", 3, 3),
    ],
)
def test_the_mark_in_her_words(language: str, words: str, score: float, of: int) -> None:
    """On her own scale; where she names none, the smallest that holds it; else in three steps."""
    mark = MARKS[language].read(words)
    assert mark is not None
    assert (mark.score, mark.of) == (score, of)


@pytest.mark.parametrize(
    ("language", "words", "mark"),
    [
        ("zh", "解决了", Mark(None, None, solved=True)),
        ("zh", "没解决", Mark(None, None, solved=False)),
        ("zh", "没解决，灯装歪了一碰就灭", Mark(None, None, solved=False, more=True)),
        ("zh", "修好了，满意", Mark(3, 3, solved=True)),
        ("en", "it's not fixed", Mark(None, None, solved=False)),
        (
            "en",
            "still dripping into the bath every single night",
            Mark(None, None, solved=False, more=True),
        ),
        ("en", "solved", Mark(None, None, solved=True)),
    ],
)
def test_whether_it_is_solved_and_why_not(language: str, words: str, mark: Mark) -> None:
    """Not solved holds the word solved; what she says besides tells why."""
    assert MARKS[language].read(words) == mark


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh", "3"), ("zh", "八分钟后再打"), ("zh", "没有了"), ("en", "3"), ("en", "no thank you")],
)
def test_what_is_no_mark(language: str, words: str) -> None:
    """A bare digit answers the question that is open; minutes are no points."""
    assert MARKS[language].read(words) is None


def everything_people_say() -> Iterator[tuple[str, str]]:
    """All examples of `feedback.give`."""
    for language in MARKS:
        path = ROOT / "intents" / language / "feedback.give.yaml"
        for listed in YAML(typ="safe").load(path.read_text("utf-8")).values():
            yield from ((language, words) for words in listed or ())


def test_most_examples_hold_a_mark() -> None:
    """Who gives none ("I want to leave a rating") is asked for it; 95 of 100 give one."""
    said = list(everything_people_say())
    found = [MARKS[language].read(words) for language, words in said]
    assert sum(mark is not None for mark in found) >= 0.93 * len(said)


@given(st.sampled_from(("zh", "en")), st.text(max_size=80))
def test_any_text_can_be_read(language: str, words: str) -> None:
    """And a mark is never above its scale."""
    mark = MARKS[language].read(words)
    if mark is not None and mark.score is not None:
        assert mark.of is not None
        assert 0 <= mark.score <= mark.of
