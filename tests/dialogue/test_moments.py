"""Examples for who does not know how to ask: those that fit this moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time

import pytest

from assistant.config import load_config
from assistant.core.answer import Fitting
from assistant.core.conversation import Conversation, Topic
from assistant.core.event import Ask
from assistant.core.intent import Match, Ranked
from assistant.core.values import Localised, Words
from assistant.dialogue import moments
from assistant.dialogue.move import Context, Entry, Example, Move
from tests.conftest import ROOT

NOON = datetime.fromisoformat("2026-11-25T12:00+08:00")
EXAMPLES = (
    Example("{topic}在哪里", "service.address"),
    Example("食堂今天吃什么", "today.roster", time(7), time(12, 30)),
    Example("药店现在开着吗", "service.open_now", time(17), time(21)),
    Example("今天停水吗", "today.notice"),
    Example("谁能修水管", "service.find"),
    Example("老年食堂几点开门", "service.hours"),
    Example("楼道的灯坏了", "case.report"),
    Example("理发店在哪里", "service.address"),
)
ENTRIES = {
    "service.address": Entry("service.address", "service.answer", "address"),
    "service.open_now": Entry("service.open_now", "service.answer", "open_now"),
    "service.hours": Entry("service.hours", "service.answer", "hours"),
    "service.find": Entry("service.find", "service.summary"),
    "today.roster": Entry("today.roster", "today.answer", "roster"),
    "today.notice": Entry("today.notice", "today.answer", "notice"),
    "case.report": Entry("case.report", "request.take"),
}
NO_TOPIC = Topic()
TOPIC = Topic(("s1",), "phone", Localised((("zh", "医保窗口"),)))


@pytest.fixture
def context() -> Context:
    """Noon, with a handful of examples."""
    site = load_config(ROOT / "config.yaml", {}).the_site()
    return Context(NOON, site, ENTRIES, lambda: "GH000001", examples={"zh": EXAMPLES})


def asked(context: Context, topic: Topic = NO_TOPIC, match: Match | None = None) -> Fitting:
    """What the records are asked before examples are named."""
    talk = Move(Conversation("c", "voice", "+86", "zh", NOON, NOON, topic=topic))
    (event,) = moments.suggest(talk, context, "unclear.first", match).events
    assert isinstance(event, Ask)
    assert isinstance(event.query, Fitting)
    return event.query


def named(context: Context, query: Fitting, fits: tuple[str, ...]) -> tuple[str, str]:
    """The two examples that are said."""
    talk = Move(Conversation("c", "voice", "+86", "zh", NOON, NOON))
    (say,) = moments.told(talk, query, fits, context).events
    first, second = say.param("first"), say.param("second")  # type: ignore[union-attr]  # a Say
    assert isinstance(first, Words)
    assert isinstance(second, Words)
    return first.text, second.text


def test_the_hour_decides_what_comes_first(context: Context) -> None:
    """At noon the menu of the canteen; in the evening the pharmacy, and the menu not at all."""
    assert asked(context).order[0] == "食堂今天吃什么"
    evening = replace(context, now=NOON.replace(hour=18))
    assert asked(evening).order[0] == "药店现在开着吗"
    assert "食堂今天吃什么" not in asked(evening).order


def test_what_was_talked_about_comes_before_the_hour(context: Context) -> None:
    """By its name, and asked of the records by its id; without a topic not at all."""
    query = asked(context, TOPIC)
    assert query.order[0] == "医保窗口在哪里"
    assert query.trials[0].services == ("s1",)
    assert not any("{" in words for words in asked(context).order)


def test_what_was_heard_comes_before_everything(context: Context) -> None:
    """A likely wish that was too unsure to act on; an unlikely one counts for nothing."""
    likely = Match("case.report", 0.3, accepted=False, alternatives=[Ranked("case.report", 0.3)])
    assert asked(context, TOPIC, likely).order[0] == "楼道的灯坏了"
    noise = Match("case.report", 0.05, accepted=False, alternatives=[Ranked("case.report", 0.05)])
    assert asked(context, match=noise).order[0] == "食堂今天吃什么"


def test_what_the_records_cannot_answer_now_comes_last(context: Context) -> None:
    """A place that is shut, a day without a notice: the next best are named instead."""
    query = asked(context)
    assert {trial.words for trial in query.trials} == {
        "食堂今天吃什么",
        "今天停水吗",
        "老年食堂几点开门",
        "理发店在哪里",
    }
    assert named(context, query, ("食堂今天吃什么", "今天停水吗")) == (
        "食堂今天吃什么",
        "今天停水吗",
    )
    assert named(context, query, ("今天停水吗",)) == ("今天停水吗", "谁能修水管")
    assert named(context, query, ()) == ("谁能修水管", "楼道的灯坏了")


def test_two_examples_ask_two_different_things(context: Context) -> None:
    """One example an intent."""
    query = asked(context, TOPIC)
    assert "理发店在哪里" not in query.order
