"""Two telephones, the loopback exchange between them, and a service that it asks what to say."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

import pytest
from twilio.request_validator import RequestValidator

from assistant.simulator.exchange import Exchange
from assistant.simulator.instructions import NoTwimlError, verbs
from assistant.simulator.leg import Leg
from assistant.simulator.service import Service
from tests.simulator.around import SECRET, Around

LINE, STAFF, HERS = "+861012345678", "+8657188001241", "+8613800000001"
SAY = '<Say language="zh-CN">您好。</Say>'
ASK = f'<Gather numDigits="1" timeout="1" action="/twilio/key">{SAY}</Gather><Hangup/>'
DIAL = (
    '<Dial timeout="2" callerId="+8657188001234" action="/twilio/over">'
    '<Number url="/twilio/whisper" statusCallback="/twilio/status?p=resident" '
    'statusCallbackEvent="initiated ringing answered completed" machineDetection="Enable" '
    f'amdStatusCallback="/twilio/heard">{HERS}</Number></Dial>'
)


@dataclass
class Line:
    """A service that answers each path with its page, and keeps what it was asked."""

    pages: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    port: int = 0

    def forms(self, path: str) -> list[dict[str, str]]:
        """What was posted to a path, query left out."""
        return [form for asked, form in list(self.asked) if asked.partition("?")[0] == path]


@pytest.fixture
def line() -> Iterator[Line]:
    """One that runs."""
    made = Line()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = dict(parse_qsl(body))
            url = f"https://line.example{self.path}"
            signature = self.headers["X-Twilio-Signature"]
            assert RequestValidator(SECRET).validate(url, form, signature)
            made.asked.append((self.path, form))
            page = made.pages.get(self.path.partition("?")[0])
            answer = f"<Response>{page or ''}</Response>".encode()
            self.send_response(200 if page is not None else 404)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is given
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    made.port = server.server_address[1]
    made.pages["/twilio/status"] = ""
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def exchange(line: Line) -> Exchange:
    """An exchange whose service is that line."""
    parts = Around().parts()
    here = f"http://127.0.0.1:{line.port}"
    object.__setattr__(parts, "loopback", lambda: here)
    return Exchange(Service(parts))


def ring(exchange: Exchange, seconds: float = 5) -> Leg:
    """The service rings the staff."""
    return exchange.place(
        caller=LINE,
        number=STAFF,
        url="https://line.example/twilio/staff",
        seconds=seconds,
        status_callback="https://line.example/twilio/status",
        moments=frozenset({"initiated", "ringing", "answered"}),
    )


def wait(until: Callable[[], object]) -> None:
    """Until it holds."""
    deadline = time.monotonic() + 5
    while not until():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.005)


def pick_up(exchange: Exchange, number: str, **how: str) -> Leg:
    """Take the call that rings at a number, and hear everything at once from then on."""
    wait(lambda: any(leg.status == "ringing" for leg in exchange.legs(number)))
    leg = exchange.legs(number)[0]
    assert leg.answer(**how)  # type: ignore[arg-type]  # by a word of the table
    leg.hear(10**6)
    return leg


def test_nobody_answers(exchange: Exchange, line: Line) -> None:
    """It rings for so long, and the service is told each step."""
    leg = ring(exchange, 0.05)
    wait(lambda: len(line.forms("/twilio/status")) == 3)
    told = [form["CallStatus"] for form in line.forms("/twilio/status")]
    assert told == ["initiated", "ringing", "no-answer"]
    assert leg.status == "no-answer"
    assert {form["CallSid"] for form in line.forms("/twilio/status")} == {leg.sid}


def test_a_key_answers_the_question(exchange: Exchange, line: Line) -> None:
    """Sentences are heard, a key leads to the next page, and its end ends the call."""
    line.pages |= {"/twilio/staff": ASK, "/twilio/key": SAY + "<Pause length='0'/>"}
    leg = ring(exchange)
    pick_up(exchange, STAFF)
    wait(lambda: leg.asks_for_keys)
    leg.press("1")
    wait(lambda: leg.over)
    assert [item.text for item in leg.said(0)] == ["您好。", "您好。"]
    assert [form["Digits"] for form in line.forms("/twilio/key")] == ["1"]
    wait(lambda: line.forms("/twilio/status")[-1]["CallStatus"] == "completed")


def test_no_key_goes_on_behind_the_question(exchange: Exchange, line: Line) -> None:
    """After the wait the next verb comes."""
    line.pages["/twilio/staff"] = ASK
    leg = ring(exchange)
    pick_up(exchange, STAFF)
    wait(lambda: leg.over)
    assert line.forms("/twilio/key") == []


def dialled(exchange: Exchange, line: Line, **how: str) -> tuple[Leg, Leg]:
    """Staff answer, and then she does."""
    line.pages |= {
        "/twilio/staff": DIAL,
        "/twilio/whisper": SAY,
        "/twilio/over": SAY,
        "/twilio/heard": "",
    }
    ring(exchange)
    staff = pick_up(exchange, STAFF)
    return staff, pick_up(exchange, HERS, **how)


def test_two_telephones_are_joined(exchange: Exchange, line: Line) -> None:
    """She hears her page first; whoever hangs up, the other is told by the action."""
    staff, hers = dialled(exchange, line)
    wait(lambda: hers.bridged and staff.bridged)
    assert [item.text for item in hers.said(0)] == ["您好。"]
    hers.end()
    wait(lambda: staff.over)
    (over,) = line.forms("/twilio/over")
    assert (over["DialCallSid"], over["DialCallStatus"]) == (hers.sid, "completed")
    assert over["DialBridged"] == "true"
    told = [
        form["CallStatus"] for form in line.forms("/twilio/status") if form["CallSid"] == hers.sid
    ]
    wait(lambda: line.forms("/twilio/heard"))
    assert told[:3] == ["initiated", "ringing", "in-progress"]
    assert line.forms("/twilio/heard")[0]["AnsweredBy"] == "human"


def test_she_is_shown_the_number_that_was_asked_for(exchange: Exchange, line: Line) -> None:
    """And her call is listed as one dialled from the first."""
    staff, hers = dialled(exchange, line)
    assert hers.caller == "+8657188001234"
    assert hers.parent == staff.sid
    staff.end()
    wait(lambda: hers.over)
    wait(lambda: line.forms("/twilio/over"))


@pytest.mark.parametrize(
    ("end", "status"), [("busy", "busy"), (None, "no-answer")], ids=["declined", "let ring"]
)
def test_she_does_not_answer(exchange: Exchange, line: Line, end: str | None, status: str) -> None:
    """The action tells why, and staff hear what follows."""
    line.pages |= {"/twilio/staff": DIAL, "/twilio/over": SAY}
    ring(exchange)
    staff = pick_up(exchange, STAFF)
    wait(lambda: any(leg.status == "ringing" for leg in exchange.legs(HERS)))
    if end is not None:
        exchange.legs(HERS)[0].end(end)  # type: ignore[arg-type]  # a status of the table
    wait(lambda: staff.over)
    (over,) = line.forms("/twilio/over")
    assert over["DialCallStatus"] == status
    assert [item.text for item in staff.said(0)] == ["您好。"]


def test_a_machine_can_be_given_other_words(exchange: Exchange, line: Line) -> None:
    """Told to, her leg says something else and ends; staff go on to the action."""
    staff, hers = dialled(exchange, line, by="machine_start")
    wait(lambda: hers.bridged)
    assert hers.order("<Response><Say language='zh-CN'>请回电话。</Say></Response>")
    wait(lambda: staff.over and hers.over)
    assert hers.said(0)[-1].text == "请回电话。"
    assert line.forms("/twilio/heard")[0]["AnsweredBy"] == "machine_start"
    assert line.forms("/twilio/over")[0]["DialCallStatus"] == "completed"


def test_pages_that_lead_in_a_circle_end(exchange: Exchange, line: Line) -> None:
    """A loop of pages is cut off."""
    line.pages["/twilio/staff"] = "<Redirect>/twilio/staff</Redirect>"
    leg = ring(exchange)
    pick_up(exchange, STAFF)
    wait(lambda: leg.over)
    assert 1 < len(line.forms("/twilio/staff")) < 100


@pytest.mark.parametrize("page", [None, "<Enqueue>x</Enqueue>"], ids=["404", "unknown verb"])
def test_what_cannot_be_carried_out_ends_the_call(
    exchange: Exchange, line: Line, page: str | None
) -> None:
    """Nobody is left hanging, and nobody hears anything or is rung in its place."""
    if page is not None:
        line.pages["/twilio/staff"] = page
    leg = ring(exchange)
    pick_up(exchange, STAFF)
    wait(lambda: leg.over)
    assert leg.said(0) == []
    assert exchange.legs(HERS) == []


def test_nothing_is_asked_of_another_path(line: Line) -> None:
    """A webhook's address below another path than ours is not followed."""
    parts = Around(now=datetime.fromisoformat("2026-11-24T22:30:00+08:00")).parts()
    assert Service(parts).ask("http://127.0.0.1/desk/", {}) is None
    assert line.asked == []


@pytest.mark.parametrize("text", ["", "<Response", "<Other/>", "x" * 70_000])
def test_what_is_no_twiml_is_refused(text: str) -> None:
    """By name, before any verb is done."""
    with pytest.raises(NoTwimlError):
        verbs(text)
