from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import UTC, datetime

import pytest
from flask import Flask
from twilio.request_validator import RequestValidator

from assistant.channels.twilio_ring import ring_blueprint
from assistant.channels.twilio_ring_pages import RingSettings, address
from assistant.channels.twilio_signature import Gate
from assistant.channels.twilio_status import status_blueprint
from assistant.channels.webhook import EMPTY, Webhooks
from assistant.core.errors import CarrierError, DatabaseError
from assistant.core.ports import Spoken
from assistant.core.ring import Leg, Party, RingEnd, RingReply

SECRET, ORIGIN = "shh", "https://line.example.org"
NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
LEG = Leg("GH000777", 2, 3)
QUERY = "c=GH000777&n=2&t=3"
STAFF_CALL, HER_CALL = "CA" + "1" * 32, "CA" + "2" * 32
HERS, SHOWN = "+8613800000001", "+8657188001234"
SAYS = (Spoken("您好。", "zh"), Spoken("Hello & welcome.", "en"))


class Memory:
    """Answers by key, as the database keeps them."""

    def __init__(self) -> None:
        self.answers: dict[str, str | None] = {}

    def before(self, key: str, now: datetime) -> str | None:
        """The earlier answer, an empty one while the first is at work."""
        assert now == NOW
        if key in self.answers:
            return self.answers[key] or EMPTY
        self.answers[key] = None
        return None

    def after(self, key: str, answer: str, now: datetime) -> None:
        """Keep the answer."""
        assert now == NOW
        self.answers[key] = answer

    def failed(self, key: str) -> None:
        """Give the key out again."""
        self.answers.pop(key)


class House:
    """The webhooks over a desk that answers as it is told, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []
        self.redirected: list[tuple[str, str]] = []
        self.reply: RingReply | None = RingReply(SAYS)
        self.fails: Exception | None = None
        self.redirect_fails = False
        webhooks = Webhooks(Gate(lambda: [SECRET], lambda: ORIGIN), Memory())
        settings = RingSettings(40, SHOWN, lambda: ORIGIN)
        app = Flask("house")
        app.register_blueprint(
            ring_blueprint(webhooks, self, settings, self._redirect, lambda: NOW)
        )
        app.register_blueprint(status_blueprint(webhooks, self._text_reported, self.reported))
        self._client = app.test_client()

    def post(self, path: str, /, **form: str) -> tuple[int, str]:
        """One webhook, signed."""
        return self._post(path, form, signed=True)

    def forge(self, path: str, /, **form: str) -> tuple[int, str]:
        """One webhook without a signature."""
        return self._post(path, form, signed=False)

    def _post(self, path: str, form: dict[str, str], *, signed: bool) -> tuple[int, str]:
        signature = RequestValidator(SECRET).compute_signature(ORIGIN + path, form)
        headers = {"X-Twilio-Signature": signature} if signed else {}
        answer = self._client.post(path, data=form, headers=headers)
        return answer.status_code, answer.text

    def twiml(self, path: str, /, **form: str) -> ET.Element:
        """The verbs that answer one webhook."""
        status, text = self.post(path, **form)
        assert status == 200
        return ET.fromstring(text)  # noqa: S314 - our own

    def _answer(self, *asked: object) -> RingReply:
        self.asked.append(asked)
        if self.fails is not None:
            raise self.fails
        assert self.reply is not None
        return self.reply

    def _redirect(self, call: str, twiml: str) -> None:
        if self.redirect_fails:
            raise CarrierError("the carrier did not change the call")
        self.redirected.append((call, twiml))

    def _text_reported(self, sid: str, status: str, error: int | None) -> None:
        self.asked.append(("text", sid, status, error))

    # -- the desk ---------------------------------------------------------------------------

    def staff_answered(self, leg: Leg, call: str) -> RingReply:
        """Staff took it up."""
        return self._answer("staff", leg, call)

    def staff_pressed(self, leg: Leg, call: str, digit: str, step: int) -> RingReply:
        """A key of theirs."""
        return self._answer("key", leg, call, digit, step)

    def resident_answered(self, leg: Leg, call: str, step: int) -> RingReply:
        """She took it up."""
        return self._answer("resident", leg, call, step)

    def resident_left(self, leg: Leg, call: str, end: RingEnd, seconds: int) -> RingReply:
        """Her ring is over."""
        return self._answer("left", leg, call, end, seconds)

    def machine_answered(self, leg: Leg, call: str) -> RingReply | None:
        """A machine took it up."""
        self.asked.append(("machine", leg, call))
        return self.reply

    def reported(self, leg: Leg, party: Party, call: str, status: str, seconds: int) -> None:
        """The carrier reports."""
        self.asked.append(("reported", leg, party, call, status, seconds))


@pytest.fixture
def house() -> House:
    """A fresh one."""
    return House()


def tags(element: ET.Element) -> list[str]:
    """The verbs, in order."""
    return [item.tag for item in element]


def test_the_address_leads_back_to_the_ring(house: House) -> None:
    """What the carrier is given to ask for names callback, attempt and turn."""
    assert address(LEG) == f"/twilio/ring/staff?{QUERY}"
    house.twiml(address(LEG), CallSid=STAFF_CALL)
    assert house.asked == [("staff", LEG, STAFF_CALL)]


def test_staff_are_asked_for_a_key_and_for_its_absence(house: House) -> None:
    """The sentences lie inside the question; silence leads to the same address."""
    house.reply = RingReply(SAYS, "keys")
    answer = house.twiml(f"/twilio/ring/staff?{QUERY}", CallSid=STAFF_CALL)
    assert tags(answer) == ["Gather", "Redirect"]
    gather, redirect = answer
    action = f"{ORIGIN}/twilio/ring/staff/key?{QUERY}&s=1"
    assert (gather.get("action"), redirect.text) == (action, action)
    assert (gather.get("numDigits"), gather.get("input")) == ("1", "dtmf")
    assert [(say.get("language"), say.text) for say in gather] == [
        ("zh-CN", "您好。"),
        ("en-GB", "Hello & welcome."),
    ]


@pytest.mark.parametrize(("given", "digit"), [({"Digits": "1"}, "1"), ({}, "")])
def test_a_key_or_none_is_handed_on(house: House, given: dict[str, str], digit: str) -> None:
    """With the number of the question it answers."""
    house.twiml(f"/twilio/ring/staff/key?{QUERY}&s=2", CallSid=STAFF_CALL, **given)
    assert house.asked == [("key", LEG, STAFF_CALL, digit, 2)]


def test_her_telephone_is_rung_as_the_settings_say(house: House) -> None:
    """40 s, the office's number, our words before the two are joined, a detector beside it."""
    house.reply = RingReply(SAYS[:1], "ring", HERS)
    answer = house.twiml(f"/twilio/ring/staff/key?{QUERY}&s=1", CallSid=STAFF_CALL, Digits="1")
    assert tags(answer) == ["Say", "Dial"]
    dial = answer[1]
    assert dial.attrib == {
        "action": f"{ORIGIN}/twilio/ring/over?{QUERY}",
        "method": "POST",
        "timeout": "40",
        "callerId": SHOWN,
    }
    (number,) = dial
    assert number.text == HERS
    assert number.get("url") == f"{ORIGIN}/twilio/ring/resident?{QUERY}&s=0"
    assert number.get("statusCallback") == f"{ORIGIN}/twilio/status?{QUERY}&p=resident"
    assert number.get("statusCallbackEvent") == "initiated ringing answered completed"
    assert number.get("machineDetection") == "Enable"
    assert number.get("amdStatusCallback") == f"{ORIGIN}/twilio/ring/heard?{QUERY}"


