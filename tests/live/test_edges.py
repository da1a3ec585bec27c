"""What must not get in, and what must not break anything: forged, malformed, doubled, oversized."""

from __future__ import annotations

import base64
import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.live.caller import ACCOUNT, Carrier
from tests.live.service import Live

CONTACT = "+8613800000201"


def sms(live: Live, body: str, sid: str, **more: str) -> tuple[int, str]:
    """One signed text."""
    form = {"MessageSid": sid, "AccountSid": ACCOUNT, "From": CONTACT, "To": "1", "Body": body}
    return live.carrier.post("/twilio/sms", {**form, **more})


@pytest.mark.parametrize(
    "path", ["/twilio/voice", "/twilio/sms", "/twilio/status", "/twilio/voice/keys"]
)
@pytest.mark.parametrize("signature", ["", "AAAA", "forged"])
def test_unsigned_webhooks_are_refused_without_effect(
    live: Live, path: str, signature: str
) -> None:
    """Missing or wrong signature: 403, and nobody hears of it."""
    before = len(live.events())
    form = {"CallSid": "CA-x", "MessageSid": "SM-x", "From": CONTACT, "Body": "人工"}
    request = Carrier(live.base, "another secret") if signature == "forged" else live.carrier
    given = None if signature == "forged" else signature
    status, _ = request.post(path, form, given)
    assert status == 403
    assert len(live.events()) == before


def test_a_replayed_text_has_one_effect(live: Live) -> None:
    """The same message delivered three times is answered the same and taken down once."""
    answers = {sms(live, "人工", "SM-replay") for _ in range(3)}
    assert len(answers) == 1
    outcomes = [
        line
        for line in live.events(contact=CONTACT)
        if line["event"] == "outcome" and line["kind"] == "person.callback"
    ]
    assert len(outcomes) == 1


@pytest.mark.parametrize(
    "body",
    [
        "",
        " ",
        "\x00",
        "a\x00b",
        "😀😀😀",
        "１",
        "食堂幾點開門",
        "canteen 几点 open吗",
        "x" * 1600,
        "喂" * 5000,
        "<script>alert(1)</script>",
        "'; DROP TABLE services; --",
        "\u202e\u0007\ufeff",
        "=1+1",
    ],
    ids=lambda body: repr(body)[:20],
)
def test_any_text_gets_a_normal_reply(live: Live, body: str) -> None:
    """Whatever is texted, a reply comes back in whole sentences."""
    status, answer = sms(live, body, f"SM-{hash(body)}")
    assert status == 200
    assert "<Response" in answer


def test_a_text_of_a_megabyte_is_refused_clearly(live: Live) -> None:
    """Too large is said to be too large."""
    connection = http.client.HTTPConnection(live.base.removeprefix("http://"), timeout=10)
    connection.putrequest("POST", "/twilio/sms")
    connection.putheader("Content-Type", "application/x-www-form-urlencoded")
    connection.putheader("Content-Length", "1000000")
    connection.endheaders()
    with connection.getresponse() as answer:
        assert answer.status == 413
        assert json.loads(answer.read())["error"]
    connection.close()
    assert sms(live, "食堂几点开门", "SM-after-huge")[0] == 200


def test_a_picture_without_words_is_answered(live: Live) -> None:
    """An MMS with nothing but a picture."""
    status, _ = sms(live, "", "SM-mms", NumMedia="1", MediaUrl0="https://example.org/x.jpg")
    assert status == 200


def test_a_text_without_its_number_is_refused(live: Live) -> None:
    """A message that names no sender or id cannot be answered once and only once."""
    form = {"AccountSid": ACCOUNT, "Body": "人工"}
    status, _ = live.carrier.post("/twilio/sms", form)
    assert status == 400


def test_the_socket_needs_a_signature(live: Live) -> None:
    """An unsigned upgrade is refused before it is accepted."""
    url = live.base.replace("http", "ws") + "/twilio/stream"
    with pytest.raises(InvalidStatus) as refused:
        connect(url).close()
    assert refused.value.response.status_code == 403


