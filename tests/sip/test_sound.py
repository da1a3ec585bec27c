from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.channels.paced.g711 import PCMA, SILENCE, Concealer, from_ulaw, to_ulaw
from assistant.channels.paced.playout import LONGEST, Playout
from assistant.channels.sip.jitter import WAIT, WATCHED, Jitter
from assistant.channels.sip.keys import Keys
from assistant.core.ports import FRAME_BYTES
from assistant.speech.audio import ulaw_to_pcm

WAITED = WAIT // FRAME_BYTES


def numbered(frame: int, size: int = FRAME_BYTES) -> bytes:
    """A packet that says which it is."""
    return bytes([frame % 250 + 1]) * size


def heard(jitter: Jitter, frames: int) -> list[int]:
    """What so many frames hold; 0 for a missing one."""
    taken = (jitter.take() for _ in range(frames))
    return [0 if frame is None else frame[0] for frame in taken]


# -- order ----------------------------------------------------------------------------------


def test_packets_in_order_come_out_as_they_are() -> None:
    """After 80 ms of waiting, each as it came."""
    jitter = Jitter()
    for frame in range(6):
        jitter.put(frame * 160, numbered(frame))
    assert heard(jitter, WAITED + 7) == [0] * WAITED + [1, 2, 3, 4, 5, 6, 0]


def test_packets_out_of_order_and_twice() -> None:
    """Order is by timestamp; a double is dropped."""
    jitter = Jitter()
    for frame in (0, 2, 1, 1, 4, 3, 3, 0):
        jitter.put(frame * 160, numbered(frame))
    assert heard(jitter, WAITED + 6) == [0] * WAITED + [1, 2, 3, 4, 5, 0]


def test_a_lost_packet_takes_its_time() -> None:
    """What follows is not early: the clock of the call is its audio."""
    jitter = Jitter()
    for frame in (0, 1, 3, 4):
        jitter.put(frame * 160, numbered(frame))
    assert heard(jitter, WAITED + 5) == [0] * WAITED + [1, 2, 0, 4, 5]


def test_packets_of_30_ms_are_cut_into_frames_of_20() -> None:
    """Every sample once, in order."""
    sound = bytes(range(240)) * 4
    jitter = Jitter()
    for start in range(0, len(sound), 240):
        jitter.put(1000 + start, sound[start : start + 240])
    frames = [jitter.take() for _ in range(WAITED + 6)]
    assert b"".join(frame for frame in frames if frame is not None) == sound


def test_a_stream_whose_timestamps_wrap_around() -> None:
    """32 bits are over after six days, or at once, since they begin anywhere."""
    jitter = Jitter()
    for frame in range(6):
        jitter.put((2**32 - 320 + frame * 160) % 2**32, numbered(frame))
    assert heard(jitter, WAITED + 6)[WAITED:] == [1, 2, 3, 4, 5, 6]


def test_another_stream_begins_anew() -> None:
    """A timestamp from nowhere is not an hour of silence."""
    jitter = Jitter()
    jitter.put(0, numbered(0))
    heard(jitter, WAITED + 1)
    jitter.put(50_000_000, numbered(7))
    assert 8 in heard(jitter, WAITED + 2)


@pytest.mark.parametrize("seed", range(5))
def test_60_ms_of_jitter_lose_nothing(seed: int) -> None:
    """Each packet up to 60 ms late, in whatever order that makes: all are heard, in order."""
    chance = random.Random(seed)  # noqa: S311 - the same in every run
    comes = sorted((frame * 20 + chance.uniform(0, 60), frame) for frame in range(500))
    jitter, out = Jitter(), []
    for tick in range(510):
        while comes and comes[0][0] <= tick * 20:
            _, frame = comes.pop(0)
            jitter.put(frame * 160, numbered(frame))
        out += heard(jitter, 1)
    first = next(at for at, number in enumerate(out) if number)
    assert out[first : first + 500] == [frame % 250 + 1 for frame in range(500)][: len(out) - first]


def test_a_network_that_got_slower_is_waited_for() -> None:
    """Packets that come too late, all of them, set the reader back; from then on they are heard."""
    jitter, out = Jitter(), []
    for tick in range(300):
        late = 0 if tick < 100 else 7
        if tick < 100 or tick >= 107:
            jitter.put((tick - late) * 160, numbered(tick - late))
        out += heard(jitter, 1)
    assert out[250:] == [frame % 250 + 1 for frame in range(out[250] - 1, out[250] + 49)]


def test_a_sender_whose_clock_is_fast_is_kept_up_with() -> None:
    """One frame in a hundred too many: what lies waiting does not grow without end."""
    jitter, frame = Jitter(), 0
    for tick in range(40 * WATCHED):
        for _ in range(2 if tick % WATCHED == 0 else 1):
            jitter.put(frame * 160, numbered(frame))
            frame += 1
        jitter.take()
    assert len(jitter._held) < WAITED + 6


