from __future__ import annotations

import asyncio
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

from assistant import answering, listener
from assistant.call import VoiceCall
from assistant.channels.terminal import TerminalLine
from assistant.core.errors import SynthesisError
from assistant.simulated import QUIET
from assistant.speech.ears import Ears, EarSettings
from assistant.speech.mouth import Mouth
from tests.faults import database_away, no_room_on_disk

if TYPE_CHECKING:
    from datetime import datetime

    from assistant.core.conversation import Conversation
    from assistant.core.turn import Turn, Utterance
    from assistant.rooms import Reply
    from assistant.speech.audio import Samples
    from tests.call.conftest import Caller, Telephone

Find = Callable[[str], "Samples"]
AWAY_S = 20
"A killed process is back by then."


class Dumb(Mouth):
    """A mouth whose engine fails at every sentence but those of `speaks`."""

    speaks: frozenset[str] = frozenset()

    async def speak(
        self,
        text: str,
        language: str,
        rate: float = 1.0,
        gain_db: float = 0.0,
        *,
        prompt: str | None = None,
        voice: str | None = None,
        keep: bool = False,
    ) -> bytes:
        """Fail as a broken engine does."""
        if text in self.speaks:
            return await super().speak(
                text, language, rate, gain_db, prompt=prompt, voice=voice, keep=keep
            )
        raise SynthesisError("no sound in 2 tries")


class Forgetful(TerminalLine):
    """A line on which no mark ever comes back."""

    def tick(self) -> list[str]:
        """Let one frame pass and tell nothing."""
        super().tick()
        return []


@pytest.fixture
def dumb(telephone: Telephone, tmp_path: Path) -> Iterator[Telephone]:
    """The exchange with a mouth that fails."""
    calls, kept = telephone.exchange._calls, telephone.exchange._calls.parts
    calls.parts = replace(kept, mouth=Dumb({}, tmp_path, tmp_path))
    yield telephone
    calls.parts = kept


def all_back(telephone: Telephone) -> bool:
    """Whether every recognition process is up again."""
    deadline = time.monotonic() + AWAY_S
    seats = telephone.exchange.ears._seats
    while time.monotonic() < deadline:
        if all(seat.worker.alive for seat in seats):
            return True
        time.sleep(0.02)
    return False


def test_a_call_goes_on_when_nothing_can_be_spoken(dumb: Telephone) -> None:
    """Without synthesis nothing is said, but keys and words still have their effect."""
    caller = dumb.ring()
    assert caller.prompts == []
    caller.press("#")
    caller.press("1")
    caller.say("老年食堂电话多少")
    assert "answered" in caller.outcomes
    assert not caller.over()
    caller.press("9")
    assert caller.over()


def test_a_missing_sentence_is_one_missing_sentence(telephone: Telephone, tmp_path: Path) -> None:
    """Where one sentence fails the others are heard."""
    calls, kept = telephone.exchange._calls, telephone.exchange._calls.parts
    mouth = Dumb(kept.mouth._voices, tmp_path, tmp_path)
    mouth._renderer = kept.mouth._renderer
    mouth.speaks = frozenset({"For English, just speak English."})
    calls.parts = replace(kept, mouth=mouth)
    try:
        caller = telephone.ring()
    finally:
        calls.parts = kept
    assert caller.prompts == ["greeting.other"]


def forgetful(telephone: Telephone) -> Caller:
    """A call on a line that loses every mark."""
    caller = telephone.ring()
    telephone.run(caller.ringing.hang_up())
    line = Forgetful()
    parts = telephone.exchange._calls.parts
    conversation = telephone.house.talk.begin("voice", "+8613800000009", caller.ringing.clock.now())
    caller.ringing.line = line
    caller.ringing.call = VoiceCall(line, parts, conversation)
    caller.ringing.clock.running = None
    return caller


def test_lost_marks_do_not_hang_a_call(telephone: Telephone) -> None:
    """Marks that never come back are taken as played five seconds after the sound ended."""
    caller = forgetful(telephone)
    telephone.run(caller.ringing.begin())
    said = caller.events("said")
    assert [line["prompt"] for line in said] == ["greeting", "greeting.other"]
    between = telephone.house.config.speech.between_s
    length = sum(line["seconds"] for line in said) + between
    assert caller.now_s == pytest.approx(length + 5, abs=0.1)
    caller.quiet(8.2)
    assert caller.prompts[2:] == ["silence.first"]


