from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from assistant.simulator.carrier import KEPT
from assistant.simulator.exchange import AT_ONCE
from tests.simulator.around import ACCOUNT, SECRET

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.simulator.around import Around

SID = "CA" + "0f" * 16
DIAL = "<Response><Dial>+861087654321</Dial></Response>"
ME = "+8613800000001"
LINE = "+861012345678"


def rest(
    client: FlaskClient,
    resource: str,
    form: dict[str, str],
    *,
    auth: tuple[str, str] | None = (ACCOUNT, SECRET),
    account: str = ACCOUNT,
    headers: dict[str, str] | None = None,
) -> TestResponse:
    """A request of the service to its carrier."""
    address = f"/simulator/carrier/2010-04-01/Accounts/{account}/{resource}"
    return client.post(address, data=form, auth=auth, headers=headers)


def known(client: FlaskClient, sid: str = SID) -> dict[str, object]:
    """What the page is told of a call."""
    return dict(client.get(f"/simulator/calls/{sid}").get_json())


def test_completed_ends_the_call_and_its_stream(client: FlaskClient, around: Around) -> None:
    """`Status=completed` hangs up: the page is told and the media socket closes."""
    response = rest(client, f"Calls/{SID}.json", {"Status": "completed"})
    assert (response.status_code, response.get_json()["status"]) == (200, "completed")
    assert response.get_json()["sid"] == SID
    assert known(client) == {"status": "completed", "twiml": None}
    assert around.closed == [SID]


def test_twiml_replaces_the_stream(client: FlaskClient, around: Around) -> None:
    """`Twiml` is kept for the page and closes the media socket."""
    response = rest(client, f"Calls/{SID}.json", {"Twiml": DIAL})
    assert (response.status_code, response.get_json()["status"]) == (200, "in-progress")
    assert known(client) == {"status": "in-progress", "twiml": DIAL}
    assert around.closed == [SID]


def test_a_call_that_is_over_stays_over(client: FlaskClient) -> None:
    """Ending twice is fine; instructions after the end are refused as Twilio refuses them."""
    rest(client, f"Calls/{SID}.json", {"Status": "completed"})
    again = rest(client, f"Calls/{SID}.json", {"Status": "completed"})
    late = rest(client, f"Calls/{SID}.json", {"Twiml": DIAL})
    assert again.status_code == 200
    assert (late.status_code, late.get_json()["code"]) == (400, 21220)
    assert known(client) == {"status": "completed", "twiml": None}


@pytest.mark.parametrize(
    ("form", "code"),
    [
        pytest.param({}, 20001, id="nothing"),
        pytest.param({"Status": "canceled"}, 20001, id="another status"),
        pytest.param({"Twiml": ""}, 20001, id="empty twiml"),
        pytest.param({"Twiml": "x" * 4001}, 21218, id="long twiml"),
    ],
)
def test_other_changes_are_refused(
    client: FlaskClient, around: Around, form: dict[str, str], code: int
) -> None:
    """What the simulator does not do is refused in Twilio's shape, with no effect."""
    response = rest(client, f"Calls/{SID}.json", form)
    assert (response.status_code, response.get_json()["code"]) == (400, code)
    assert response.get_json()["more_info"].endswith(f"/{code}")
    assert around.closed == []


def test_what_is_no_call_is_not_found(client: FlaskClient) -> None:
    """Only a CallSid can be changed."""
    response = rest(client, "Calls/CA1.json", {"Status": "completed"})
    assert (response.status_code, response.get_json()["code"]) == (404, 20404)


PLACE = {"To": ME, "From": LINE, "Url": "http://127.0.0.1:9/twilio/ring/staff", "Timeout": "600"}