def test_she_hears_one_page_then_the_next_then_staff(house: House) -> None:
    """The first page leads to the second; the last ends without hanging up: the two are joined."""
    house.reply = RingReply(SAYS[:1], "go_on")
    first = house.twiml(f"/twilio/ring/resident?{QUERY}&s=0", CallSid=HER_CALL)
    assert tags(first) == ["Say", "Redirect"]
    assert first[1].text == f"{ORIGIN}/twilio/ring/resident?{QUERY}&s=1"
    house.reply = RingReply(SAYS[:1], "connect")
    second = house.twiml(f"/twilio/ring/resident?{QUERY}&s=1", CallSid=HER_CALL)
    assert tags(second) == ["Say"]
    assert [asked[3] for asked in house.asked] == [0, 1]


def test_nothing_more_to_say_hangs_up(house: House) -> None:
    """A reply without anything after it is the end."""
    assert tags(house.twiml(f"/twilio/ring/staff?{QUERY}", CallSid=STAFF_CALL))[-1] == "Hangup"


@pytest.mark.parametrize(
    ("form", "end", "seconds"),
    [
        ({"DialCallStatus": "completed", "DialCallDuration": "65"}, "talked", 65),
        ({"DialCallStatus": "completed", "DialBridged": "true"}, "talked", 0),
        ({"DialCallStatus": "completed", "DialBridged": "false"}, "dropped", 0),
        ({"DialCallStatus": "answered"}, "talked", 0),
        ({"DialCallStatus": "busy"}, "busy", 0),
        ({"DialCallStatus": "no-answer"}, "no_answer", 0),
        ({"DialCallStatus": "canceled"}, "no_answer", 0),
        ({"DialCallStatus": "failed"}, "failed", 0),
        ({"DialCallStatus": "unheard of"}, "failed", 0),
        ({}, "failed", 0),
    ],
    ids=lambda value: str(value)[:40],
)
def test_how_her_ring_ended_is_told_apart(
    house: House, form: dict[str, str], end: str, seconds: int
) -> None:
    """By Twilio's word for it; a word it has not yet is a failure, never a talk."""
    house.twiml(f"/twilio/ring/over?{QUERY}", CallSid=STAFF_CALL, DialCallSid=HER_CALL, **form)
    assert house.asked == [("left", LEG, HER_CALL, end, seconds)]


