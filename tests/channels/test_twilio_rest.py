from __future__ import annotations

import base64
import json
import logging
import re
import socket
import threading
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest

from assistant.channels import twilio_rest
from assistant.channels.twilio_rest import Outgoing, TwilioControl
from assistant.core.errors import CarrierError

ACCOUNT, TOKEN = "AC" + "a" * 32, "secret:with:colons"
CALL = "CA" + "b" * 32
OURS, HERS, STAFF = "+8657188001234", "+8613800000001", "+8657188009999"
TEXT = "记下了，编号GH000001。\nTea & biscuits <3"
RING = "/twilio/ring/staff?c=GH000777&n=1&t=1"
SINCE = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
Act = Callable[[TwilioControl], object]

ACTS: dict[str, Act] = {
    "hang up": lambda control: control.hang_up(CALL),
    "transfer": lambda control: control.transfer(CALL, STAFF),
    "text": lambda control: control.send_text(HERS, TEXT),
    "ring": lambda control: control.ring(HERS, RING, seconds=25),
}
each_act = pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    authorization: str
    content_type: str
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        """The form fields; a repeated name fails."""
        pairs = parse_qsl(self.body.decode("ascii"), strict_parsing=True)
        assert len(dict(pairs)) == len(pairs)
        return dict(pairs)


@dataclass(slots=True)
class Carrier:
    """A REST server on this machine that answers as it is told and remembers what it was asked."""

    base: str
    status: int = 201
    answer: bytes = json.dumps({"sid": "SM" + "c" * 32}).encode()
    hold: threading.Event = field(default_factory=threading.Event)
    asked: list[Asked] = field(default_factory=list)

    def control(self, prefix: str = "") -> TwilioControl:
        """The client under test, pointed here."""
        return TwilioControl(ACCOUNT, TOKEN, OURS, lambda: self.base + prefix)


