from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from assistant.simulator.carrier import KEPT
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


def test_outgoing_calls_are_refused_in_a_sentence(client: FlaskClient) -> None:
    """There is no telephone to ring behind the simulator."""
    response = rest(client, "Calls.json", {"To": ME, "From": LINE, "Url": "http://x"})
    assert response.status_code == 400
    assert response.get_json()["message"].endswith(".")


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
