from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

import pytest

from assistant.commands import lint
from assistant.commands.lint import Finding
from assistant.config import load_config
from assistant.core.answer import Found, Query
from assistant.core.event import Flag
from assistant.core.ports import ServiceFinder
from assistant.dialogue.prompts import Prompt, PromptBook
from assistant.directory.answers import answer_query
from assistant.library import Examples, Library
from tests.conftest import ROOT
from tests.directory.demo_community import demo_index, demo_records
from tests.houses import trees_learnt

NOW = datetime.fromisoformat("2026-11-25T09:00+08:00")
NO_SIGNATURE: dict[str, str] = {}


class Demo:
    """The demo community, asked directly."""

    def ask(self, query: Query, now: datetime) -> Found:
        """Answer from the records."""
        return answer_query(demo_records(), demo_index(), query, now)

    def finder(self) -> ServiceFinder:
        """The index over them."""
        return demo_index()

    def phrases(self, language: str) -> tuple[str, ...]:
        """Nothing is heard here."""
        return (language,)[:0]

    def flag(self, flag: Flag, now: datetime) -> None:
        """A lint opens no tasks."""
        raise AssertionError((flag, now))


@pytest.fixture(scope="module")
def library() -> Library:
    """Both trees as shipped."""
    return trees_learnt().library


def with_examples(library: Library, intent: str, *texts: str) -> Library:
    """The library with these Chinese sentences as the only ones of an intent."""
    told = {**library.examples["zh"], intent: Examples(texts, ())}
    return replace(library, examples={"zh": told})


def with_prompt(library: Library, key: str, sms: str) -> PromptBook:
    """The prompts with one text changed."""
    changed = {**library.prompts["zh"], key: Prompt("好。", sms)}
    return PromptBook({"zh": changed}, library.wordings)


def errors(found: list[Finding]) -> list[str]:
    """What must be mended."""
    return [item.text for item in found if item.error]


def test_the_files_as_shipped_are_clean(library: Library) -> None:
    """Nothing to mend in the examples, the prompts and the demo community's answers."""
    book, demo = PromptBook(library.prompts, library.wordings), Demo()
    site = load_config(ROOT / "config.yaml", {}).the_site()
    assert errors([*lint.doubles(library)]) == []
    assert errors([*lint.empty_slots(library, demo, NOW)]) == []
    assert errors([*lint.long_texts(book, site, NO_SIGNATURE)]) == []
    assert errors([*lint.long_answers(demo_records(), demo, book, NOW, NO_SIGNATURE)]) == []


def test_a_sentence_in_two_intents_is_named(library: Library) -> None:
    """With both intents and the sentence."""
    spoilt = with_examples(library, "case.thank", library.examples["zh"]["case.report"].spoken[0])
    (line,) = errors([*lint.doubles(spoilt)])
    assert "case.thank" in line
    assert "case.report" in line


def test_near_twins_of_two_intents_are_named(library: Library) -> None:
    """A pair that differs by a letter is worth a look, and stops nothing."""
    first = next(text for text in library.examples["zh"]["case.report"].spoken if len(text) > 14)
    found = [*lint.near_twins(with_examples(library, "case.thank", first + "呀"))]
    assert any("case.thank" in item.text and first in item.text for item in found)
    assert errors(found) == []


@pytest.mark.parametrize("text", ["{service}几点开门", "____几点开门", "【地方】几点开门"])
def test_a_place_left_open_is_an_error(library: Library, text: str) -> None:
    """Somebody forgot to write a name in."""
    found = errors([*lint.empty_slots(with_examples(library, "service.hours", text), Demo(), NOW)])
    assert [line for line in found if text in line and "leaves a place open" in line]


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        ("case.status", "编号GH000123办好没有"),
        ("poll.vote", "我投第二个方案，修花园那个"),
        ("callback.book", "打我13800000001这个电话"),
        ("callback.book", "明天上午给我打"),
    ],
)
def test_a_value_in_plain_sight_is_read(library: Library, intent: str, text: str) -> None:
    """What the lint looks for is what the slot readers find."""
    spoilt = with_examples(library, intent, text)
    assert not [line for line in errors([*lint.empty_slots(spoilt, Demo(), NOW)]) if text in line]


def test_a_value_that_is_not_read_is_an_error(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sign that no slot reader knows stands for one that stopped reading it."""
    monkeypatch.setitem(lint.SIGNS, "case", re.compile("暗号是.."))
    spoilt = with_examples(library, "case.status", "我的暗号是苹果")
    found = errors([*lint.empty_slots(spoilt, Demo(), NOW)])
    assert any("has a case that is not read" in line for line in found)


def test_a_long_prompt_is_an_error(library: Library) -> None:
    """71 characters are two messages; with the signature fewer are."""
    site = load_config(ROOT / "config.yaml", {}).the_site()
    fits, over = (
        with_prompt(library, "thanks", "好" * 70),
        with_prompt(library, "thanks", "好" * 71),
    )
    assert errors([*lint.long_texts(fits, site, NO_SIGNATURE)]) == []
    (line,) = errors([*lint.long_texts(over, site, NO_SIGNATURE)])
    assert "thanks: 2 messages" in line
    assert any(
        "thanks" in line for line in errors([*lint.long_texts(fits, site, {"zh": "【桂花】"})])
    )


@pytest.mark.parametrize(
    "text",
    [
        "详情见 https://example.org/a",
        "请回复验证码。",
        "把您的密码发给我们。",
        "Please send us your password.",
        "Reply with the code to go on.",
        "See www.example.com.",
    ],
)
def test_a_text_like_a_swindlers_is_an_error(library: Library, text: str) -> None:
    """No link, and nobody is asked for a secret; warnings of swindlers are no swindle."""
    assert list(lint.bad_manners(library)) == []
    changed = {**library.prompts["zh"], "wait": Prompt("好。", text)}
    (finding,) = lint.bad_manners(replace(library, prompts={"zh": changed}))
    assert finding.error
    assert "wait" in finding.text


def test_an_answer_of_three_messages_is_an_error(library: Library) -> None:
    """Every service's address is too long when the sentence around it is."""
    book = with_prompt(
        library, "answer.address.landmark", "{service}{address}{landmark}" + "好" * 120
    )
    found = errors([*lint.long_answers(demo_records(), Demo(), book, NOW, NO_SIGNATURE)])
    assert found
    assert all("answer address of" in line and "3 messages" in line for line in found)