@pytest.fixture
def carrier() -> Iterator[Carrier]:
    """A running carrier."""
    made = Carrier("")
    made.hold.set()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            made.asked.append(
                Asked(
                    self.command,
                    self.path,
                    self.headers.get("Authorization", ""),
                    self.headers.get("Content-Type", ""),
                    self.rfile.read(length),
                )
            )
            made.hold.wait(30)
            with suppress(ConnectionError):  # whoever gave up has closed
                self._answer()

        def _answer(self) -> None:
            self.send_response(made.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(made.answer)))
            self.end_headers()
            self.wfile.write(made.answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is given
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    made.base = f"http://127.0.0.1:{server.server_address[1]}"
    yield made
    made.hold.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def twilio_api(shared: Path) -> OpenAPI:
    """What Twilio's own description accepts."""
    path = shared / "data/twilio/calls_messages_strict.json"
    return OpenAPI.from_dict(json.loads(path.read_text("utf-8")))


def valid(api: OpenAPI, asked: Asked) -> None:
    """Hold one request against the description: path, ids, fields, values, authorisation."""
    path, _, query = asked.path.partition("?")
    request = MockRequest(
        "https://api.twilio.com",
        asked.method.lower(),
        path,
        args=dict(parse_qsl(query)),
        headers={"Authorization": asked.authorization},
        data=asked.body,
        content_type=asked.content_type,
    )
    api.validate_request(request)


def test_hanging_up_completes_the_call(carrier: Carrier, twilio_api: OpenAPI) -> None:
    """The call's own address, one field, as Twilio's description has it."""
    carrier.control().hang_up(CALL)
    (asked,) = carrier.asked
    valid(twilio_api, asked)
    assert asked.path == f"/2010-04-01/Accounts/{ACCOUNT}/Calls/{CALL}.json"
    assert asked.form == {"Status": "completed"}


def test_a_transfer_replaces_the_running_twiml(carrier: Carrier, twilio_api: OpenAPI) -> None:
    """The new TwiML dials the number and does nothing else."""
    carrier.control().transfer(CALL, STAFF)
    (asked,) = carrier.asked
    valid(twilio_api, asked)
    assert set(asked.form) == {"Twiml"}
    assert len(asked.form["Twiml"]) < 4000
    response = ET.fromstring(asked.form["Twiml"])  # noqa: S314 - our own
    assert [(item.tag, item.text) for item in response] == [("Dial", STAFF)]


def test_a_text_is_sent_as_it_is(carrier: Carrier, twilio_api: OpenAPI) -> None:
    """Hanzi, a line break and signs arrive unchanged, from the line's own number."""
    sid = carrier.control().send_text(HERS, TEXT)
    (asked,) = carrier.asked
    valid(twilio_api, asked)
    assert asked.path == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    assert asked.form == {"To": HERS, "From": OURS, "Body": TEXT}
    assert sid == "SM" + "c" * 32


def test_a_ring_names_itself_in_both_addresses(carrier: Carrier, twilio_api: OpenAPI) -> None:
    """What to say and what to report to, the number shown, how long, every moment reported."""
    outgoing = Outgoing("https://line.example.org", STAFF)
    reports = "https://line.example.org/twilio/status"
    control = TwilioControl(ACCOUNT, TOKEN, OURS, lambda: carrier.base, reports, outgoing)
    carrier.answer = json.dumps({"sid": CALL}).encode()
    assert control.ring(HERS, RING, seconds=25) == CALL
    (asked,) = carrier.asked
    valid(twilio_api, asked)
    assert asked.path == f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json"
    pairs = parse_qsl(asked.body.decode("ascii"))
    moments = [value for name, value in pairs if name == "StatusCallbackEvent"]
    assert moments == ["initiated", "ringing", "answered", "completed"]
    assert {name: value for name, value in pairs if name != "StatusCallbackEvent"} == {
        "To": HERS,
        "From": STAFF,
        "Url": f"https://line.example.org{RING}",
        "Method": "POST",
        "Timeout": "25",
        "StatusCallback": f"{reports}?c=GH000777&n=1&t=1",
        "StatusCallbackMethod": "POST",
    }


def test_a_ring_without_its_own_number_shows_the_line_s(carrier: Carrier) -> None:
    """Nothing else is known."""
    carrier.control().ring(HERS, RING, seconds=25)
    assert ("From", OURS) in parse_qsl(carrier.asked[0].body.decode("ascii"))


def listed(sid: str, status: str, direction: str, made: str | None) -> dict[str, object]:
    """One call of the carrier's list."""
    return {"sid": sid, "status": status, "direction": direction, "date_created": made}


def test_rings_are_found_by_number_and_time(carrier: Carrier, twilio_api: OpenAPI) -> None:
    """Only calls of our own making, since then or without a time yet, the newest first."""
    at = "Wed, 25 Nov 2026 01:{:02}:00 +0000".format
    calls = [
        listed("CA1", "completed", "outbound-api", at(5)),
        listed("CA2", "ringing", "outbound-dial", at(9)),
        listed("CA3", "no-answer", "outbound-api", "Wed, 25 Nov 2026 00:50:00 +0000"),
        listed("CA4", "completed", "inbound", at(6)),
        listed("CA5", "queued", "outbound-api", None),
        listed("CA6", "busy", "outbound-api", at(7)),
    ]
    carrier.answer = json.dumps({"calls": calls, "page": 0, "next_page_uri": None}).encode()
    carrier.status = 200
    found = carrier.control().find_rings(HERS, SINCE)
    valid(twilio_api, carrier.asked[0])
    assert [(ring.identifier, ring.answered, ring.over) for ring in found] == [
        ("CA2", False, False),
        ("CA6", False, True),
        ("CA1", True, True),
        ("CA5", False, False),
    ]


@pytest.mark.parametrize("answer", ['{"code": 20500, "message": "no"}', "<html>500</html>", ""])
def test_a_list_that_fails_names_no_number(carrier: Carrier, answer: str) -> None:
    """An error of ours, whatever the page is: nobody concludes that nothing rang."""
    carrier.status, carrier.answer = 500, answer.encode()
    with pytest.raises(CarrierError) as raised:
        carrier.control().find_rings(HERS, SINCE)
    assert no_number(str(raised.value))


def test_the_carrier_s_clock_may_be_behind_ours(carrier: Carrier) -> None:
    """A simulator runs ahead of the world: moments are turned into the carrier's own."""
    made = "Wed, 25 Nov 2026 01:05:00 +0000"
    calls = [listed("CA1", "completed", "outbound-api", made)]
    carrier.answer = json.dumps({"calls": calls, "page": 0, "next_page_uri": None}).encode()
    carrier.status = 200
    ahead = timedelta(days=3)
    outgoing = Outgoing("", OURS, lambda moment: moment - ahead)
    control = TwilioControl(ACCOUNT, TOKEN, OURS, lambda: carrier.base, "", outgoing)
    assert len(control.find_rings(HERS, SINCE + ahead)) == 1
    assert len(carrier.control().find_rings(HERS, SINCE + ahead)) == 0


@pytest.mark.parametrize(("status", "certain"), [(400, True), (429, True), (500, False)])
def test_only_a_refusal_is_certain(carrier: Carrier, status: int, *, certain: bool) -> None:
    """After anything else the carrier may be ringing all the same."""
    carrier.status, carrier.answer = status, b'{"code": 20001, "message": "no"}'
    with pytest.raises(CarrierError) as raised:
        carrier.control().ring(HERS, RING, seconds=25)
    assert raised.value.certain is certain


def test_the_description_refuses_what_twilio_refuses(twilio_api: OpenAPI) -> None:
    """A status that does not exist is caught: the checks above can fail."""
    path = f"/2010-04-01/Accounts/{ACCOUNT}/Calls/{CALL}.json"
    form = "application/x-www-form-urlencoded"
    for wrong in (
        Asked("POST", path, "Basic eA==", form, b"Status=hungup"),
        Asked("POST", path.replace(CALL, "CA1"), "Basic eA==", form, b"Status=completed"),
    ):
        with pytest.raises(Exception, match=r"(?i)error|invalid|failed"):
            valid(twilio_api, wrong)


@each_act
def test_every_request_is_authorised(carrier: Carrier, act: Act) -> None:
    """Basic authorisation with the account and its token, on the first attempt, and once."""
    act(carrier.control())
    (asked,) = carrier.asked
    packed = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    assert asked.authorization == f"Basic {packed}"


@each_act
@pytest.mark.parametrize("prefix", ["/simulator/carrier", "/a/b/"])
def test_the_base_may_have_a_path(carrier: Carrier, act: Act, prefix: str) -> None:
    """A private deployment below a path gets everything below that path."""
    act(carrier.control(prefix))
    (asked,) = carrier.asked
    assert asked.path.startswith(prefix.rstrip("/") + "/2010-04-01/Accounts/")


@each_act
@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (400, {"code": 21211, "message": f"The 'To' number {HERS} is not valid", "status": 400}),
        (401, {"code": 20003, "message": "Authenticate", "status": 401}),
        (404, {"code": 20404, "message": f"/Calls/{CALL} of {HERS} was not found", "status": 404}),
        (429, {"code": 20429, "message": f"too many for {OURS}", "status": 429}),
        (500, f"<html>500 for {HERS} from {OURS}, {STAFF}</html>"),
        (503, ""),
        (
            400,
            {
                "type": "https://example.org/problem",
                "title": f"no route to {HERS}",
                "status": 400,
                "code": 21610,
                "detail": f"{HERS} has unsubscribed from {OURS}",
            },
        ),
        (200, f"<html>a gateway's page for {HERS}</html>"),
        (302, ""),
    ],
    ids=["400", "401", "404", "429", "500 page", "503 empty", "problem", "200 page", "302"],
)
def test_a_refusal_names_no_number(
    carrier: Carrier, act: Act, status: int, answer: dict[str, object] | str
) -> None:
    """Whatever the carrier answers: one error of ours, with its status, without any number."""
    carrier.status = status
    carrier.answer = (answer if isinstance(answer, str) else json.dumps(answer)).encode()
    with pytest.raises(CarrierError) as raised:
        act(carrier.control())
    assert no_number(str(raised.value))
    if status >= 400:
        assert f"HTTP {status}" in str(raised.value)
    if isinstance(answer, dict):
        assert f"code {answer['code']}" in str(raised.value)
    assert len(carrier.asked) == 1