def test_a_goodbye_on_a_line_without_marks_still_hangs_up(telephone: Telephone) -> None:
    """What follows a prompt follows it even when its mark is lost."""
    caller = forgetful(telephone)
    telephone.run(caller.ringing.begin())
    caller.press("9")
    assert caller.over()
    assert caller.prompts[-1] == "goodbye"
    assert caller.ringing.line.ended


def test_a_recogniser_killed_in_mid_utterance_ends_no_call(
    telephone: Telephone, recording: Find
) -> None:
    """Every recognition process dies while she speaks: she hears a prompt and goes on by keys."""
    caller = telephone.ring()
    word = recording("医生")
    caller.noise(word[:6000])
    assert telephone.exchange.ears.open_ears > 0
    for seat in telephone.exchange.ears._seats:
        assert seat.worker.pid is not None
        os.kill(seat.worker.pid, signal.SIGKILL)
    caller.sound(word[6000:])
    caller.answered()
    assert len(caller.prompts) > 2
    assert not caller.over()
    before = len(caller.prompts)
    caller.press("#")
    # The menu for who is heard, or for who is not: by then the processes are back, or not yet.
    assert "menu.person" in caller.prompts[before:]
    caller.press("1")
    assert not caller.over()
    assert all_back(telephone)
    caller.press("#")
    caller.press("9")
    assert caller.over()
    assert telephone.exchange.ears.open_ears == 0


def test_after_a_crash_the_next_call_is_heard(telephone: Telephone, recording: Find) -> None:
    """One process is killed between two calls; the next word is understood."""
    pid = telephone.exchange.ears._seats[0].worker.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert all_back(telephone)
    caller = telephone.ring()
    caller.sound(recording("医生"))
    caller.answered()
    assert [line["text"] for line in caller.events("heard")] == ["医生"]


def test_a_hang_up_while_speaking_leaves_no_ear_open(telephone: Telephone, recording: Find) -> None:
    """The caller hangs up in mid-word: nothing more is heard, and the call is abandoned."""
    caller = telephone.ring()
    caller.noise(recording("医生")[:6000])
    telephone.run(caller.ringing.hang_up())
    assert telephone.exchange.ears.open_ears == 0
    assert caller.outcomes == ["abandoned"]
    telephone.run(caller.ringing.hang_up())
    assert caller.outcomes == ["abandoned"]


def test_a_line_that_hears_nothing_leads_by_keys(telephone: Telephone) -> None:
    """Without any model the greeting says so, and silence has the keys read out."""
    calls, kept = telephone.exchange._calls, telephone.exchange._calls.parts
    calls.parts = replace(kept, ears=Ears({}))
    try:
        caller = telephone.ring(contact="+8613800000401")
    finally:
        calls.parts = kept
    shown = ["menu.person", *["menu.option"] * 3, "menu.more"]
    assert caller.prompts == ["greeting.keys_only", "greeting.danger", *shown]
    caller.quiet(8.2)
    assert caller.prompts[7:] == ["silence.keys", *shown]
    caller.press("0")
    assert "callback.which" in caller.prompts
    caller.press("1")
    assert caller.outcomes == ["callback.booked"]


def test_a_full_disk_costs_no_prompt(telephone: Telephone, tmp_path: Path) -> None:
    """With no room left under the audio cache every sentence is still spoken, and keys lead on."""
    calls, kept = telephone.exchange._calls, telephone.exchange._calls.parts
    mouth = Mouth(kept.mouth._voices, tmp_path / "audio", tmp_path)
    telephone.run(mouth.start())
    telephone.run(mouth.speak("您好。", "zh"))
    calls.parts = replace(kept, mouth=mouth)
    try:
        with no_room_on_disk():
            audio = telephone.run(mouth.speak("请稍等，我查一下。", "zh", keep=True))
        caller = telephone.ring()
        caller.press("0")
    finally:
        calls.parts = kept
        telephone.run(mouth.stop())
    assert len(audio) > 4000
    assert list((tmp_path / "audio").rglob("*.*")) == []
    assert caller.prompts[:2] == ["greeting", "greeting.other"]
    assert caller.prompts[-1] == "person.words"


