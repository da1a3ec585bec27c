from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from assistant.core.turn import Opened, Utterance
from assistant.directory.checks import CheckStore

NOW = datetime.fromisoformat("2026-11-25T09:00+08:00")
CALLER = "+8613800000001"
BARBER = "185d590e-d628-569e-82f8-8cf28ecb63c5"
POST_OFFICE = "3baaab6d-43ec-59ff-82dc-c07fd8d5b9a1"
Open = Callable[[datetime], Any]


class Talker:
    """One resident who rings, and what she hears."""

    def __init__(self, open_at: Open, at: datetime = NOW, language: str = "zh") -> None:
        self.house, self.clock, self.journal = open_at(at)
        self.language = language
        self.checks = CheckStore(self.house.database)
        self.ring()

    def ring(self) -> None:
        """A new call."""
        talk = self.house.talk
        begun = talk.begin("voice", CALLER, self.clock.now(), language=self.language)
        self.conversation = talk.take(begun, Opened(), self.clock.now()).conversation

    def say(self, words: str) -> list[str]:
        """What is said; the prompts that answer it."""
        turn = Utterance(words, self.language)
        reply = self.house.talk.take(self.conversation, turn, self.clock.now())
        self.conversation = reply.conversation
        return [sentence.prompt for sentence in reply.sentences]

    def tasks(self) -> list[tuple[str, str, str, int]]:
        """The tasks for the staff."""
        return [(t.service_id, t.field, t.reason, t.asked) for t in self.checks.listing()]

    def outcomes(self) -> list[str]:
        """What was achieved so far."""
        return [line["kind"] for line in self.journal.lines if line["event"] == "outcome"]


def test_what_is_too_old_is_not_told_but_checked(open_at: Open) -> None:
    """The post office was checked over a year ago: no number, a task, and a person rings back."""
    caller = Talker(open_at)
    assert caller.say("邮政代办点电话多少") == ["answer.refused", "check.offer"]
    assert "answered" not in caller.outcomes()
    assert caller.tasks() == [(POST_OFFICE, "phone", "stale", 1)]
    caller.say("好的")
    caller.say("第一个")
    assert "callback.booked" in caller.outcomes()


@pytest.mark.parametrize(
    ("language", "question", "remark"),
    [
        ("zh", "理发店电话多少", "这不对，打不通"),
        ("en", "phone number of the barber", "that's wrong"),
    ],
)
def test_that_is_wrong_is_asked_once_and_then_believed(
    open_at: Open, language: str, question: str, remark: str
) -> None:
    """The number is not told any more until somebody has checked it."""
    caller = Talker(open_at, language=language)
    assert caller.say(question)[0] == "answer.phone.known"
    assert caller.say(remark) == ["flag.ask"]
    assert caller.tasks() == []
    assert caller.say("是的" if language == "zh" else "yes")[0] == "flag.taken"
    assert caller.tasks() == [(BARBER, "phone", "wrong", 1)]
    caller.ring()
    assert caller.say(question)[0] == "answer.refused"
    assert caller.tasks() == [(BARBER, "phone", "wrong", 2)]
    caller.clock.advance(timedelta(minutes=5))
    assert caller.checks.verified(BARBER, "王", caller.clock.now()) == 1
    assert caller.tasks() == []
    caller.ring()
    assert caller.say(question)[0] == "answer.phone.known"


def test_a_remark_taken_back_changes_nothing(open_at: Open) -> None:
    """A no to the question whether it is wrong opens no task."""
    caller = Talker(open_at)
    caller.say("理发店电话多少")
    caller.say("不对吧")
    caller.say("不是")
    assert caller.tasks() == []


def test_when_it_was_checked_is_told_when_asked(open_at: Open) -> None:
    """The date stands in the directory; asked before any answer it is no remark."""
    caller = Talker(open_at)
    assert "answer.assured" not in caller.say("这个准吗")
    caller.ring()
    caller.say("理发店电话多少")
    assert caller.say("这个是什么时候核对的")[0] == "answer.assured"


def test_an_old_fact_is_told_with_its_date(open_at: Open) -> None:
    """After ninety days the day it was checked is told with it, unasked."""
    caller = Talker(open_at, NOW + timedelta(days=60))
    assert caller.say("中医理疗科电话多少")[:2] == ["answer.phone.known", "answer.assured"]


def test_a_later_check_by_import_settles_a_remark(open_at: Open) -> None:
    """A fact said to be wrong in spring and checked in autumn is told again."""
    caller = Talker(open_at, NOW - timedelta(days=200))
    caller.say("老年食堂电话多少")
    caller.say("号码不对")
    caller.say("是的")
    records = caller.house.store.records()
    assured = next(s for s in records.services if s.name == "老年食堂").assured_date
    assert assured is not None
    assert assured > date(2026, 5, 9)
    assert caller.checks.wrong(records) == frozenset()