def no_number(message: str) -> bool:
    """No telephone number, id or token in a message."""
    secret = any(part in message for part in (HERS, OURS, STAFF, CALL, ACCOUNT, TOKEN))
    return not secret and re.search(r"\d{6,}", message) is None


@each_act
def test_no_request_is_logged(carrier: Carrier, act: Act, caplog: pytest.LogCaptureFixture) -> None:
    """Twilio's package would write the numbers of every request into the log."""
    with caplog.at_level(logging.INFO):
        act(carrier.control())
    assert caplog.text == ""


@each_act
def test_a_closed_port_is_an_error_of_ours(act: Act) -> None:
    """Nobody listens there: said at once, without a number."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{probe.getsockname()[1]}"
    began = time.monotonic()
    with pytest.raises(CarrierError) as raised:
        act(TwilioControl(ACCOUNT, TOKEN, OURS, lambda: base))
    assert no_number(str(raised.value))
    assert time.monotonic() - began < 5


@each_act
def test_a_carrier_that_hangs_is_given_up(
    carrier: Carrier, act: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No answer within the time allowed: given up after one attempt."""
    monkeypatch.setattr(twilio_rest, "TIMEOUT_S", 0.2)
    carrier.hold.clear()
    began = time.monotonic()
    with pytest.raises(CarrierError) as raised:
        act(carrier.control())
    assert 0.2 <= time.monotonic() - began < 5
    assert no_number(str(raised.value))
    assert len(carrier.asked) == 1


def test_nobody_waits_for_a_carrier_for_long() -> None:
    """A call that is being put through stands still meanwhile: ten seconds at the most."""
    assert twilio_rest.TIMEOUT_S <= 10


def test_the_base_is_asked_for_anew_each_time(carrier: Carrier) -> None:
    """The address may change while the service runs (a test port, a moved deployment)."""
    bases = iter([carrier.base + "/one", carrier.base + "/two"])
    control = TwilioControl(ACCOUNT, TOKEN, OURS, lambda: next(bases))
    control.hang_up(CALL)
    control.hang_up(CALL)
    assert [asked.path[:4] for asked in carrier.asked] == ["/one", "/two"]
