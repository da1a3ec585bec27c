from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from assistant.core.texts import IncomingText
from assistant.core.turn import Key, Opened, Silence, Turn, Utterance
from assistant.core.values import PhoneNumber
from assistant.rooms import Reply
from assistant.texting import excuses
from tests.faults import database_away, no_room_on_disk

if TYPE_CHECKING:
    from assistant.app import House

AT = datetime.fromisoformat("2026-11-25T09:00+08:00")
HERS = "+8613800000001"
STAFF = "+8657188001111"

Open = Callable[[datetime], Any]


@pytest.mark.parametrize(
    ("words", "danger"),
    [
        ("食堂几点开门", False),
        ("我摔倒了起不来，救命", True),
        ("When does the canteen open?", False),
        ("Help, I have fallen and cannot get up", True),
        ("1", False),
    ],
)
def test_a_text_nobody_can_keep_is_told_whom_to_ring(
    open_at: Callable[[datetime], Any], words: str, *, danger: bool
) -> None:
    """The office's number in her language; words of danger bring the emergency number before it."""
    house, *_ = open_at(AT)
    house.close()
    site = house.talk.rooms.site
    parts = excuses(house.talk.rooms)(IncomingText(HERS, words))
    said = "".join(parts)
    digits = "".join(sign for sign in said if sign.isdigit())
    office = "".join(sign for sign in site.office_phone if sign.isdigit())
    assert len(parts) == 1
    assert office in digits
    assert (site.emergency_number in digits.partition(office)[0]) == danger


# -- calls ----------------------------------------------------------------------------------


class Call:
    """One call, turn by turn, as the telephone's side hands them in."""

    def __init__(self, house: House, language: str = "zh") -> None:
        self._talk, self._now = house.talk, AT
        self.talk = house.talk.begin("voice", HERS, AT, language=language)
        self.reply = Reply(self.talk)

    def take(self, turn: Turn | Utterance) -> list[str]:
        """The prompts that answer a turn."""
        self._now += timedelta(seconds=10)
        self.reply = self._talk.take(self.talk, turn, self._now, held=True)
        self.talk = self.reply.conversation
        return [one.prompt for one in self.reply.sentences]


def with_staff_phone(house: House) -> None:
    """Let the office have a telephone to which calls are put through."""
    rooms = house.talk.rooms
    house.talk.rooms = replace(rooms, site=replace(rooms.site, staff_phone=STAFF))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_call_during_an_outage_says_whom_to_ring(open_at: Open, language: str) -> None:
    """Who speaks, the emergency number, the office's twice; then the call ends."""
    house, *_ = open_at(AT)
    call = Call(house, language)
    with database_away(house):
        assert call.take(Opened()) == ["greeting.short", "outage"]
    assert call.reply.end
    rooms = house.talk.rooms
    said, wording = call.reply.sentences[1].text, house.library.wordings[language]
    office = wording.say(PhoneNumber(rooms.site.office_phone), "voice")
    emergency = wording.say(PhoneNumber(rooms.site.emergency_number), "voice")
    assert said.count(office) == 2
    assert emergency in said.partition(office)[0]


def test_zero_puts_a_call_through_during_an_outage(open_at: Open) -> None:
    """An office with a telephone for it is one key away, whatever else is broken."""
    house, *_ = open_at(AT)
    with_staff_phone(house)
    call, other = Call(house), Call(house)
    with database_away(house):
        assert call.take(Opened()) == ["greeting.short", "outage", "outage.zero"]
        assert not call.reply.end
        assert call.take(Key("0")) == ["person.transfer"]
        assert call.reply.transfer == STAFF
        other.take(Opened())
        assert other.take(Silence(8)) == ["outage"]
        assert other.reply.end


def test_a_second_failure_in_a_call_says_whom_to_ring(open_at: Open) -> None:
    """The first may be a server that is restarted: she is asked again, each time."""
    house, *_ = open_at(AT)
    call = Call(house)
    call.take(Opened())
    with database_away(house):
        assert call.take(Utterance("楼道灯坏了", "zh")) == ["error"]
        assert not call.reply.end
    assert call.take(Key("#"))[0].startswith("menu.")
    with database_away(house):
        assert call.take(Utterance("食堂几点开门", "zh")) == ["error"]
        assert call.take(Utterance("我摔倒了起不来", "zh")) == ["emergency.again", "outage"]
        assert call.reply.end


def test_zero_after_a_failure_says_whom_to_ring(open_at: Open) -> None:
    """She was told to press zero for a person; without a telephone there, she gets its number."""
    house, *_ = open_at(AT)
    call = Call(house)
    call.take(Opened())
    with database_away(house):
        assert call.take(Utterance("楼道灯坏了", "zh")) == ["error"]
        assert call.take(Key("0")) == ["outage"]
        assert call.reply.end


def test_a_full_disk_answers_what_need_not_be_kept(open_at: Open) -> None:
    """She is greeted and told the hours; what would have to be written down is not promised."""
    house, *_ = open_at(AT)
    call = Call(house)
    with no_room_on_disk():
        assert call.take(Opened())[0] == "greeting"
        assert any(
            name.startswith("answer.") for name in call.take(Utterance("食堂几点开门", "zh"))
        )
        told = [*call.take(Utterance("楼道灯坏了", "zh")), *call.take(Utterance("是的", "zh"))]
        assert {"error", "outage"} & set(told)
    assert not house.requests.listing(None)


def test_a_text_of_danger_whose_turn_fails_gets_the_emergency_number(
    open_at: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the sentence that asks her to write again."""
    house, *_ = open_at(AT)

    def fail(*_: object) -> None:
        raise RuntimeError("the alarm bell is broken")

    monkeypatch.setattr(house.talk.rooms.alarms, "raise_", fail)
    said = "".join(house.talk.text(IncomingText(HERS, "我摔倒了起不来，救命"), AT).texts)
    assert house.talk.rooms.site.emergency_number in said
