from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask, Response
from twilio.request_validator import RequestValidator

from assistant.channels.twilio_signature import Gate
from assistant.channels.webhook import EMPTY, XML, Webhooks, count

SECRET, ORIGIN = "shh", "https://line.example.org"
NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
FORM = {"MessageSid": "SM1", "From": "+8613800000001", "Body": "你好 & <x>"}


class Memory:
    """Answers by key, as the database keeps them."""

    def __init__(self) -> None:
        self.answers: dict[str, str] = {}
        self.claimed: list[str] = []

    def before(self, key: str, now: datetime) -> str | None:
        """The earlier answer."""
        assert now == NOW
        if key not in self.claimed:
            self.claimed.append(key)
            return None
        return self.answers.get(key, EMPTY)

    def after(self, key: str, answer: str, now: datetime) -> None:
        """Keep the answer."""
        assert now == NOW
        self.answers[key] = answer

    def failed(self, key: str) -> None:
        """Give the key out again."""
        self.claimed.remove(key)


class Hook:
    """One webhook that counts how often it acts."""

    def __init__(self) -> None:
        self.memory, self.acted = Memory(), 0
        webhooks = Webhooks(Gate(lambda: [SECRET], lambda: ORIGIN), self.memory)
        self.identifier = "SM1"
        self.fails = False
        app = Flask("hook")

        def act() -> str:
            self.acted += 1
            if self.fails:
                raise RuntimeError("the work broke off")
            return f"<Response><Message>{self.acted}</Message></Response>"

        @app.post("/hook")
        def hook() -> Response:
            return webhooks.once("sms", self.identifier, act, NOW)

        @app.post("/status")
        def status() -> Response:
            return webhooks.accepted()

        self.client = app.test_client()


@pytest.fixture
def hook() -> Hook:
    """A webhook nobody has called yet."""
    return Hook()


def signed(path: str, form: dict[str, str] = FORM, secret: str = SECRET) -> dict[str, str]:
    """Twilio's header for a request over the public address."""
    signature = RequestValidator(secret).compute_signature(ORIGIN + path, form)
    return {"X-Twilio-Signature": str(signature)}


def test_a_signed_request_is_acted_on(hook: Hook) -> None:
    """TwiML comes back with its content type."""
    response = hook.client.post("/hook", data=FORM, headers=signed("/hook"))
    assert (response.status_code, response.content_type) == (200, XML)
    assert response.text == "<Response><Message>1</Message></Response>"


def test_later_deliveries_get_the_same_answer(hook: Hook) -> None:
    """Five deliveries, one effect, one answer."""
    answers = {hook.client.post("/hook", data=FORM, headers=signed("/hook")).data for _ in range(5)}
    assert len(answers) == 1
    assert hook.acted == 1
    assert hook.memory.claimed == ["sms:SM1"]


@pytest.mark.parametrize(
    "headers",
    [{}, signed("/hook", secret="other"), signed("/status"), signed("/hook", {})],
    ids=["none", "other account", "other path", "other form"],
)
def test_a_wrong_signature_has_no_effect(hook: Hook, headers: dict[str, str]) -> None:
    """403 before anything is remembered or done; the right delivery afterwards still acts."""
    assert hook.client.post("/hook", data=FORM, headers=headers).status_code == 403
    assert hook.memory.claimed == []
    assert hook.client.post("/hook", data=FORM, headers=signed("/hook")).status_code == 200
    assert hook.acted == 1


@pytest.mark.parametrize("host", ["evil.example.org", "line.example.org:8443", "127.0.0.1:8000"])
def test_the_host_header_says_nothing(hook: Hook, host: str) -> None:
    """The address that was signed is the configured one, whatever the request calls us."""
    response = hook.client.post("/hook", data=FORM, headers={**signed("/hook"), "Host": host})
    assert response.status_code == 200


def test_the_query_is_part_of_what_was_signed(hook: Hook) -> None:
    """A query is checked as it stands."""
    query = "/hook?step=1&x=%E4%BD%A0"
    assert hook.client.post(query, data=FORM, headers=signed(query)).status_code == 200
    assert hook.client.post(query, data=FORM, headers=signed("/hook")).status_code == 403


def test_a_request_without_an_id_is_refused(hook: Hook) -> None:
    """What cannot be recognised again is not acted on."""
    hook.identifier = ""
    response = hook.client.post("/hook", data=FORM, headers=signed("/hook"))
    assert response.status_code == 400
    assert hook.acted == 0


def test_a_status_is_taken_and_answered_empty(hook: Hook) -> None:
    """Signed: taken; unsigned: refused."""
    response = hook.client.post("/status", data=FORM, headers=signed("/status"))
    assert (response.status_code, response.text) == (200, EMPTY)
    assert hook.client.post("/status", data=FORM).status_code == 403


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("999999", 999_999),
        ("1000000", 0),
        ("9" * 5000, 0),
        ("-1", 0),
        ("²", 0),
        (None, 0),
    ],
)
def test_counts_have_six_digits(text: str | None, number: int) -> None:
    """From some thousands of digits on Python itself refuses to read a number."""
    assert count(text) == number


def test_a_delivery_that_failed_is_worked_on_again_at_once(hook: Hook) -> None:
    """Whoever acted first did not come to an end: the carrier's next delivery is no repetition."""
    hook.fails = True
    assert hook.client.post("/hook", data=FORM, headers=signed("/hook")).status_code == 500
    hook.fails = False
    again = hook.client.post("/hook", data=FORM, headers=signed("/hook"))
    assert again.status_code == 200
    assert "<Message>2</Message>" in again.text