def opened(live: Live) -> ClientConnection:
    """A signed socket that has not started yet."""
    url = live.base.replace("http", "ws") + "/twilio/stream"
    signature = live.carrier.sign(url, {})
    return connect(url, additional_headers={"X-Twilio-Signature": signature}, compression=None)


def closed_within(socket: ClientConnection, seconds: float) -> bool:
    """Whether the service closes the socket in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            socket.recv(timeout=0.2)
        except TimeoutError:
            continue
        except ConnectionClosed:
            return True
    return False


def start(token: str, call: str = "CA-edge") -> str:
    """A start message."""
    given = {"streamSid": "MZ1", "callSid": call, "customParameters": {"token": token}}
    return json.dumps({"event": "start", "streamSid": "MZ1", "start": given})


@pytest.mark.parametrize("token", ["", "forged"])
def test_a_stream_without_its_token_is_closed(live: Live, token: str) -> None:
    """No token, no call."""
    with opened(live) as socket:
        socket.send(start(token))
        assert closed_within(socket, 5)
    assert live.events("CA-edge") == []


def test_a_token_is_good_for_one_stream(live: Live) -> None:
    """A second stream with the same token is closed."""
    _, token = live.carrier.ring("CA-once", CONTACT)
    with opened(live) as first, opened(live) as second:
        first.send(start(token, "CA-once"))
        first.recv(timeout=10)
        second.send(start(token, "CA-once"))
        assert closed_within(second, 5)


def test_a_silent_socket_is_closed(live: Live) -> None:
    """A socket that never starts is not kept."""
    with opened(live) as socket:
        assert closed_within(socket, 8)


def test_what_is_not_of_the_protocol_does_not_end_a_call(live: Live) -> None:
    """Nonsense between real frames: the call goes on and answers a key."""
    with live.carrier.call("CA-nonsense", CONTACT) as caller:
        caller.listen()
        for message in (
            "nonsense",
            "[]",
            '{"event":"media","media":{"payload":"%%%"}}',
            '{"event":"unheard of"}',
            '{"event":"dtmf","dtmf":{"digit":"99"}}',
            '{"event":"mark","mark":{"name":"not ours"}}',
        ):
            caller.socket.send(message)
        caller.socket.send(b"\x00\x01binary")
        payload = base64.b64encode(b"\xff" * 160).decode()
        for chunk in ("9", "3", "3", "7", "abc", "-1", "99999999999999999999"):
            media = {"track": "inbound", "chunk": chunk, "payload": payload}
            caller.send({"event": "media", "media": media})
        caller.chunk = 99_999_999_999_999_999_999
        caller.press("#")
        caller.listen()
    prompts = [x["prompt"] for x in live.events("CA-nonsense") if x["event"] == "said"]
    assert "menu.option" in prompts


def test_unknown_addresses_are_refused_plainly(live: Live) -> None:
    """404 and 405 in words, never a page of a framework."""
    status, answer = live.carrier.post("/nowhere", {})
    assert status == 404
    assert "error" in json.loads(answer)
    status, _ = live.carrier.post("/healthz", {})
    assert status == 405


def test_odd_bodies_are_refused_or_answered(live: Live) -> None:
    """Bytes that are no form: a refusal, never a 5xx."""
    for body, kind in (
        (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
        (b"{}", "application/json"),
        (urllib.parse.urlencode({"Body": "x"}).encode(), "text/plain"),
    ):
        request = urllib.request.Request(live.base + "/twilio/sms", body, method="POST")  # noqa: S310 - loopback
        request.add_header("Content-Type", kind)
        request.add_header("X-Twilio-Signature", "AAAA")
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=10)  # noqa: S310 - loopback
        refused.value.close()
        assert refused.value.code in {400, 403, 415}


def test_nothing_said_or_numbered_is_logged(live: Live) -> None:
    """After all of the above the service's log holds no number and no words of a resident."""
    log = live.log.read_text("utf-8")
    assert "138000002" not in log
    assert "人工" not in log
    assert "Traceback" not in log
