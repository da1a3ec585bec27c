"""What a drill's callers ask for bothers nobody."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from assistant.app import House, open_house
from assistant.clock import ConversationClock
from assistant.config import load_config
from assistant.core.event import Alert, Flag, OptOut, Say, SendText, TakeDown
from assistant.core.turn import Key, Opened
from assistant.drill.numbers import fresh_call, fresh_number, is_drill
from assistant.drill.results import DrillStore
from assistant.effects import perform
from tests.conftest import ROOT
from tests.houses import trees_learnt

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.core.event import Event

NOW = datetime.fromisoformat("2026-11-25T03:30+08:00")
ON_DUTY = '["+8613900000001"]'


@pytest.fixture
def house(tmp_path: Path, demo_data: Path) -> Iterator[House]:
    """With somebody on duty and somebody who can be rung."""
    environment = {
        "ASSISTANT_SITE__DUTY_PHONES": ON_DUTY,
        "ASSISTANT_SITE__STAFF_PHONE": "+8657188001234",
    }
    config = load_config(ROOT / "config.yaml", environment)
    learnt = trees_learnt()
    shutil.copytree(demo_data, tmp_path, dirs_exist_ok=True)
    opened = open_house(config, tmp_path, ROOT, ConversationClock(NOW), learnt=learnt)
    yield opened
    opened.close()


def asked_by(contact: str, house: House, *events: Event) -> None:
    """Let the line do what a caller of that number asked for."""
    conversation = house.talk.begin("voice", contact, NOW, identifier=name_of(contact))
    for event in events:
        perform(house.talk.rooms, event, conversation, NOW)


def name_of(contact: str) -> str | None:
    """The name of a drill's call, as its carrier gives it; a resident's is made up."""
    return fresh_call() if is_drill(contact) else None


@pytest.mark.parametrize(
    ("contact", "ours"),
    [
        ("+9990123456789", True),
        ("+999012345678", False),
        ("+8613800000001", False),
        ("9990123456789", False),
        ("", False),
    ],
)
def test_only_numbers_nobody_has_are_drills(contact: str, *, ours: bool) -> None:
    """A resident is never taken for a drill."""
    assert is_drill(contact) == ours
    assert is_drill(fresh_number())


def test_an_alarm_of_a_drill_is_marked_closed_and_texted_to_nobody(house: House) -> None:
    """The same alarm of a resident stands open and is texted to the person on duty."""
    asked_by(fresh_number(), house, Alert("GH000001", "safety.fall", "我摔倒了"))
    assert house.alarms.listing() == ()
    (marked,) = house.alarms.listing(closed=True)
    assert (marked.words, marked.status, marked.closed_by) == (
        "[drill] 我摔倒了",
        "closed",
        "drill",
    )
    assert house.outbox.claim(NOW) is None
    asked_by("+8613800000001", house, Alert("GH000002", "safety.fall", "我摔倒了"))
    assert [item.code for item in house.alarms.listing()] == ["GH000002"]
    assert house.outbox.claim(NOW) is not None


def test_a_request_of_a_drill_waits_for_nobody(house: House) -> None:
    """It is kept, marked and closed; no text is sent, no task opened, no wish remembered."""
    contact = fresh_number()
    service = house.store.records().services[0].id
    asked_by(
        contact,
        house,
        TakeDown("GH000001", "person.request", "找人"),
        SendText((Say("open.ask"),)),
        Flag(service, "hours", "wrong"),
        OptOut(stop=True),
    )
    assert house.requests.listing("open") == ()
    (kept,) = house.requests.listing(None)
    assert (kept.words, kept.status) == ("[drill] 找人", "closed")
    assert house.outbox.claim(NOW) is None
    assert not house.requests.opted_out(contact)
    assert house.inquiries._checks.listing() == []


def test_a_drill_is_put_through_to_nobody(house: House) -> None:
    """A resident who presses 0 in office hours is; a drill's caller is only told so."""
    bridged, at_nine = {}, NOW.replace(hour=9)
    for contact in ("+8613800000001", fresh_number()):
        conversation = house.talk.begin("voice", contact, at_nine)
        conversation = house.talk.take(conversation, Opened(), at_nine).conversation
        reply = house.talk.take(conversation, Key("0"), at_nine)
        assert reply.sentences[0].prompt == "person.transfer"
        bridged[is_drill(contact)] = reply.transfer
    assert bridged == {False: "+8657188001234", True: None}


def test_nothing_is_left_when_a_drill_is_over(house: House) -> None:
    """Rows of drills go, rows of residents stay."""
    for number, contact in enumerate((fresh_number(), "+8613800000001"), start=1):
        asked_by(
            contact,
            house,
            Alert(f"GH00000{number}", "safety.fall", "我摔倒了"),
            TakeDown(f"GH00001{number}", "person.request", "找人"),
        )
        talk = house.talk.begin("voice", contact, NOW, identifier=name_of(contact))
        house.talk.take(talk, Key("#"), NOW)
    DrillStore(house.database).sweep()
    assert [item.code for item in house.alarms.listing(closed=True)] == ["GH000002"]
    assert [item.code for item in house.requests.listing(None)] == ["GH000012"]
    assert house.talk.rooms.store.load("voice", "+8613800000001") is not None
