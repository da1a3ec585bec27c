"""Two wishes that are near: one short question names both, and any plain answer settles it."""

from __future__ import annotations

from datetime import datetime

import pytest

from assistant.config import load_config
from assistant.core.conversation import Conversation
from assistant.core.event import Event, Reread, Say
from assistant.core.intent import Match, Ranked, Reading, Slots
from assistant.core.turn import Key, Understood, Utterance
from assistant.core.values import Localised
from assistant.dialogue.engine import step
from assistant.dialogue.move import Context, Entry
from tests.conftest import ROOT

NOW = datetime.fromisoformat("2026-11-25T09:00+08:00")
HEARD = "那个什么时候来着"
ENTRIES = {
    "service.hours": Entry(
        "service.hours", "service.answer", "hours", example=Localised((("zh", "几点开门"),))
    ),
    "callback.when": Entry(
        "callback.when", "request.take", example=Localised((("zh", "什么时候回电话"),))
    ),
}
NEAR = (Ranked("service.hours", 0.45), Ranked("callback.when", 0.42))
UNSURE = Match("service.hours", 0.45, accepted=False, alternatives=list(NEAR))
NOTHING = Match(None, 0.0, accepted=False)


@pytest.fixture
def context() -> Context:
    """Two intents, at a fixed moment."""
    site = load_config(ROOT / "config.yaml", {}).the_site()
    return Context(NOW, site, ENTRIES, lambda: "GH000001")


def said(text: str, match: Match, choice: int | None = None) -> Understood:
    """Words and what they were taken to mean."""
    return Understood(Utterance(text, "zh"), Reading("zh", match, Slots(choice=choice), words=text))


def asked(context: Context) -> tuple[Conversation, tuple[Event, ...]]:
    """The question that names both."""
    call = Conversation("c", "voice", "+8657188005678", "zh", NOW, NOW)
    return step(call, said(HEARD, UNSURE), context)


def test_both_are_named(context: Context) -> None:
    """One sentence, one question."""
    _, events = asked(context)
    (say,) = events
    assert isinstance(say, Say)
    assert say.prompt == "unclear.close"
    assert say.param("first") == ENTRIES["service.hours"].example
    assert say.param("second") == ENTRIES["callback.when"].example


@pytest.mark.parametrize(
    ("answer", "intent"),
    [
        (Key("1"), "service.hours"),
        (Key("2"), "callback.when"),
        (said("第二个", NOTHING, choice=2), "callback.when"),
        (said("几点开门", NOTHING), "service.hours"),
    ],
    ids=["key one", "key two", "the second", "its name"],
)
def test_a_plain_answer_settles_it(context: Context, answer: Key | Understood, intent: str) -> None:
    """By key, by number or by name: the words heard first are read again with that meaning."""
    conversation, _ = asked(context)
    after, events = step(conversation, answer, context)
    assert Reread(HEARD, intent) in events
    assert after.misses == 0


def test_another_key_reads_both_out(context: Context) -> None:
    """With a key to each."""
    conversation, _ = asked(context)
    _, events = step(conversation, Key("7"), context)
    assert [event.prompt for event in events if isinstance(event, Say)] == [
        "key.unknown",
        "menu.option",
        "menu.option",
    ]
