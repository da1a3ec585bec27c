from __future__ import annotations

import json
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.channels.asterisk import control, frames
from assistant.channels.asterisk.buffered import AHEAD_FRAMES, CHUNK_BYTES, GRACE_FRAMES, Buffered
from assistant.channels.asterisk.control import Begins, Flow, Malformed, Pressed, Refused, Said
from assistant.channels.asterisk.sound import ALAW, SLIN, ULAW, Cutter, sound_of
from assistant.channels.asterisk.tickets import KEPT_S, OFFERED_S, Tickets
from assistant.channels.paced.caller import WITHHELD, contact_of
from assistant.channels.paced.g711 import SILENCE
from tests.asterisk.queue import MediaQueue
from tests.sip.office import tone

PROMPT = tone(1.01)


@pytest.mark.parametrize("style", ["json", "plain"])
def test_both_styles_of_control_say_the_same(style: str) -> None:
    """What Asterisk tells, in JSON and in plain text."""
    there = MediaQueue(style)
    assert control.read(there.start()) == Begins(style, "ulaw", 160)  # type: ignore[arg-type]
    assert control.read(there.event("DTMF_END", digit="#")) == Pressed("#")
    said = there.event("MEDIA_BUFFERING_COMPLETED", correlation_id="p7")
    assert control.read(said) == Said("p7")
    assert control.read(there.event("MEDIA_MARK_PROCESSED", correlation_id="p7")) == Said("p7")
    assert control.read(there.event("MEDIA_XOFF")) == Flow(room=False)
    assert control.read(there.event("MEDIA_XON")) == Flow(room=True)
    assert control.read(there.event("ERROR", error_text="no")) == Refused()
    assert control.read(there.event("QUEUE_DRAINED")) is None
    assert control.read(there.event("DTMF_END", digit="A")) is None


def test_an_older_asterisk_tells_no_format() -> None:
    """The first releases say only the size of a frame."""
    told = control.read("MEDIA_START connection_id:x channel:WebSocket/x optimal_frame_size:160")
    assert told == Begins("plain", "", 160)
    assert sound_of("", 160) is ULAW


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "{}",
        "[]",
        '{"event": 1}',
        '{"event": "DTMF_END"}',
        "<xml>",
        "x" * 20_000,
        "",
    ],
)
def test_what_is_no_message_is_told_apart(text: str) -> None:
    """And the error shows nothing of it."""
    with pytest.raises(Malformed) as wrong:
        control.read(text)
    assert len(str(wrong.value)) < 20


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200) | st.from_regex(r'\{"event": ?"[A-Z_]{1,20}".{0,40}\}'))
def test_no_text_breaks_the_reader(text: str) -> None:
    """An event, nothing, or `Malformed`."""
    read, reason = None, ""
    try:
        read = control.read(text)
    except Malformed as wrong:
        reason = str(wrong)
    assert len(reason) < 20
    assert read is None or type(read).__module__ == control.__name__


def test_commands_fit_into_what_asterisk_reads() -> None:
    """128 bytes, and nothing but what is documented."""
    assert control.write("plain", "STOP_MEDIA_BUFFERING", "p1") == "STOP_MEDIA_BUFFERING p1"
    assert control.write("plain", "HANGUP") == "HANGUP"
    told = control.write("json", "STOP_MEDIA_BUFFERING", "p123456")
    assert json.loads(told) == {"command": "STOP_MEDIA_BUFFERING", "correlation_id": "p123456"}
    assert len(told) < 128


# -- sound -----------------------------------------------------------------------------------


@pytest.mark.parametrize("sound", [ULAW, ALAW, SLIN])
def test_every_coding_comes_back(sound: object) -> None:
    """Mu-law through each and back; what lies between two steps may move by one."""
    assert isinstance(sound, type(ULAW))
    back = sound.to_ulaw(sound.from_ulaw(PROMPT))
    assert len(back) == len(PROMPT)
    assert sum(one != other for one, other in zip(back, PROMPT, strict=True)) < len(PROMPT) / 3
    assert len(sound.from_ulaw(SILENCE)) == sound.frame_bytes


def test_sound_is_cut_into_frames_however_it_comes() -> None:
    """In pieces of any length, in linear samples."""
    cutter, linear = Cutter(SLIN), SLIN.from_ulaw(PROMPT)
    pieces = [linear[at : at + 77] for at in range(0, len(linear), 77)]
    heard = [frame for piece in pieces for frame in cutter.cut(piece)]
    assert {len(frame) for frame in heard} == {160}
    assert b"".join(heard) == PROMPT[: len(PROMPT) - len(PROMPT) % 160]


@pytest.mark.parametrize(
    ("name", "size"), [("opus", 0), ("ulaw", 0), ("slin16", 640), ("ulaw", 80)]
)
def test_sound_that_is_not_spoken_here_is_known(name: str, size: int) -> None:
    """Another codec, or frames handed through."""
    assert sound_of(name, size) is None


def test_callers_are_one_contact_however_they_are_written() -> None:
    """As the dialplan hands them over."""
    assert contact_of("138 0000-0001", "CN") == "+8613800000001"
    assert contact_of("+8613800000001", "CN") == "+8613800000001"
    for hidden in ("", "anonymous", "<script>", "1a2"):
        assert contact_of(hidden, "CN") == WITHHELD


# -- AudioSocket's messages -------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=400)), max_size=6),
    st.integers(1, 50),
)
def test_messages_are_found_wherever_tcp_cuts_them(
    sent: list[tuple[int, bytes]], size: int
) -> None:
    """Whole ones come out in order, each once."""
    wire = b"".join(frames.message(kind, payload) for kind, payload in sent)
    reader = frames.Reader()
    parts = [wire[at : at + size] for at in range(0, len(wire), size)]
    got = [(one.kind, one.payload) for part in parts for one in reader.feed(part)]
    assert got == sent


