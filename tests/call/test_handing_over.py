"""When a call can no longer speak or hear, it goes on: by the carrier's own voice, or by keys."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.call import VoiceCall
from assistant.channels.terminal import TerminalLine
from tests.call.conftest import CALLER, Caller, Telephone
from tests.call.test_failures import Dumb


class Carried(TerminalLine):
    """A line behind which the carrier's own menu stands."""

    async def leave(self) -> bool:
        """As a media stream."""
        return True


@pytest.fixture
def carried(telephone: Telephone) -> Caller:
    """A call on such a line, greeted."""
    caller = telephone.ring()
    telephone.run(caller.ringing.hang_up())
    line, parts = Carried(), telephone.exchange._calls.parts
    now = caller.ringing.clock.now()
    conversation = telephone.house.talk.begin("voice", CALLER, now, identifier="CA-carried")
    caller.ringing.line = line
    caller.ringing.call = VoiceCall(line, parts, conversation)
    telephone.run(caller.ringing.begin())
    return caller


def fall_silent(caller: Caller, folder: Path) -> None:
    """From now on nothing can be spoken in this call."""
    call = caller.ringing.call
    call._parts = replace(call._parts, mouth=Dumb({}, folder, folder))


def test_what_cannot_be_spoken_the_carrier_says(
    telephone: Telephone, carried: Caller, tmp_path: Path
) -> None:
    """The stream is let go, and the menu begins with exactly the sentences that were not heard."""
    carried.press("#")
    fall_silent(carried, tmp_path)
    carried.press("1")
    assert carried.over()
    assert not carried.ringing.line.ended
    before = len(carried.prompts)
    menu = telephone.exchange._calls.menu("CA-carried", CALLER, None, first=True)
    assert [item.text for item in menu.sentences]
    assert not menu.end
    assert len(carried.prompts) == before + len(menu.sentences)
    deeper = telephone.exchange._calls.menu("CA-carried", CALLER, "1", first=False)
    assert deeper.sentences != menu.sentences


def test_a_goodbye_that_cannot_be_spoken_still_ends_the_call(
    telephone: Telephone, carried: Caller, tmp_path: Path
) -> None:
    """The carrier says goodbye and hangs up."""
    fall_silent(carried, tmp_path)
    carried.press("9")
    menu = telephone.exchange._calls.menu("CA-carried", CALLER, None, first=True)
    assert menu.sentences
    assert menu.end


def test_a_call_that_never_spoke_begins_with_the_keys_greeting(
    telephone: Telephone, tmp_path: Path
) -> None:
    """An invitation to speak would lead nowhere in the carrier's menu."""
    parts = telephone.exchange._calls.parts
    mute = replace(parts, mouth=Dumb({}, tmp_path, tmp_path))
    now = telephone.exchange.clock.now()
    conversation = telephone.house.talk.begin("voice", CALLER, now, identifier="CA-mute")
    call = VoiceCall(Carried(), mute, conversation)
    telephone.run(call.start())
    assert call.over
    telephone.exchange._calls.menu("CA-mute", CALLER, None, first=True)
    said = [line["prompt"] for line in telephone.journal.lines if line["event"] == "said"]
    assert said[0] == "greeting.keys_only"
    assert "greeting" not in said
