from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from twilio.request_validator import RequestValidator

from assistant.simulator.guard import BODY_LIMIT

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.simulator.around import Around

SID = "CA" + "0" * 32

STRANGERS = [
    pytest.param({"Sec-Fetch-Site": "cross-site"}, id="another site"),
    pytest.param({"Sec-Fetch-Site": "same-site"}, id="a sister site"),
    pytest.param({"Origin": "https://elsewhere.example"}, id="another origin"),
    pytest.param({"Origin": "null"}, id="a sandboxed frame"),
    pytest.param({"Host": "elsewhere.example", "Origin": "http://elsewhere.example"}, id="rebound"),
    pytest.param({"Host": "[::1"}, id="a broken host"),
]

OWN = [
    pytest.param({}, id="a script"),
    pytest.param({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, id="the page"),
    pytest.param({"Host": "line.example", "Origin": "https://line.example"}, id="the public name"),
    pytest.param(
        {"Host": "192.168.1.5:8000", "Origin": "http://192.168.1.5:8000"}, id="an address"
    ),
    pytest.param({"Host": "[::1]:8000"}, id="an IPv6 address"),
]

ODD_BODIES = [
    pytest.param(b"", id="empty"),
    pytest.param(b"{", id="cut short"),
    pytest.param(b"[]", id="a list"),
    pytest.param(b"\xff\xfe", id="no UTF-8"),
    pytest.param(
        b'{"text": "\\ud800", "path": "\\ud800", "set": "\\ud800"}', id="half a character"
    ),
    pytest.param(b"[" * 60_000, id="too deep"),
    pytest.param(b"\0" * 100, id="NUL bytes"),
]


def test_page_has_its_own_scripts_only(client: FlaskClient, around: Around) -> None:
    """The page is one document with no inline script or style and nothing from elsewhere."""
    response = client.get("/simulator/")
    page = response.text
    assert response.status_code == 200
    assert around.account_sid in page
    assert "<style" not in page
    assert "style=" not in page
    assert page.count("<script") == page.count('src="/simulator/static/main.js"') == 1
    assert "http" not in page
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_page_without_slash_leads_to_the_page(client: FlaskClient) -> None:
    """The address as people type it works too."""
    assert client.get("/simulator", follow_redirects=True).status_code == 200


def test_signature_is_accepted_by_the_carrier_s_own_check(
    client: FlaskClient, around: Around
) -> None:
    """What is signed here passes the validator of the `twilio` package, HTTP and socket."""
    params = {"CallSid": SID, "From": "+8613800000001", "Body": "你好，帮帮我 😀"}
    signed = client.post(
        "/simulator/sign", json={"path": "/twilio/sms?a=1", "params": params}
    ).get_json()
    check = RequestValidator(around.secret)
    assert check.validate("https://line.example/twilio/sms?a=1", params, signed["signature"])
    stream = "wss://line.example/twilio/stream"
    assert signed["socket_signature"] == check.compute_signature(stream, {})


@pytest.mark.parametrize(
    "path",
    [
        "/desk/",
        "twilio/voice",
        "https://line.example/twilio/voice",
        "/twilio/",
        "/twilio/../desk/",
        "/twilio/a/..",
        "/twilio//desk",
        "/twilio/voice\n",
        "/twilio/%2e%2e/desk",
        "/twilio/voice#part",
        None,
        5,
        ["/twilio/voice"],
    ],
)
def test_other_paths_are_not_signed(client: FlaskClient, path: object) -> None:
    """Only requests that a carrier would make are signed."""
    response = client.post("/simulator/sign", json={"path": path, "params": {}})
    assert response.status_code == 400
    assert "/twilio/" in response.get_json()["error"]


@pytest.mark.parametrize(
    "params",
    [
        pytest.param([], id="a list"),
        pytest.param({"a": 1}, id="a number"),
        pytest.param({"a": ["1"]}, id="a nested list"),
        pytest.param({f"p{i}": "" for i in range(101)}, id="too many"),
    ],
)
def test_params_that_are_no_form_are_refused(client: FlaskClient, params: object) -> None:
    """A form holds texts under names."""
    response = client.post("/simulator/sign", json={"path": "/twilio/voice", "params": params})
    assert response.status_code == 400


@pytest.mark.parametrize("headers", STRANGERS)
@pytest.mark.parametrize("address", ["sign", "speak", "clock"])
def test_other_websites_are_refused(
    client: FlaskClient, around: Around, address: str, headers: dict[str, str]
) -> None:
    """Another site in a visitor's browser can neither sign, speak nor move the clock."""
    before = around.now
    body = {"path": "/twilio/voice", "text": "hello", "language": "en", "advance_seconds": 1}
    response = client.post(f"/simulator/{address}", json=body, headers=headers)
    assert response.status_code == 403
    assert (around.now, around.spoken) == (before, [])


@pytest.mark.parametrize("headers", STRANGERS)
@pytest.mark.parametrize("address", [f"calls/{SID}", "messages?to=%2B86", "clock"])
def test_other_websites_read_nothing(
    client: FlaskClient, address: str, headers: dict[str, str]
) -> None:
    """Nor can it read calls, messages or the time."""
    assert client.get(f"/simulator/{address}", headers=headers).status_code == 403


@pytest.mark.parametrize("headers", OWN)
def test_the_page_and_scripts_are_welcome(client: FlaskClient, headers: dict[str, str]) -> None:
    """The page may be opened by name or address, and local scripts need no headers."""
    asked = {"path": "/twilio/voice", "params": {}}
    assert client.post("/simulator/sign", json=asked, headers=headers).status_code == 200


@pytest.mark.parametrize("body", ODD_BODIES)
@pytest.mark.parametrize("address", ["sign", "speak", "clock"])
def test_odd_bodies_are_refused_in_a_sentence(
    client: FlaskClient, address: str, body: bytes
) -> None:
    """What is no JSON object of printable text is answered 400 with the reason."""
    response = client.post(f"/simulator/{address}", data=body)
    assert response.status_code == 400
    assert response.get_json()["error"].endswith(".")


@pytest.mark.parametrize("address", ["sign", "speak", "clock"])
def test_long_bodies_are_refused(client: FlaskClient, address: str) -> None:
    """More than 64 KiB is not read."""
    response = client.post(f"/simulator/{address}", data=b" " * (BODY_LIMIT + 1))
    assert response.status_code == 413
    assert str(BODY_LIMIT) in response.get_json()["error"]


def test_speak_gives_telephone_audio(client: FlaskClient, around: Around) -> None:
    """Typed words come back as mu-law; line breaks are spaces."""
    response = client.post("/simulator/speak", json={"text": " 我想\n找医生 ", "language": "zh"})
    assert (response.status_code, response.mimetype) == (200, "audio/basic")
    assert response.data == b"\x7f" * 6
    assert around.spoken == [("我想 找医生", "zh")]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"text": "", "language": "zh"},
        {"text": " \n", "language": "zh"},
        {"text": "x" * 501, "language": "zh"},
        {"text": 5, "language": "zh"},
        {"text": "hello"},
        {"text": "hello", "language": "../"},
        {"text": "hello", "language": "english"},
        {"text": "hello", "language": None},
    ],
)
def test_speak_refuses_what_is_no_sentence(
    client: FlaskClient, around: Around, asked: dict[str, Any]
) -> None:
    """Nothing, too much, or an unknown language is not spoken."""
    assert client.post("/simulator/speak", json=asked).status_code == 400
    assert around.spoken == []


def test_speech_that_fails_says_why(client: FlaskClient) -> None:
    """A voice that does not answer is told to the page, with its remedy."""
    response = client.post("/simulator/speak", json={"text": "broken", "language": "en"})
    assert response.status_code == 503
    assert "run `check`" in response.get_json()["error"]


def test_unknown_call_is_in_progress(client: FlaskClient) -> None:
    """A call the service has not asked anything of goes on."""
    response = client.get(f"/simulator/calls/{SID}")
    assert response.json == {"status": "in-progress", "twiml": None}


@pytest.mark.parametrize("sid", ["CA1", "SM" + "0" * 32, "CA" + "G" * 32, "CA" + "A" * 32])
def test_what_is_no_call_is_not_found(client: FlaskClient, sid: str) -> None:
    """Only a CallSid names a call."""
    assert client.get(f"/simulator/calls/{sid}").status_code == 404


@pytest.mark.parametrize("query", ["", "to=", "to=%2B86&after=x", "to=%2B86&after=-1", "after=0"])
def test_messages_need_a_number(client: FlaskClient, query: str) -> None:
    """Whose messages, and from where on, must be said."""
    assert client.get(f"/simulator/messages?{query}").status_code == 400