def test_a_model_taken_away_in_mid_call_leads_to_the_keys(
    telephone: Telephone, shared: Path, tmp_path: Path, recording: Find
) -> None:
    """The models vanish and the processes die: she is told of the keys and reaches a person."""
    model = tmp_path / "model"
    shutil.copytree(shared / "models/pocketsphinx-zh-tdt-sc-8k", model)
    ears = Ears({"zh": model}, EarSettings(workers=1))
    calls, kept = telephone.exchange._calls, telephone.exchange._calls.parts
    calls.parts = replace(kept, ears=ears)
    telephone.run(ears.start())
    try:
        caller = telephone.ring(contact="+8613800000402")
        shutil.rmtree(model)
        for seat in ears._seats:
            assert seat.worker.pid is not None
            os.kill(seat.worker.pid, signal.SIGKILL)
        for _ in range(3):
            caller.sound(recording("医生"))
            caller.answered()
    finally:
        calls.parts = kept
    assert caller.events("heard") == []
    assert not caller.over()
    assert "menu.person" in caller.prompts
    for key in "0#1":
        caller.press(key)
    assert caller.outcomes[-1:] == ["callback.booked"]
    telephone.run(ears.stop())


def test_words_that_cannot_be_read_end_no_call(
    telephone: Telephone, recording: Find, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The understanding breaks: she hears a prompt at every turn and reaches a person by a key."""

    def broken(*_: object) -> NoReturn:
        raise RuntimeError("the model is damaged")

    caller = telephone.ring()
    with monkeypatch.context() as patch:
        patch.setattr("assistant.sense.read", broken)
        caller.say("嗯")
        caller.sound(recording("医生"))
        caller.answered()
    assert caller.prompts[2:] == ["error", "error"]
    caller.press("0")
    assert caller.prompts[-1] == "person.words"


def test_ears_are_not_compared_for_ever(
    telephone: Telephone, recording: Find, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A directory that does not answer: the surer ear is believed, and she is answered."""
    free = threading.Event()
    monkeypatch.setattr(listener, "READ_WITHIN_S", 0.05)
    monkeypatch.setattr(telephone.house.talk, "surest", lambda *_: free.wait(30))
    caller = telephone.ring()
    began = time.monotonic()
    try:
        caller.sound(recording("医生"))
        caller.answered()
    finally:
        free.set()
    assert time.monotonic() - began < 25
    assert len(caller.events("heard")) == 1
    assert len(caller.prompts) > 2


def kept_waiting(
    telephone: Telephone, monkeypatch: pytest.MonkeyPatch, by_s: float, longest_s: float
) -> Caller:
    """A call to a line on which every answer comes late by so many seconds of the clock."""
    talk = telephone.house.talk
    take = talk.take

    def late(
        talk: Conversation, turn: Turn | Utterance, now: datetime, *, keys_only: bool, held: bool
    ) -> Reply:
        time.sleep(by_s)
        return take(talk, turn, now, keys_only=keys_only, held=held)

    monkeypatch.setattr(answering, "SLOW_S", 0.05)
    monkeypatch.setattr(answering, "LONGEST_S", longest_s)
    monkeypatch.setattr(talk, "take", late)
    return telephone.ring()


def test_who_is_kept_waiting_hears_why(
    telephone: Telephone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow database: who speaks, and that it takes longer; then the greeting as ever."""
    caller = kept_waiting(telephone, monkeypatch, 0.3, 60)
    assert caller.prompts == ["greeting.short", "outage.slow", "greeting", "greeting.other"]
    caller.press("#")
    assert caller.prompts[4:6] == ["outage.slow", "menu.person"]
    assert not caller.over()


def test_who_is_kept_waiting_for_too_long_hears_whom_to_ring(
    telephone: Telephone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that hangs: nobody is left in silence, and the call ends with a number to ring."""
    caller = kept_waiting(telephone, monkeypatch, 1, 0.1)
    assert caller.prompts == ["greeting.short", "outage.slow", "greeting.short", "outage"]
    assert caller.over()
    telephone.run(asyncio.sleep(1))  # what was given up comes to its end


def test_who_was_told_is_put_through_without_a_long_wait(
    telephone: Telephone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that hangs, an office with a telephone: key 0 does not wait for it once more."""
    talk = telephone.house.talk
    site = replace(talk.rooms.site, staff_phone="+8657188001111")
    monkeypatch.setattr(talk, "rooms", replace(talk.rooms, site=site))
    caller = kept_waiting(telephone, monkeypatch, 5, 0.1)
    assert caller.prompts[-2:] == ["outage", "outage.zero"]
    monkeypatch.setattr(answering, "LONGEST_S", 60)
    caller.press("0")
    assert caller.prompts[-2:] == ["outage.slow", "person.transfer"]
    assert caller.ringing.line.transferred == "+8657188001111"
    work = caller.ringing.call._work
    assert work is not None
    assert not work.done()
    telephone.run(asyncio.sleep(5))  # what was given up comes to its end


@pytest.mark.parametrize("pressed", [False, True])
def test_a_goodbye_after_a_long_wait_is_heard_to_its_end(
    telephone: Telephone, monkeypatch: pytest.MonkeyPatch, *, pressed: bool
) -> None:
    """The frames of the wait come in a crowd afterwards, and with them a key she pressed in it."""
    monkeypatch.setattr("assistant.playback.LOST_MARK_MS", 0)
    monkeypatch.setattr(answering, "SLOW_S", 0.05)
    monkeypatch.setattr(answering, "LONGEST_S", 2.0)
    monkeypatch.setattr(telephone.house.talk, "take", lambda *_, **__: time.sleep(4))
    monkeypatch.setattr("assistant.outage.slow", lambda *_: ())
    caller = telephone.ring(greeted=False)
    ringing = caller.ringing

    async def wait_for_the_end() -> None:
        for number in range(100):
            if pressed and number == 50:
                await ringing.call.key("1")
            await ringing.call.frame(QUIET)
        await ringing.settle()

    telephone.run(wait_for_the_end())
    assert caller.prompts == ["greeting.short", "outage"]
    assert caller.over()
    assert not ringing.line.queue
    assert not ringing.line.cleared
    telephone.run(asyncio.sleep(3))  # what was given up comes to its end


def test_work_that_hangs_takes_nobodys_voice(telephone: Telephone) -> None:
    """Every thread waits for the database: what is said of that can still be said."""
    go_on = threading.Event()

    async def spoken() -> bytes:
        loop = asyncio.get_running_loop()
        held = [loop.run_in_executor(None, go_on.wait, 60) for _ in range(64)]
        try:
            said = telephone.exchange.mouth.speak("今天查得慢。", "zh", keep=True)
            return await asyncio.wait_for(said, 20)
        finally:
            go_on.set()
            await asyncio.gather(*held)

    assert len(telephone.run(spoken())) > 4000


def test_the_carriers_menu_says_whom_to_ring_while_the_database_is_away(
    telephone: Telephone,
) -> None:
    """Behind a broken stream, too: a sentence and a goodbye instead of the carrier's own error."""
    calls = telephone.exchange._calls
    with database_away(telephone.house):
        first = calls.menu("CA-away", "+8613800000403", None, first=True)
        later = calls.menu("CA-away", "+8613800000403", "1", first=False)
        call = calls.open(TerminalLine(), "CA-done", "+8613800000404")
        assert call is not None
        call.over = True  # as after a goodbye, with a carrier that did not obey
        calls.close("CA-done")
        behind = calls.menu("CA-done", "+8613800000404", None, first=True)
    back = calls.menu("CA-done", "+8613800000404", None, first=True)
    for reply in (behind, back):  # the database is there again, and knows of no goodbye
        assert (reply.sentences, reply.end) == ((), True)
    assert [len(reply.sentences) for reply in (first, later)] == [2, 1]
    assert first.sentences[1] == later.sentences[0]
    assert (first.end, later.end) == (True, True)