@pytest.mark.parametrize("by", ["machine_start", "machine_end_beep", "machine_end_other"])
def test_a_machine_is_told_something_else(house: House, by: str) -> None:
    """Her leg is given the message, and ends with it."""
    house.twiml(f"/twilio/ring/heard?{QUERY}", CallSid=HER_CALL, AnsweredBy=by)
    ((call, twiml),) = house.redirected
    assert call == HER_CALL
    assert tags(ET.fromstring(twiml)) == ["Say", "Say", "Hangup"]  # noqa: S314 - our own
    assert len(twiml) < 4000


@pytest.mark.parametrize("by", ["human", "unknown", "", "fax"])
def test_what_is_no_machine_for_certain_is_a_person(house: House, by: str) -> None:
    """Nothing is changed, nobody is asked."""
    house.twiml(f"/twilio/ring/heard?{QUERY}", CallSid=HER_CALL, AnsweredBy=by)
    assert (house.asked, house.redirected) == ([], [])


def test_a_machine_found_out_too_late_is_left_to_staff(house: House) -> None:
    """The desk lets the call go on."""
    house.reply = None
    house.twiml(f"/twilio/ring/heard?{QUERY}", CallSid=HER_CALL, AnsweredBy="machine_start")
    assert house.redirected == []


def test_a_carrier_that_will_not_change_the_call_breaks_nothing(house: House) -> None:
    """The webhook is answered all the same."""
    house.redirect_fails = True
    status, _ = house.post(
        f"/twilio/ring/heard?{QUERY}", CallSid=HER_CALL, AnsweredBy="machine_start"
    )
    assert status == 200


PATHS = ["staff", "staff/key", "resident", "over", "heard"]


@pytest.mark.parametrize("path", PATHS)
def test_every_webhook_acts_once(house: House, path: str) -> None:
    """Delivered three times: one effect, one answer."""
    house.reply = RingReply(SAYS, "keys")
    form = {"CallSid": STAFF_CALL, "AnsweredBy": "machine_start"}
    answers = {house.post(f"/twilio/ring/{path}?{QUERY}&s=1", **form) for _ in range(3)}
    assert len(answers) == len(house.asked) == 1


@pytest.mark.parametrize("path", PATHS)
def test_an_unsigned_webhook_is_refused_without_effect(house: House, path: str) -> None:
    """403, and nobody hears of it."""
    status, _ = house.forge(f"/twilio/ring/{path}?{QUERY}", CallSid=STAFF_CALL)
    assert (status, house.asked) == (403, [])


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "query",
    ["", "?c=GH000777", "?c=GH000777&n=x&t=1", "?c=&n=1&t=1", "?c=G&n=-1&t=1", "?c=G&n=0&t=1"],
)
def test_an_address_of_no_ring_is_refused(house: House, path: str, query: str) -> None:
    """400 before anything is done."""
    status, _ = house.post(f"/twilio/ring/{path}{query}", CallSid=STAFF_CALL)
    assert (status, house.asked) == (400, [])


def test_a_webhook_that_names_no_call_is_refused(house: House) -> None:
    """It could not be answered once and only once."""
    status, _ = house.post(f"/twilio/ring/staff?{QUERY}")
    assert (status, house.asked) == (400, [])


def test_a_house_that_fails_puts_her_through(house: House) -> None:
    """No error page is read out at her telephone: an empty answer joins her with staff."""
    house.fails = DatabaseError("the database is away")
    status, text = house.post(f"/twilio/ring/resident?{QUERY}&s=0", CallSid=HER_CALL)
    assert (status, text) == (200, EMPTY)


@pytest.mark.parametrize(
    ("query", "party"), [(QUERY, "staff"), (f"{QUERY}&p=resident", "resident")]
)
def test_reports_name_their_ring(house: House, query: str, party: str) -> None:
    """Status callbacks of our calls go to the desk, each one of them."""
    form = {"CallSid": STAFF_CALL, "CallStatus": "completed", "CallDuration": "12"}
    for _ in range(2):
        assert house.post(f"/twilio/status?{query}", **form)[0] == 200
    assert house.asked == [("reported", LEG, party, STAFF_CALL, "completed", 12)] * 2


def test_reports_of_calls_that_rang_us_change_nothing(house: House) -> None:
    """Their address names no ring."""
    assert house.post("/twilio/status", CallSid=STAFF_CALL, CallStatus="completed")[0] == 200
    assert house.asked == []


def test_reports_of_texts_go_where_they_went(house: House) -> None:
    """A text's report has no call."""
    house.post("/twilio/status", MessageSid="SM1", MessageStatus="sent", ErrorCode="30003")
    assert house.asked == [("text", "SM1", "sent", 30003)]
