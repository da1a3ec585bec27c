"""A house with one place on each step: one call is heard, one goes by keys, one leaves a number."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from websockets.sync.client import connect

from tests.live.caller import ACCOUNT, SPEED, Caller
from tests.live.service import Live, start, stop

ONE_EACH = {f"ASSISTANT_CALLS__{name}": "1" for name in ("SPEECH", "KEYS", "NUMBER")}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The service at its smallest, hearing English by the bundled model."""
    process, service = start(tmp_path_factory.mktemp("small"), ONE_EACH)
    yield service
    stop(process)


def said(live: Live, call: str) -> list[str]:
    """The names of the prompts said in a call."""
    return [line["prompt"] for line in live.events(call) if line["event"] == "said"]


def ring_by_keys(live: Live, call: str, contact: str, digits: str | None, step: int) -> ET.Element:
    """One webhook of the carrier's own menu, or the first ring without a step."""
    form = {"CallSid": call, "AccountSid": ACCOUNT, "From": contact, "To": "1"}
    path = f"/twilio/voice/keys?step={step}" if step else "/twilio/voice"
    status, answer = live.carrier.post(path, form | ({"Digits": digits} if digits else {}))
    assert status == 200
    return ET.fromstring(answer)  # noqa: S314 - our own


def test_nobody_is_told_that_the_line_is_busy(small: Live) -> None:
    """Four at once: heard, by keys, a number left, the carrier's menu; a free place is used."""
    with ExitStack() as calls:
        callers = {
            name: calls.enter_context(small.carrier.call(f"CA-{name}", f"+861380000030{number}"))
            for number, name in enumerate(("speech", "keys", "number"))
        }
        for caller in callers.values():
            caller.listen(longest_s=90)
        assert said(small, "CA-speech")[0] == "greeting"
        assert said(small, "CA-keys")[0] == "greeting.keys_busy"
        assert said(small, "CA-number")[0] == "greeting.full"
        menu = ring_by_keys(small, "CA-fourth", "+8613800000303", None, 0)
        assert menu.find("Gather/Say") is not None
        assert menu.find("Connect") is None
        deeper = ring_by_keys(small, "CA-fourth", "+8613800000303", "1", 1)
        assert deeper.find("Gather") is not None
        _leave_a_number(small, callers["number"])
    with small.carrier.call("CA-later", "+8613800000304") as later:
        later.listen()
    assert said(small, "CA-later")[0] == "greeting"


def _leave_a_number(live: Live, caller: Caller) -> None:
    for _ in range(2):  # this number; then the first time on offer
        caller.press("1")
        caller.wait(0.5)
        caller.listen(longest_s=90)
    outcomes = [line for line in live.events("CA-number") if line["event"] == "outcome"]
    assert [line["kind"] for line in outcomes] == ["callback.booked"]
    assert outcomes[0]["facts"]["phone"] == "+8613800000302"


def test_a_stream_that_finds_the_house_full_goes_on_by_the_menu(small: Live) -> None:
    """Two ring at the same moment for the last place: the second stream is closed, not dropped."""
    with ExitStack() as calls:
        for number in range(3):
            caller = calls.enter_context(small.carrier.call(f"CA-place-{number}"))
            caller.wait(0.5)
            if number == 1:
                url, token = small.carrier.ring("CA-too-late", "+8613800000305")
        assert url.endswith("/twilio/stream")
        assert token
        headers = {"X-Twilio-Signature": small.carrier.sign(url, {})}
        socket = calls.enter_context(connect(url, additional_headers=headers, compression=None))
        late = Caller(socket, "CA-too-late", SPEED)
        late.start(token)
        late.wait(2)
        assert late.closed
        menu = ring_by_keys(small, "CA-too-late", "+8613800000305", None, 1)
        assert menu.find("Gather/Say") is not None
