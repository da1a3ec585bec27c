from __future__ import annotations

import pytest
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from assistant.channels.twilio_signature import (
    SUBPROTOCOL,
    Gate,
    StreamTokens,
    from_subprotocols,
)

SECRET = "shh"
ORIGIN = "https://line.example.org"
FORM = MultiDict([("From", "+8613800000001"), ("Body", "你好"), ("Body", "again"), ("To", "1")])


def gate(*secrets: str, origin: str = ORIGIN) -> Gate:
    """A gate for these accounts."""
    return Gate(lambda: secrets, lambda: origin)


def signed(path: str, form: MultiDict[str, str], secret: str = SECRET) -> str:
    """Twilio's own signature."""
    return str(RequestValidator(secret).compute_signature(ORIGIN + path, form))


def test_a_signed_webhook_is_let_in() -> None:
    """Twilio's package signs, we check."""
    assert gate(SECRET).http("/twilio/sms", FORM, signed("/twilio/sms", FORM))


@pytest.mark.parametrize("signature", [None, "", "x", "AAAA", "你好"])
def test_a_wrong_signature_is_refused(signature: str | None) -> None:
    """Missing, short, long or foreign: refused."""
    assert not gate(SECRET).http("/twilio/sms", FORM, signature)


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/twilio/voice", FORM),
        ("/twilio/sms?x=1", FORM),
        ("/twilio/sms", MultiDict([*FORM.items(multi=True), ("Digits", "1")])),
        ("/twilio/sms", MultiDict([("From", "+8613900000000")])),
    ],
    ids=["path", "query", "added field", "changed field"],
)
def test_a_signature_fits_one_request(path: str, form: MultiDict[str, str]) -> None:
    """Another path, query or field makes it worthless."""
    assert not gate(SECRET).http(path, form, signed("/twilio/sms", FORM))


def test_the_secret_of_drills_speaks_for_nobody() -> None:
    """It is believed for a number that nobody has, and for no resident's."""
    at_drill = Gate(lambda: [SECRET], lambda: ORIGIN, lambda number: number.startswith("+999"), "d")
    resident, drill = FORM, MultiDict([("From", "+9990000000001"), ("Body", "1")])
    for path in ("/twilio/sms", "/twilio/voice"):
        assert at_drill.http(path, drill, signed(path, drill, "d"))
        assert not at_drill.http(path, resident, signed(path, resident, "d"))
        assert at_drill.http(path, resident, signed(path, resident))
        assert not gate(SECRET).http(path, drill, signed(path, drill, "d"))


def test_without_an_account_nobody_is_let_in() -> None:
    """An empty secret is no secret."""
    assert not gate().http("/twilio/sms", FORM, signed("/twilio/sms", FORM, ""))
    assert not gate("").http("/twilio/sms", FORM, signed("/twilio/sms", FORM, ""))


@pytest.mark.parametrize(
    "url",
    [
        "wss://line.example.org/twilio/stream",
        "wss://line.example.org/twilio/stream/",
        "wss://line.example.org:443/twilio/stream",
    ],
)
def test_the_socket_is_let_in_by_its_public_address(url: str) -> None:
    """The forms of the address that carriers were seen to sign."""
    signature = RequestValidator(SECRET).compute_signature(url, {})
    assert gate(SECRET).socket("/twilio/stream", signature)


@pytest.mark.parametrize(
    "url", ["wss://other.example.org/twilio/stream", "wss://line.example.org/twilio/other"]
)
def test_the_socket_is_not_let_in_by_another_address(url: str) -> None:
    """Another host or path is somebody else's signature."""
    signature = RequestValidator(SECRET).compute_signature(url, {})
    assert not gate(SECRET).socket("/twilio/stream", signature)


def test_the_socket_on_a_plain_port() -> None:
    """A line on http:// signs ws:// with its port."""
    signature = RequestValidator(SECRET).compute_signature("ws://127.0.0.1:8000/twilio/stream", {})
    assert gate(SECRET, origin="http://127.0.0.1:8000").socket("/twilio/stream", signature)


def test_a_browser_carries_the_signature_as_subprotocol() -> None:
    """The same signature in the form that a header allows."""
    carried = SUBPROTOCOL + "a-b_cd"
    assert from_subprotocols(["chat", carried]) == (carried, "a+b/cd==")
    assert from_subprotocols(["chat"]) is None


def test_a_token_opens_one_stream() -> None:
    """It fits its call, once."""
    tokens = StreamTokens("key")
    token = tokens.issue("CA1", "+8613800000001")
    assert tokens.redeem(token, "CA2") is None
    assert tokens.redeem(token, "CA1") == "+8613800000001"
    assert tokens.redeem(token, "CA1") is None


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "你好", "x" * 10_000])
def test_a_forged_token_opens_nothing(token: str) -> None:
    """Garbage is refused without an exception."""
    assert StreamTokens("key").redeem(token, "CA1") is None


def test_a_token_of_another_house_opens_nothing() -> None:
    """Tokens are signed with the installation's own key."""
    assert StreamTokens("key").redeem(StreamTokens("other").issue("CA1", "+1"), "CA1") is None
