"""Danger in every state: pure steps, without matcher or directory."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import get_args

import pytest

from assistant.core.conversation import Conversation, Option, Pending, Question
from assistant.core.event import Alert, AlertNews, Event, Outcome, Say, TakeDown, Transfer
from assistant.core.intent import Match, Ranked, Reading, Safety, Urgency
from assistant.core.site import Site
from assistant.core.turn import Channel, HungUp, Key, Silence, Turn, Unclear, Understood, Utterance
from assistant.core.values import Localised
from assistant.dialogue.engine import step
from assistant.dialogue.move import Context, Entry

NOW = datetime.fromisoformat("2026-11-25T09:00+08:00")
NAME = Localised((("zh", "桂花社区"), ("en", "Osmanthus")))
CLASSES = (
    "fall", "chest", "stroke", "fire_gas", "self_harm", "abuse", "scam", "lost",
    "no_heat_water_food", "medicine",
)  # fmt: skip
QUESTIONS: tuple[Question, ...] = get_args(Question)
NOTHING = Match(None, 0.0, accepted=False)


def context(*, bridge: bool = False) -> Context:
    """A fresh code for every turn, as the loop gives it."""
    site = Site(
        NAME, ("zh", "en"), "Asia/Shanghai", "120", "119", "0571-88001234", None,
        emergency_bridge=bridge,
    )  # fmt: skip
    entries = {
        "service.hours": Entry("service.hours", "service.answer", "hours"),
        "talk.repeat": Entry("talk.repeat", "talk.repeat"),
        "person.request": Entry("person.request", "person.request"),
    }
    return Context(NOW, site, entries, lambda: "GH000001")


def danger(
    name: str = "fall", urgency: Urgency = "strong", words: str = "我摔倒了", language: str = "zh"
) -> Understood:
    """Words in which the detector has found danger."""
    found = Safety(f"safety.{name}", urgency, 0.9)
    return Understood(Utterance(words, language, 0.1), Reading(language, NOTHING, safety=found))


def plain(words: str, intent: str | None = None, *, agrees: bool | None = None) -> Understood:
    """Words without danger in them."""
    match = (
        Match(intent, 0.9, accepted=True, alternatives=[Ranked(intent, 0.9)]) if intent else NOTHING
    )
    return Understood(Utterance(words, "zh"), Reading("zh", match, words=words, agrees=agrees))


YES, NO = plain("要", agrees=True), plain("不用了", agrees=False)


def begun(
    question: Question | None = "open", channel: Channel = "voice", language: str = "zh"
) -> Conversation:
    """A conversation with this question open."""
    options = (Option("1", NAME, "field:hours"), Option("2", NAME, "field:phone"))
    numbered = options if question in {"which", "menu", "field"} else ()
    pending = Pending(question, NOW, numbered, "case.report", "灯坏了") if question else None
    return Conversation("c", channel, "+8610", language, NOW, NOW, pending=pending)


def talk(
    *turns: Turn, channel: Channel = "voice", bridge: bool = False
) -> tuple[Conversation, list[tuple[Event, ...]]]:
    """One turn after the other; the conversation at the end and what each turn led to."""
    conversation, led_to = begun(channel=channel), []
    for turn in turns:
        conversation, events = step(conversation, turn, context(bridge=bridge))
        led_to.append(events)
    return conversation, led_to


def shown(events: tuple[Event, ...]) -> list[str]:
    """Events in short."""
    words = []
    for event in events:
        match event:
            case Say(prompt, _, _, slower):
                words.append(prompt + (" slowly" if slower else ""))
            case Outcome(kind):
                words.append(kind)
            case Alert(_, intent):
                words.append(f"alarm {intent}")
            case AlertNews(_, answer, said):
                words.append(f"news {answer} {said}".rstrip())
            case Transfer(number):
                words.append(f"through to {number}")
            case TakeDown():
                words.append("taken down")
    return words


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("channel", ["voice", "sms"])
@pytest.mark.parametrize("name", CLASSES)
def test_strong_words_come_before_everything_in_every_state(
    name: str, channel: Channel, language: str
) -> None:
    """Whatever was asked: the alarm, and the number in the very first sentence."""
    for question in (None, *QUESTIONS):
        start = begun(question, channel, language)
        after, events = step(start, danger(name, language=language), context())
        first = next(event for event in events if isinstance(event, Say))
        kinds = [event.kind for event in events if isinstance(event, Outcome)]
        assert kinds == ["emergency.offered", "staff.alerted"], question
        assert sum(isinstance(event, Alert) for event in events) == 1
        assert first.prompt.startswith("emergency.")
        assert first.param("number") is not None
        assert after.pending is not None
        assert after.pending.question == "emergency"
        assert after.language == language


@pytest.mark.parametrize("channel", ["voice", "sms"])
@pytest.mark.parametrize("name", CLASSES)
def test_possible_danger_is_asked_about_before_the_alarm(name: str, channel: Channel) -> None:
    """One question with the number in it, in every state; no alarm yet."""
    for question in (None, *QUESTIONS):
        _, events = step(begun(question, channel), danger(name, "possible"), context())
        assert shown(events) == ["emergency.offered", f"emergency.check.{name}"], question


TOLD = ["emergency.fall slowly", "emergency.stay"]


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        (YES, ["news confirmed", "emergency.confirmed", *TOLD]),
        (Key("1"), ["news confirmed", "emergency.confirmed", *TOLD]),
        (NO, ["news declined", "emergency.declined"]),
        (Key("2"), ["news declined", "emergency.declined"]),
        (Silence(5), ["news silent", *TOLD]),
        (Unclear(), ["news silent", *TOLD]),
        (Key("5"), ["news silent", *TOLD]),
        (Key("*"), ["news silent", *TOLD]),
        (plain("我在三号楼"), ["news none", *TOLD, "news none 我在三号楼"]),
        (plain("三号楼几点", "service.hours"), ["news none", *TOLD, "news none 三号楼几点"]),
        (
            danger(words="起不来"),
            ["news confirmed", "emergency.confirmed", *TOLD, "news none 起不来"],
        ),
        (HungUp(), []),
    ],
    ids=["yes", "1", "no", "2", "silent", "noise", "key", "star", "place", "wish", "again", "gone"],
)
def test_what_follows_the_question_after_strong_words(then: Turn, expected: list[str]) -> None:
    """Only a no holds the number back; the alarm stands whatever she answers."""
    _, (first, second) = talk(danger(), then)
    assert "alarm safety.fall" in shown(first)
    assert shown(second) == expected


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        (
            YES,
            ["alarm safety.fall", "staff.alerted", "news confirmed", "emergency.confirmed", *TOLD],
        ),
        (NO, ["emergency.declined"]),
        (Silence(5), ["alarm safety.fall", "staff.alerted", "news silent", *TOLD]),
        (HungUp(), ["alarm safety.fall", "staff.alerted", "news silent"]),
    ],
    ids=["yes", "no", "silent", "gone"],
)
def test_what_follows_the_question_after_possible_words(then: Turn, expected: list[str]) -> None:
    """No alarm for a no; silence or a dropped line after talk of danger is danger."""
    _, (_, second) = talk(danger(urgency="possible"), then)
    assert shown(second) == expected


def test_another_wish_after_possible_words_is_served() -> None:
    """She did not mean it that way: the line goes on with what she asks."""
    _, (_, second) = talk(danger(urgency="possible"), plain("食堂几点开门", "service.hours"))
    assert not any(isinstance(event, Alert) for event in second)


def test_the_line_stays_after_the_number() -> None:
    """Words go to the alarm, silence brings the number again, a no closes it kindly."""
    conversation, led_to = talk(
        danger(), YES, plain("我在厨房"), Silence(20), YES, danger("fire_gas", words="有煤气味"), NO
    )
    assert [shown(events) for events in led_to[2:]] == [
        ["news none 我在厨房", "emergency.noted"],
        ["emergency.again"],
        ["emergency.again"],
        ["news none 有煤气味", "emergency.fire_gas slowly", "emergency.stay"],
        ["news declined", "emergency.declined"],
    ]
    assert conversation.emergency is None


def test_a_person_can_be_asked_for_in_danger() -> None:
    """Zero, and the word for it, lead to a person; the alarm stands."""
    for wish in (Key("0"), plain("找人", "person.request")):
        _, (_, second) = talk(danger(), wish)
        assert shown(second)[0].startswith(("person.", "taken down"))


def test_a_no_after_a_no_and_a_new_danger_is_a_new_alarm() -> None:
    """What was declined does not silence the next cry."""
    _, led_to = talk(danger(), NO, danger(words="又摔了"))
    assert sum(isinstance(event, Alert) for event in itertools.chain(*led_to)) == 2


@pytest.mark.parametrize(("bridge", "through"), [(True, ["through to 120"]), (False, [])])
def test_a_call_is_put_through_only_where_that_is_agreed(
    *, bridge: bool, through: list[str]
) -> None:
    """And only after a yes."""
    _, (_, silent) = talk(danger(), Silence(5), bridge=bridge)
    _, (_, agreed) = talk(danger(), YES, bridge=bridge)
    assert [word for word in shown(silent) if word.startswith("through")] == []
    assert [word for word in shown(agreed) if word.startswith("through")] == through


def test_a_bridge_that_is_refused_leaves_her_with_the_number() -> None:
    """The call goes on as if a key had been pressed: the number again, and we stay."""
    _, led_to = talk(danger(), YES, Key("#"), bridge=True)
    assert shown(led_to[2]) == ["emergency.again"]


def test_a_text_gets_the_number_at_once_and_a_bare_digit_harms_nothing() -> None:
    """The first answer tells; what is written next goes to the alarm."""
    conversation, led_to = talk(
        danger(), plain("1", agrees=True), plain("三号楼201"), channel="sms"
    )
    assert [shown(events) for events in led_to] == [
        ["emergency.offered", "alarm safety.fall", "staff.alerted", "emergency.fall slowly"],
        ["news confirmed", "emergency.confirmed", "emergency.again"],
        ["news none 三号楼201", "emergency.noted"],
    ]
    assert conversation.emergency is not None