def test_an_outgoing_call_rings_a_telephone(client: FlaskClient) -> None:
    """It has an id at once, and rings at its number until its owner declines."""
    placed = rest(client, "Calls.json", PLACE)
    assert placed.status_code == 201
    sid = placed.get_json()["sid"]
    assert sid[:2] == "CA"
    assert placed.get_json()["direction"] == "outbound-api"
    call = ringing(client, ME)
    assert (call["sid"], call["from"]) == (sid, LINE)
    assert client.post(f"/simulator/telephone/{sid}", json={"do": "decline"}).status_code == 200
    assert client.get("/simulator/telephone", query_string={"number": ME}).get_json() == {
        "call": None
    }
    assert [(one["sid"], one["status"]) for one in calls(client, ME)] == [(sid, "busy")]


def ringing(client: FlaskClient, number: str) -> dict[str, Any]:
    """The call that rings at a number, once it does."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        call = client.get("/simulator/telephone", query_string={"number": number}).get_json()[
            "call"
        ]
        if call is not None and call["status"] == "ringing":
            return dict(call)
    raise AssertionError("it does not ring")


def calls(client: FlaskClient, number: str) -> list[dict[str, Any]]:
    """The carrier's list of calls to a number."""
    answer = client.get(
        f"/simulator/carrier/2010-04-01/Accounts/{ACCOUNT}/Calls.json",
        query_string={"To": number},
        auth=(ACCOUNT, SECRET),
    )
    assert answer.status_code == 200
    return list(answer.get_json()["calls"])


def test_a_call_that_was_placed_can_be_ended(client: FlaskClient) -> None:
    """Before it is answered it is cancelled; other TwiML comes too late then."""
    sid = rest(client, "Calls.json", PLACE).get_json()["sid"]
    ended = rest(client, f"Calls/{sid}.json", {"Status": "completed"})
    assert (ended.status_code, ended.get_json()["status"]) == (200, "canceled")
    late = rest(client, f"Calls/{sid}.json", {"Twiml": DIAL})
    assert (late.status_code, late.get_json()["code"]) == (400, 21220)


def test_too_many_calls_at_once_are_refused(client: FlaskClient) -> None:
    """As Twilio refuses them: 429, to be tried later."""
    for number in range(AT_ONCE):
        assert rest(client, "Calls.json", {**PLACE, "To": f"+86138{number:08}"}).status_code == 201
    refused = rest(client, "Calls.json", PLACE)
    assert (refused.status_code, refused.get_json()["code"]) == (429, 20429)
    for number in range(AT_ONCE):
        for one in calls(client, f"+86138{number:08}"):
            rest(client, f"Calls/{one['sid']}.json", {"Status": "completed"})


@pytest.mark.parametrize(("missing", "code"), [("To", 21201), ("From", 21213), ("Url", 21205)])
def test_incomplete_calls_are_refused(client: FlaskClient, missing: str, code: int) -> None:
    """Each missing field has Twilio's own code."""
    form = {name: value for name, value in PLACE.items() if name != missing}
    response = rest(client, "Calls.json", form)
    assert (response.status_code, response.get_json()["code"]) == (400, code)


@pytest.mark.parametrize(
    "asked",
    [{}, {"do": "dance"}, {"do": "press"}, {"do": "press", "digit": "12"}, {"do": "heard"}],
    ids=str,
)
def test_what_no_telephone_can_do_is_refused(client: FlaskClient, asked: dict[str, str]) -> None:
    """In a sentence, without effect."""
    sid = rest(client, "Calls.json", PLACE).get_json()["sid"]
    answer = client.post(f"/simulator/telephone/{sid}", json=asked)
    assert answer.status_code == 400
    assert answer.get_json()["error"].endswith(".")
    rest(client, f"Calls/{sid}.json", {"Status": "completed"})


def test_a_telephone_needs_a_number_and_a_call(client: FlaskClient) -> None:
    """Nobody rings nowhere."""
    assert client.get("/simulator/telephone").status_code == 400
    query = {"number": ME, "after": "-1"}
    assert client.get("/simulator/telephone", query_string=query).status_code == 400
    assert client.post(f"/simulator/telephone/{SID}", json={"do": "answer"}).status_code == 404


