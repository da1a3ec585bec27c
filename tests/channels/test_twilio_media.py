from __future__ import annotations

import base64
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.channels import twilio_media as wire
from assistant.core.ports import FRAME_BYTES


def message(chunk: int, fill: int = 0) -> wire.Media:
    """One 20 ms media message."""
    return wire.Media(chunk, bytes([fill]) * FRAME_BYTES)


START = {
    "event": "start",
    "sequenceNumber": "1",
    "streamSid": "MZ1",
    "start": {
        "accountSid": "AC1",
        "streamSid": "MZ1",
        "callSid": "CA1",
        "tracks": ["inbound"],
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
        "customParameters": {"token": "t", "n": 3},
    },
}


def test_start_is_read() -> None:
    """Ids and parameters come out as text."""
    assert wire.decode(json.dumps(START)) == wire.Start("MZ1", "CA1", {"token": "t", "n": "3"})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"event":"connected","protocol":"Call","version":"1.0.0"}', None),
        ('{"event":"dtmf","dtmf":{"track":"inbound_track","digit":"#"}}', wire.Digit("#")),
        ('{"event":"mark","mark":{"name":"p17"}}', wire.Mark("p17")),
        ('{"event":"stop","stop":{}}', wire.Stop()),
        ('{"event":"something new","x":[1]}', None),
        ('{"event":"media","media":{"track":"outbound","payload":"AA=="}}', None),
        ('{"event":"media","media":{"chunk":"4","payload":"AAAA"}}', wire.Media(4, b"\0\0\0")),
        ('{"event":"media","media":{"payload":"AA=="}}', wire.Media(None, b"\0")),
    ],
    ids=["connected", "key", "mark", "stop", "unknown", "other track", "media", "no chunk"],
)
def test_messages_are_read(text: str, expected: wire.Message | None) -> None:
    """Every documented message has one meaning; what asks nothing of us is None."""
    assert wire.decode(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "[]",
        "3",
        '{"event":"media"}',
        '{"event":"media","media":{"payload":"not base64!"}}',
        '{"event":"media","media":{"payload":7}}',
        '{"event":"dtmf","dtmf":{"digit":"12"}}',
        '{"event":"dtmf","dtmf":{"digit":"x"}}',
        '{"event":"start","start":{"streamSid":"MZ"}}',
        '{"event":"start","start":{"streamSid":"M","callSid":"C","customParameters":[1]}}',
        '{"event":"mark","mark":{}}',
        "[" * 60_000,
        '{"event":"' + "x" * wire.MAX_MESSAGE + '"}',
    ],
    ids=str.__len__,
)
def test_what_is_not_of_the_protocol_is_refused(text: str) -> None:
    """A malformed message raises one kind of error and never another."""
    with pytest.raises(wire.Malformed):
        wire.decode(text)


@given(st.text(max_size=300) | st.binary(max_size=300).map(lambda raw: raw.decode("latin-1")))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing but `Malformed` comes out, whatever goes in."""
    with suppress(wire.Malformed):
        assert wire.decode(text) is None or isinstance(text, str)


def test_what_we_send_is_what_the_carrier_reads() -> None:
    """Media, mark and clear have the documented shapes."""
    sent = json.loads(wire.media("MZ1", b"\x01\x02"))
    assert sent == {
        "event": "media",
        "streamSid": "MZ1",
        "media": {"payload": base64.b64encode(b"\x01\x02").decode()},
    }
    assert json.loads(wire.mark("MZ1", "p1"))["mark"] == {"name": "p1"}
    assert json.loads(wire.clear("MZ1")) == {"event": "clear", "streamSid": "MZ1"}


def test_late_frames_wait_and_doubles_are_dropped() -> None:
    """Frames come out in order, each once."""
    order = wire.Order()
    came = [frame[0] for n in (1, 3, 2, 2, 4, 1) for frame in order.push(message(n, n))]
    assert came == [1, 2, 3, 4]


def test_a_lost_frame_becomes_silence() -> None:
    """The clock of the call stays true when a frame never comes."""
    order = wire.Order()
    came = [frame for n in (1, 3, 4, 5, 6) for frame in order.push(message(n, n))]
    assert [frame[0] for frame in came] == [1, 0xFF, 3, 4, 5, 6]


def test_a_long_gap_is_bounded() -> None:
    """A jump in the numbers fills one second at the most."""
    order = wire.Order()
    order.push(message(1))
    came = [frame for n in range(10_000, 10_004) for frame in order.push(message(n))]
    assert len(came) == wire.MAX_GAP + 4


@given(st.lists(st.integers(0, 400), max_size=30))
def test_any_chunking_keeps_every_byte(sizes: list[int]) -> None:
    """Payloads of any size come out as whole frames in the same order."""
    order, sent, came = wire.Order(), b"", b""
    for number, size in enumerate(sizes):
        payload = bytes((number + i) % 251 for i in range(size))
        sent += payload
        came += b"".join(order.push(wire.Media(number, payload)))
    assert len(came) % FRAME_BYTES == 0
    assert sent.startswith(came)
    assert len(sent) - len(came) < FRAME_BYTES


@given(st.permutations(list(range(1, 20))))
def test_frames_never_come_out_of_order(numbers: list[int]) -> None:
    """However the network shuffles them, what comes out only ever rises."""
    order = wire.Order()
    came = [f[0] for n in numbers for f in order.push(message(n, n)) if f[0] != 0xFF]
    assert came == sorted(set(came))


@pytest.mark.parametrize("chunk", ["9" * 21, "9" * 5000, "-1", "1.5", "²", ""])
def test_a_number_that_is_none_orders_nothing(chunk: str) -> None:
    """The audio is played as it comes."""
    payload = base64.b64encode(b"\xff" * 160).decode()
    part = {"track": "inbound", "chunk": chunk, "payload": payload}
    assert wire.decode(json.dumps({"event": "media", "media": part})) == wire.Media(
        None, b"\xff" * 160
    )