# -- what lies in Asterisk's queue --------------------------------------------------------------


@dataclass
class Stage:
    """Our queue, and Asterisk's behind it; `tick` is 20 ms."""

    there: MediaQueue
    played: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Ours, speaking to theirs."""
        style: control.Style = "json" if self.there.style == "json" else "plain"
        self.ours = Buffered(self._send, style, ULAW)

    def _send(self, message: str | bytes) -> None:
        if isinstance(message, bytes):
            self.there.binary(message)
        else:
            self.there.command(message)

    def tick(self) -> list[str]:
        """Both clocks; the marks that come back."""
        frame = self.there.read()
        if frame is not None:
            self.played.append(frame)
        told, self.there.told = self.there.told, []
        for event in map(control.read, told):
            if isinstance(event, Said):
                self.ours.said(event.id)
            elif isinstance(event, Flow):
                self.ours.flow(room=event.room)
        self.ours.tick()
        return self.ours.returned()

    def until(self, mark: str, most: int = 3000) -> int:
        """Ticks until this mark alone comes back."""
        for at in range(most):
            back = self.tick()
            if back:
                assert back == [mark]
                return at
        raise AssertionError(mark)


@pytest.mark.parametrize("style", ["json", "plain"])
def test_a_prompt_is_played_to_its_last_sample(style: str) -> None:
    """Also one that does not fill its last frame; the mark comes when it has been read."""
    at = Stage(MediaQueue(style))
    at.ours.play(PROMPT, "one")
    assert at.until("one") == 51
    assert b"".join(at.played) == PROMPT
    assert at.there.dropped == 0


def test_an_hour_glass_of_sound_is_handed_over_as_it_runs() -> None:
    """A minute of prompts: never more than some seconds in Asterisk's queue, none lost."""
    at = Stage(MediaQueue())
    minute = tone(60.0)
    at.ours.play(minute, "long")
    most = 0
    for _ in range(3001):
        assert at.ours.returned() == []
        back = at.tick()
        most = max(most, at.there.length)
        if back:
            break
    assert back == ["long"]
    assert b"".join(at.played) == minute
    assert at.there.dropped == 0
    assert abs(most - AHEAD_FRAMES) <= CHUNK_BYTES // 160


def test_a_flush_gives_the_marks_back_and_late_reports_nothing() -> None:
    """What was handed over and what was not; a report that was under way is let pass."""
    at = Stage(MediaQueue())
    at.ours.play(tone(1), "one")
    at.ours.play(tone(20), "two")
    for _ in range(10):
        at.tick()
    at.ours.clear()
    assert at.ours.returned() == ["one", "two"]
    assert at.there.length == 0
    at.ours.said("p1")
    assert at.tick() == []
    at.ours.play(PROMPT, "three")
    at.until("three")
    assert b"".join(at.played[10:]) == PROMPT


def test_a_full_queue_is_waited_for() -> None:
    """XOFF stops us, XON lets us go on, nothing is dropped."""
    at = Stage(MediaQueue())
    at.there.frames.extend([SILENCE] * 700)
    at.ours.play(tone(12), "all")
    while not at.there.told:
        at.tick()
    at.tick()
    held = at.there.length
    for _ in range(50):
        at.tick()
    assert at.there.length == held - 50
    at.until("all")
    assert at.there.dropped == 0


def test_where_no_report_comes_our_clock_says_it() -> None:
    """A channel that hands sound through refuses brackets; the mark comes a second late."""
    at = Stage(MediaQueue(passthrough=True))
    at.ours.play(tone(1), "one")
    at.ours.play(tone(1), "two")
    assert at.until("one") == 49 + GRACE_FRAMES
    assert at.until("two") == 49


def test_a_report_says_all_that_came_before_it() -> None:
    """In case one was lost."""
    ours = Buffered(lambda _message: None, "json", ULAW)
    ours.play(b"", "one")
    ours.play(b"", "")
    ours.play(b"", "three")
    ours.said("p3")
    assert ours.returned() == ["one", "three"]
    ours.said("p3")
    assert ours.returned() == []


# -- tickets ------------------------------------------------------------------------------------


def test_a_ticket_is_good_once_and_not_for_long() -> None:
    """One call for one place; a place nobody comes for is free again."""
    now = [0.0]
    tickets = Tickets(2, lambda: now[0])
    one, two = tickets.issue("+861", "h"), tickets.issue("+862", "h")
    assert one is not None
    assert two is not None
    assert tickets.issue("+863", "h") is None
    assert tickets.offered(one.identifier) is one
    tickets.take(one)
    assert tickets.offered(one.identifier) is None
    now[0] = OFFERED_S + 1
    assert tickets.offered(two.identifier) is None
    assert tickets.in_use == 1
    assert "+861" not in repr(one)


def test_where_to_put_a_caller_through_is_told_once() -> None:
    """After her sound has ended, by the ticket alone."""
    now = [0.0]
    tickets = Tickets(1, lambda: now[0])
    ticket = tickets.issue("+861", "h")
    assert ticket is not None
    ticket.onward = "101"
    assert tickets.onward(ticket.identifier) == ""
    tickets.take(ticket)
    tickets.over(ticket)
    assert tickets.onward(ticket.identifier) == "101"
    assert tickets.onward(ticket.identifier) == ""
    again = tickets.issue("+861", "h")
    assert again is not None
    again.onward = "101"
    tickets.take(again)
    tickets.over(again)
    now[0] = KEPT_S + 1
    assert tickets.onward(again.identifier) == ""
