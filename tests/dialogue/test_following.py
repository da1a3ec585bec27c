"""Answers are told a breath at a time, with one question behind them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from assistant.config import load_config
from assistant.core.answer import SHAPES, Lookup
from assistant.core.conversation import Conversation, Pace
from assistant.core.event import Event, Outcome, Say, SendText
from assistant.core.turn import Key, LookedUp
from assistant.dialogue import following
from assistant.dialogue.engine import step
from assistant.dialogue.lengths import breath
from assistant.dialogue.move import Context, Move
from assistant.dialogue.prompts import PromptBook
from assistant.directory.answers import answer_query
from assistant.library import Library
from tests.conftest import ROOT
from tests.directory.demo_community import demo_index, demo_records
from tests.houses import trees_learnt

NOW = datetime.fromisoformat("2026-11-25T09:00+08:00")
LANDLINE, MOBILE = "+8657188005678", "+8613800000001"
LANGUAGES = ("zh", "en")
QUESTIONS = {
    "else.ask",
    "more.ask",
    "more.office",
    "copy.offer",
    "card.offer",
    "field.ask",
    "person.offer",
}
QUESTIONS |= {"check.offer"}
TWICE = 1.2
"A number said twice with a long name before it may run over a breath by a fifth; nothing else may."


@pytest.fixture(scope="module")
def library() -> Library:
    """Both trees as shipped."""
    return trees_learnt().library


@pytest.fixture(scope="module")
def context(library: Library) -> Context:
    """The real prompts and entries, at a fixed moment."""
    site = load_config(ROOT / "config.yaml", {}).the_site()
    book = PromptBook(library.prompts, library.wordings)
    return Context(NOW, site, library.entries, lambda: "GH000001", book=book)


def call(language: str, contact: str = LANDLINE) -> Conversation:
    """A call that has just begun."""
    return Conversation("c", "voice", contact, language, NOW, NOW)


def answers(language: str) -> Iterator[LookedUp]:
    """Every question the demo community can be asked about a service, answered."""
    records, index = demo_records(), demo_index()
    for service in records.services:
        for field in SHAPES:
            fields = ("summary", "phone") if field == "summary" else (field,)
            query = Lookup(fields, (service.id,), "", language)  # type: ignore[arg-type]  # fields of SHAPES
            yield LookedUp(query, answer_query(records, index, query, NOW))


def says(events: tuple[Event, ...]) -> list[Say]:
    """The sentences among events."""
    return [event for event in events if isinstance(event, Say)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_is_told_in_breaths(context: Context, language: str) -> None:
    """At most 45 characters or 35 words, then a question; a yes goes on where it stopped."""
    for turn in answers(language):
        conversation, events = step(call(language), turn, context)
        heard: list[Say] = []
        for _ in range(6):
            told, question = says(events)[:-1], says(events)[-1]
            if question.prompt == "menu.option":
                break
            assert question.prompt in QUESTIONS, question
            assert not {item.prompt for item in told} & QUESTIONS
            length = sum(
                breath(context.book.sentence(item, language, "voice").text) for item in told
            )
            numbered = any(item.prompt in {"answer.phone.known", "answer.ring"} for item in told)
            assert length <= (TWICE if numbered else 1), [
                context.book.sentence(item, language, "voice").text for item in told
            ]
            heard += told
            if not question.prompt.startswith("more."):
                break
            conversation, events = step(conversation, Key("1"), context)
        assert len(set(heard)) == len(heard)
        whole = {(item.prompt, item.params) for item in conversation.answer}
        assert {(item.prompt, item.params) for item in heard} >= whole or not whole


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_heard_is_not_counted(context: Context, language: str) -> None:
    """A fact is answered when it is told, not while it waits behind a question."""
    for turn in answers(language):
        conversation, events = step(call(language), turn, context)
        told = [item.prompt for item in says(events)]
        counted = [event for event in events if isinstance(event, Outcome)]
        if told[-1:] == ["more.ask"] and told[:-1] == ["answer.alert"]:
            assert counted == []
            _, events = step(conversation, Key("1"), context)
            assert [event for event in events if isinstance(event, Outcome)]


def test_the_copy_is_the_whole_answer(context: Context) -> None:
    """Both breaths of it, as first worded, however often it was repeated."""
    turns = [turn for turn in answers("zh") if turn.query.fields == ("hours",)]  # type: ignore[union-attr]  # lookups only
    for turn in turns:
        conversation, events = step(call("zh", MOBILE), turn, context)
        whole = conversation.answer
        while says(events)[-1].prompt.startswith("more."):
            conversation, events = step(conversation, Key("1"), context)
        if says(events)[-1].prompt != "copy.offer":
            continue
        _, events = step(conversation, Key("1"), context)
        assert SendText(whole) in events
        assert all(say.piece is None and say.variant == 0 for say in whole)


@pytest.mark.parametrize(
    ("contact", "offered"),
    [(MOBILE, "copy.offer"), (LANDLINE, "card.offer"), ("anonymous", "else.ask")],
)
def test_a_copy_is_offered_where_it_can_be_had(
    context: Context, contact: str, offered: str
) -> None:
    """A text to mobiles, a card for landlines, nothing to a number withheld; once a call."""
    turn = next(t for t in answers("zh") if t.query.fields == ("address",))  # type: ignore[union-attr]  # lookups only
    conversation, events = step(call("zh", contact), turn, context)
    assert says(events)[-1].prompt == offered
    _, events = step(conversation, turn, context)
    assert says(events)[-1].prompt == "else.ask"


@pytest.mark.parametrize(
    ("pace", "language", "adjusted", "asked"),
    [
        (Pace(), "zh", "", None),
        (Pace(0.85, patient=True), "zh", "slower", "keep.slower"),
        (Pace(gain_db=6.0), "zh", "louder", "keep.louder"),
        (Pace(0.85, 6.0, patient=True), "zh", "several", "keep.several"),
        (Pace(), "en", "language", "keep.language"),
        (Pace(), "zh", "language", None),
        (Pace(0.85, patient=True), "zh", "", None),
    ],
)
def test_only_a_change_is_asked_about(
    context: Context, pace: Pace, language: str, adjusted: str, asked: str | None
) -> None:
    """Not the usual way of speaking, nor what was kept before and not changed in this call."""
    now = Move(call(language)).with_(pace=pace, adjusted=adjusted)
    prompts = [item.prompt for item in says(following.nothing_else(now, context).events)]
    assert prompts == [asked or "farewell"]
    again = following.nothing_else(now.with_(keep_asked=True), context)
    assert [item.prompt for item in says(again.events)] == ["farewell"]