def test_message_reaches_the_handset_once(client: FlaskClient, around: Around) -> None:
    """A message sent over REST is queued, and given to the handset of its recipient."""
    form = {
        "To": ME,
        "From": LINE,
        "Body": "医务室明天上午八点开门。",
        "StatusCallback": "/twilio/status",
    }
    sent = rest(client, "Messages.json", form)
    assert (sent.status_code, sent.get_json()["status"]) == (201, "queued")
    assert sent.get_json()["sid"].startswith("SM")
    assert len(sent.get_json()["sid"]) == 34
    page = client.get("/simulator/messages", query_string={"to": ME, "after": 0}).get_json()
    assert page["last"] == 1
    assert page["messages"] == [
        {
            "number": 1,
            "sid": sent.get_json()["sid"],
            "from": LINE,
            "body": form["Body"],
            "sent": around.now.isoformat(),
            "status_callback": "/twilio/status",
        }
    ]
    for query in ({"to": ME, "after": 1}, {"to": "+8613800000002", "after": 0}):
        assert client.get("/simulator/messages", query_string=query).get_json()["messages"] == []


@pytest.mark.parametrize(
    ("missing", "code"), [("To", 21604), ("From", 21603), ("Body", 21602)], ids=str
)
def test_incomplete_messages_are_refused(client: FlaskClient, missing: str, code: int) -> None:
    """Each missing field has Twilio's own code."""
    form = {"To": ME, "From": LINE, "Body": "hello"}
    del form[missing]
    response = rest(client, "Messages.json", form)
    assert (response.status_code, response.get_json()["code"]) == (400, code)


def test_long_messages_are_refused(client: FlaskClient) -> None:
    """1,600 characters are the most a message may have."""
    form = {"To": ME, "From": LINE, "Body": "好" * 1600}
    assert rest(client, "Messages.json", form).status_code == 201
    form["Body"] += "好"
    response = rest(client, "Messages.json", form)
    assert (response.status_code, response.get_json()["code"]) == (400, 21617)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"auth": None}, id="none"),
        pytest.param({"auth": (ACCOUNT, "wrong")}, id="wrong secret"),
        pytest.param({"auth": ("AC" + "00" * 16, SECRET)}, id="wrong account"),
        pytest.param({"auth": ("账号", "密码")}, id="not latin"),
        pytest.param({"account": "AC" + "00" * 16}, id="another account's address"),
        pytest.param({"account": "账号"}, id="an address that is not latin"),
        pytest.param({"auth": None, "headers": {"Authorization": "Bearer made-up"}}, id="bearer"),
        pytest.param({"auth": None, "headers": {"Authorization": "Basic ===="}}, id="no base64"),
    ],
)
@pytest.mark.parametrize("resource", [f"Calls/{SID}.json", "Calls.json", "Messages.json"])
def test_wrong_account_or_secret_is_refused(
    client: FlaskClient, around: Around, resource: str, other: dict[str, Any]
) -> None:
    """Without the simulator's account and secret nothing happens."""
    form = {"Status": "completed", "To": ME, "From": LINE, "Body": "hello"}
    response = rest(client, resource, form, **other)
    assert (response.status_code, response.get_json()["code"]) == (401, 20003)
    assert "WWW-Authenticate" in response.headers
    assert around.closed == []
    assert client.get("/simulator/messages?to=%2B8613800000001").get_json()["messages"] == []


def test_memory_is_bounded(client: FlaskClient) -> None:
    """The oldest messages and calls are forgotten first."""
    for index in range(KEPT + 1):
        rest(client, "Messages.json", {"To": ME, "From": LINE, "Body": str(index)})
        rest(client, f"Calls/CA{index:032x}.json", {"Status": "completed"})
    page = client.get("/simulator/messages", query_string={"to": ME}).get_json()
    assert [page["messages"][0]["body"], page["messages"][-1]["body"]] == ["1", str(KEPT)]
    assert len(page["messages"]) == KEPT
    assert known(client, f"CA{0:032x}")["status"] == "in-progress"
    assert known(client, f"CA{1:032x}")["status"] == "completed"
