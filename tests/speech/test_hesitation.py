from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assistant.library import read_yaml
from assistant.speech.hesitation import Hesitation

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def ways(project: Path) -> dict[str, Hesitation]:
    """How the project's languages hesitate."""
    return {
        language: Hesitation.of(
            language, read_yaml(project / "intents" / language / "_common.yaml")
        )
        for language in ("zh", "en")
    }


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", ""),
        ("zh", "嗯"),
        ("zh", "嗯，那个，就是"),
        ("zh", "呃 这个 这个"),
        ("en", "um"),
        ("en", "Well, um..."),
        ("en", "well you know"),
    ],
)
def test_fillers_alone_are_no_answer(ways: dict[str, Hesitation], language: str, text: str) -> None:
    """Hesitation says nothing and asks for more, however long it is."""
    way = ways[language]
    assert way.only_fillers(text)
    assert way.unfinished(text)
    assert way.says_nothing(text)


@pytest.mark.parametrize(
    ("language", "text", "nothing"),
    [
        ("zh", "我想问一下", True),
        ("zh", "嗯，请问", True),
        ("zh", "我家的水管坏了，然后", False),
        ("en", "I would like to know", True),
        ("en", "um, I want to", True),
        ("en", "the lift is broken and", False),
        ("en", "it's about the", True),
    ],
)
def test_half_a_sentence_asks_to_be_finished(
    ways: dict[str, Hesitation], language: str, text: str, *, nothing: bool
) -> None:
    """Words that no sentence ends with are waited for; a mere beginning has no matter."""
    way = ways[language]
    assert way.unfinished(text)
    assert not way.only_fillers(text)
    assert way.says_nothing(text) == nothing


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "老年食堂几点开门"),
        ("zh", "医生"),
        ("zh", "不是"),
        ("zh", "明天下午打给我"),
        ("zh", "约的那个"),
        ("zh", "食堂怎么去"),
        ("zh", "我想问一下老年食堂几点开门"),
        ("en", "when does the canteen open"),
        ("en", "no"),
        ("en", "what papers do i need"),
        ("en", "I am not feeling well"),
        ("en", "panda"),
    ],
)
def test_a_whole_sentence_is_answered(
    ways: dict[str, Hesitation], language: str, text: str
) -> None:
    """What is said to its end is not waited for, not even where a word looks like a filler."""
    assert not ways[language].unfinished(text)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_most_examples_are_whole(ways: dict[str, Hesitation], project: Path, language: str) -> None:
    """Of the sentences people say, at most one in five hundred would be waited for."""
    texts = [
        str(text)
        for path in sorted((project / "intents" / language).glob("[a-z]*.yaml"))
        for text in read_yaml(path).get("spoken", ())
    ]
    waited = [text for text in texts if ways[language].unfinished(text)]
    assert len(texts) > 1000
    assert len(waited) <= len(texts) / 500, waited


def test_go_on_is_known(ways: dict[str, Hesitation]) -> None:
    """What she says for us to go on, and nothing longer."""
    assert ways["zh"].goes_on("继续。")
    assert ways["en"].goes_on("Go on!")
    assert not ways["zh"].goes_on("继续教育在哪里")


def test_a_language_without_lists_hesitates_not() -> None:
    """Missing lists are empty: every word is an answer."""
    bare = Hesitation.of("ko", {})
    assert not bare.unfinished("네")
    assert bare.unfinished("")
