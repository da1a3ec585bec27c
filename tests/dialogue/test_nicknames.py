from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.core.answer import Found, Matter, Matters
from assistant.core.conversation import Conversation, Emergency, Option, Pending, Topic
from assistant.core.event import Ask, Event, Say
from assistant.core.intent import Introduction, Match, Reading
from assistant.core.site import Site
from assistant.core.turn import LookedUp, Understood, Utterance
from assistant.core.values import Localised
from assistant.dialogue import introductions, nicknames
from assistant.dialogue.engine import step
from assistant.dialogue.move import Context, Move

NOW = datetime.fromisoformat("2026-11-25T09:00+08:00")
SITE = Site(
    Localised((("zh", "桂花社区"), ("en", "Osmanthus"))),
    ("zh", "en"),
    "Asia/Shanghai",
    "120",
    "119",
    "0571-88001234",
    None,
)
CONTEXT = Context(NOW, SITE, {}, lambda: "GH000001")
FRESH = Conversation("c", "sms", "+8613800000001", "zh", NOW, NOW)
PEOPLE = ("张阿姨", "李叔", "Mary's son", "")


@dataclass(frozen=True)
class Thing:
    """What belongs to somebody."""

    nickname: str


def said(text: str, name: str | None = None, *, alone: bool = True) -> Understood:
    """A text that may say who writes."""
    who = None if name is None else Introduction(name, alone=alone)
    reading = Reading("zh", Match(None, 0.0, accepted=False), introduction=who)
    return Understood(Utterance(text, "zh"), reading)


def asked(
    purpose: str, *matters: Matter, now: Conversation = FRESH
) -> tuple[Conversation, tuple[Event, ...]]:
    """What comes of a question about the open matters of the telephone."""
    query = Matters(now.contact, "cancel" if purpose == "cancel" else "status", "进度")
    return step(now, LookedUp(query, Found(matters=matters)), CONTEXT)


def told(events: tuple[Event, ...]) -> list[str]:
    """The codes that are told."""
    codes = [event.param("code") for event in events if isinstance(event, Say)]
    return [str(getattr(code, "text", code)) for code in codes if code is not None]


ZHANG, LI, NOBODY = (
    Matter("GH000001", "case.report", "张阿姨"),
    Matter("GH000002", "case.report", "李叔"),
    Matter("GH000003", "case.report"),
)


def test_two_people_are_asked_apart_before_anything_is_told() -> None:
    """The question names both and nothing of either."""
    now, events = asked("status", ZHANG, LI, NOBODY)
    assert [event.prompt for event in events if isinstance(event, Say)] == [
        "who.ask", "menu.option", "menu.option",
    ]  # fmt: skip
    assert told(events) == []
    assert now.pending is not None
    assert [option.name.text("zh") for option in now.pending.options] == ["张阿姨", "李叔"]


def test_the_one_who_writes_is_told_hers_and_what_is_nobodys() -> None:
    """Case by case."""
    _, events = asked("status", ZHANG, LI, NOBODY, now=replace(FRESH, nickname="李叔"))
    assert told(events) == ["GH000002", "GH000003"]


def test_her_answer_goes_on_with_what_she_asked() -> None:
    """A digit, a name, and a nickname that was not offered."""
    now, _ = asked("status", ZHANG, LI)
    for answer in (said("我是李叔", "李叔"), said("小王")):
        after, events = step(now, answer, CONTEXT)
        assert events == (Ask(Matters(now.contact, "status", "进度")),)
        assert after.nickname in {"李叔", "小王"}
        assert after.pending is None


def test_who_is_heard_too_poorly_is_nobody() -> None:
    """A doubtful ear makes no other person of her."""
    turn = said("我是李叔", "李叔")
    poor = replace(turn, utterance=replace(turn.utterance, confidence=0.2))
    assert introductions.heard(Move(FRESH), poor, CONTEXT).conversation == FRESH


def test_another_person_goes_on_with_nothing_but_danger() -> None:
    """The open question, the topic and the last answer were the first one's."""
    before = replace(
        FRESH,
        nickname="张阿姨",
        people=("张阿姨",),
        pending=Pending("which", NOW, (Option("1", Localised(()), "service:s"),)),
        topic=Topic(("s",)),
        said=(Say("answer"),),
        answer=(Say("answer"),),
        emergency=Emergency("safety.fall", strong=True, heard=""),
    )
    after = introductions.heard(Move(before), said("我是李叔", "李叔"), CONTEXT).conversation
    assert (after.nickname, after.people) == ("李叔", ("张阿姨", "李叔"))
    assert (after.pending, after.topic, after.said, after.answer) == (None, Topic(), (), ())
    assert after.emergency == before.emergency
    danger = replace(before, pending=Pending("emergency", NOW))
    kept = introductions.heard(Move(danger), said("我是李叔", "李叔"), CONTEXT).conversation
    assert kept.pending == danger.pending


@pytest.mark.parametrize(("minutes", "name"), [(50, "张阿姨"), (70, "")])
def test_a_name_holds_for_an_hour_of_silence(minutes: int, name: str) -> None:
    """Then the telephone may be in other hands."""
    before = replace(FRESH, nickname="张阿姨", people=("张阿姨",))
    later = replace(CONTEXT, now=NOW + timedelta(minutes=minutes))
    assert introductions.heard(Move(before), said("进度"), later).conversation.nickname == name


@given(
    st.lists(st.sampled_from(PEOPLE), max_size=6),
    st.sampled_from(PEOPLE),
    st.lists(st.sampled_from(PEOPLE[:3]), max_size=3),
)
def test_nobody_is_ever_told_anothers(owners: list[str], who: str, people: list[str]) -> None:
    """Whoever writes: what is told has no other name on it, or there is only one name at all."""
    now = replace(FRESH, nickname=who, people=tuple(dict.fromkeys(people)))
    things = [Thing(owner) for owner in owners]
    names = {owner for owner in owners if owner}
    if nicknames.must_ask(now, things):
        assert len(names) > 1
        assert not who
        return
    for thing in nicknames.own(now, things):
        assert thing.nickname in {"", who} or (not who and names == {thing.nickname})
    for thing in things:
        if not thing.nickname:
            assert thing in nicknames.own(now, things)


@given(st.lists(st.sampled_from(PEOPLE[:3]), max_size=12))
def test_however_they_alternate_the_last_name_holds(names: list[str]) -> None:
    """And no more people are remembered than can be told apart, each once."""
    move = Move(FRESH)
    for name in names:
        move = introductions.heard(move, said("", name), CONTEXT)
    assert move.conversation.nickname == (names[-1] if names else "")
    assert len(set(move.conversation.people)) == len(move.conversation.people) <= nicknames.PEOPLE
