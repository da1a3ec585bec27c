"""Lessons: what the office announces comes first, one question to her last."""

from __future__ import annotations

from datetime import datetime

import pytest

from assistant.config import load_config
from assistant.core.answer import Fact, Found, Warned
from assistant.core.conversation import NOWHERE, Conversation
from assistant.core.event import Event, Say
from assistant.core.turn import Channel, Key, LookedUp
from assistant.core.values import Localised
from assistant.dialogue.engine import step
from assistant.dialogue.move import Context
from assistant.dialogue.prompts import PromptBook
from tests.conftest import ROOT
from tests.houses import trees_learnt

NOW = datetime.fromisoformat("2026-11-25T09:00+08:00")
TEXT = Localised((("zh", "有人冒充燃气公司上门收钱"), ("en", "men pose as the gas company")))
NOTICE = Fact(None, NOWHERE, "notice", "known", "", (("text", TEXT),))


@pytest.fixture(scope="module")
def context() -> Context:
    """The real prompts and entries, at a fixed moment."""
    library = trees_learnt().library
    site = load_config(ROOT / "config.yaml", {}).the_site()
    book = PromptBook(library.prompts, library.wordings)
    return Context(NOW, site, library.entries, lambda: "GH000001", book=book)


def said(events: tuple[Event, ...]) -> list[str]:
    """The prompts among these."""
    return [event.prompt for event in events if isinstance(event, Say)]


def told(
    context: Context, language: str, found: Found, channel: Channel = "voice"
) -> tuple[Conversation, list[str]]:
    """The lesson, listened to until she is asked something else than whether to go on."""
    talk = Conversation("c", channel, "+8657188001001", language, NOW, NOW)
    query = Warned("learn.scam", "", language)
    talk, events = step(talk, LookedUp(query, found), context)
    heard = said(events)
    while talk.pending is not None and talk.pending.question == "more":
        talk, events = step(talk, Key("1"), context)
        heard += said(events)
    return talk, heard


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_notice_of_the_office_comes_first_and_a_question_last(
    context: Context, language: str
) -> None:
    """Without a notice the lesson alone; the question is the last thing said."""
    _, heard = told(context, language, Found((NOTICE,)))
    assert (heard[0], heard[-1]) == ("learn.scam.now", "learn.scam.question")
    _, heard = told(context, language, Found())
    assert (heard[0], heard[-1]) == ("learn.scam", "learn.scam.question")


@pytest.mark.parametrize(("key", "prompt"), [("2", "learn.scam.right"), ("1", "learn.scam.wrong")])
def test_her_answer_is_praised_or_put_right(context: Context, key: str, prompt: str) -> None:
    """Nobody may be told a code: no is right."""
    talk, _ = told(context, "zh", Found())
    _, events = step(talk, Key(key), context)
    assert said(events) == [prompt, "else.ask"]


def test_who_does_not_want_to_hear_more_is_not_asked(context: Context) -> None:
    """The question belongs to a lesson that was heard to its end."""
    talk = Conversation("c", "voice", "+8657188001001", "zh", NOW, NOW)
    talk, _ = step(talk, LookedUp(Warned("learn.scam", "", "zh"), Found()), context)
    _, events = step(talk, Key("2"), context)
    assert said(events) == ["else.ask"]


def test_a_text_is_the_lesson_alone(context: Context) -> None:
    """No question that would wait for an answer for a day."""
    talk, heard = told(context, "zh", Found(), "sms")
    assert heard == ["learn.scam"]
    assert talk.pending is None