@given(st.lists(st.tuples(st.integers(0, 2**32 - 1), st.binary(max_size=1500)), max_size=40))
def test_whatever_comes_a_frame_is_a_frame(packets: list[tuple[int, bytes]]) -> None:
    """Any timestamps and sizes: frames of 160 bytes or none."""
    jitter = Jitter()
    for timestamp, payload in packets:
        jitter.put(timestamp, payload)
        frame = jitter.take()
        assert frame is None or len(frame) == FRAME_BYTES


# -- coding ---------------------------------------------------------------------------------


def test_a_law_and_back_differs_by_a_step_at_the_most() -> None:
    """Both have 8 bits for 13: loud sounds may move by one step, silence stays silence."""
    every = bytes(range(256))
    there = np.frombuffer(ulaw_to_pcm(to_ulaw(from_ulaw(every, PCMA), PCMA)), "<i2").astype(int)
    here = np.frombuffer(ulaw_to_pcm(every), "<i2").astype(int)
    assert np.all(np.abs(there - here) <= np.maximum(16, np.abs(here) // 16))


def test_a_missing_frame_fades_out() -> None:
    """The last frame again, softer and softer, and silence after 60 ms."""
    concealer = Concealer()
    assert concealer.missing() == SILENCE
    concealer.heard(b"\x10" * FRAME_BYTES)
    levels = []
    for _ in range(4):
        samples = np.frombuffer(ulaw_to_pcm(concealer.missing()), "<i2").astype(int)
        levels.append(int(np.abs(samples).mean()))
    assert levels[0] > levels[1] > levels[2] > levels[3]
    assert levels[3] < 10


# -- keys -----------------------------------------------------------------------------------


def event(digit: int, duration: int, *, end: bool = False) -> bytes:
    """The payload of a telephone event."""
    return bytes([digit, (0x80 if end else 0) | 10]) + duration.to_bytes(2, "big")


def test_a_key_is_told_once_however_often_its_packets_come() -> None:
    """Four that grow, three ends, one of them late, after the next key."""
    keys, told = Keys(), []
    for time, payload in [
        (100, event(1, 160)), (100, event(1, 320)), (100, event(1, 480, end=True)),
        (900, event(1, 160)), (100, event(1, 480, end=True)), (900, event(1, 480, end=True)),
        (900, event(1, 480, end=True)), (1700, event(11, 480, end=True)),
    ]:  # fmt: skip
        told.append(keys.event(time, payload))
    assert [digit for digit in told if digit] == ["1", "1", "#"]


def test_a_key_held_for_ten_seconds_is_one_key() -> None:
    """An event can tell 8 s; longer ones go on in another (RFC 4733, 2.5.1.3)."""
    keys = Keys()
    assert keys.event(0, event(5, 65_000)) == "5"
    assert keys.event(0, event(5, 65_535)) is None
    assert keys.event(65_535, event(5, 160)) is None
    assert keys.event(65_535, event(5, 1600, end=True)) is None
    assert keys.event(90_000, event(5, 160)) == "5"


@pytest.mark.parametrize("payload", [b"", b"\x01", event(12, 160), event(16, 160), event(255, 1)])
def test_what_is_no_key_of_a_telephone_is_none(payload: bytes) -> None:
    """Letters, a flash of the hook, and packets too short."""
    assert Keys().event(0, payload) is None


@pytest.mark.parametrize(
    ("kind", "body", "digit"),
    [
        ("application/dtmf-relay", "Signal=5\r\nDuration=160", "5"),
        ("application/dtmf-relay; charset=utf-8", "Signal= 11\nDuration= 250", "#"),
        ("Application/DTMF-Relay", "Duration=160\nSignal=*", "*"),
        ("application/dtmf", "7", "7"),
        ("application/dtmf", "10", "*"),
        ("application/dtmf", "12", None),
        ("application/dtmf-relay", "Signal=A", None),
        ("application/dtmf-relay", "", None),
        ("text/plain", "Signal=5", None),
    ],
)
def test_keys_in_info(kind: str, body: str, digit: str | None) -> None:
    """As Cisco and as Asterisk write them."""
    assert Keys().info(kind, body) == digit


# -- what we say ----------------------------------------------------------------------------


@given(st.lists(st.binary(max_size=700), max_size=8))
def test_what_is_queued_is_played_whole_with_its_marks(prompts: list[bytes]) -> None:
    """Every byte once and in order; each mark with the frame that ends its prompt."""
    playout, out, marks = Playout(), [], []
    for number, prompt in enumerate(prompts):
        playout.play(prompt, f"p{number}")
    while (frame := playout.frame()) is not None:
        out.append(frame)
        marks.append(playout.returned())
    marks.append(playout.returned())
    frames = [prompt for prompt in prompts if prompt]
    padded = [prompt + SILENCE[: -len(prompt) % FRAME_BYTES] for prompt in frames]
    assert b"".join(out) == b"".join(padded)
    assert [mark for some in marks for mark in some] == [f"p{n}" for n in range(len(prompts))]


def test_no_prompt_is_without_end() -> None:
    """A quarter of an hour may be queued; a mark that is beyond it comes back all the same."""
    playout = Playout()
    playout.play(bytes(LONGEST), "a")
    playout.play(bytes(FRAME_BYTES), "b")
    assert playout._bytes == LONGEST
    playout.clear()
    assert playout.returned() == ["a", "b"]
