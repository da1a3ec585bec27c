from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import validate
from ruamel.yaml import YAML
from schemathesis import GenerationMode

from assistant.core.conversation import Conversation
from assistant.core.event import TakeDown
from assistant.desk.api.asking import BODY_MOST
from assistant.desk.api.blueprint import DESCRIPTION, PREFIX, api_routes
from tests.desk.around import PHONE, START, Around, open_around
from tests.desk.made_promises import DAY, promised

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from werkzeug.test import TestResponse

    from assistant.staff.roles import Role


@pytest.fixture(scope="module")
def shared_around(
    tmp_path_factory: pytest.TempPathFactory, prepared: tuple[Path, dict[str, str]]
) -> Iterator[Around]:
    """One desk for many questions."""
    opened = open_around(tmp_path_factory.mktemp("api"), prepared)
    for number in range(1, 4):
        opened.alarm(f"GH00000{number}")
        opened.request()
    yield opened
    opened.database.close()


@pytest.fixture
def app(shared_around: Around) -> Flask:
    """The desk as a web application that has not counted any requests yet."""
    return shared_around.app()


OPERATIONS = (
    *("listAlarms", "getAlarm", "takeAlarm", "closeAlarm", "revealAlarmNumber"),
    *("listRequests", "getRequest", "closeRequest", "revealRequestNumber"),
    *("listCallbacks", "getCallback", "claimCallback", "giveCallbackOutcome", "settleCallback"),
    *("listCases", "getCase", "listServices", "getService", "checkService"),
)


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_interface_does_what_its_document_says(
    app: Flask, shared_around: Around, operation: str, mode: GenerationMode
) -> None:
    """Made-up questions, right and wrong ones, get only the answers that the document has."""
    schema = schemathesis.openapi.from_wsgi(f"{PREFIX}/openapi.json", app)
    described = schema.find_operation_by_id(operation)
    headers = {"Authorization": f"Bearer {shared_around.token('admin')}"}
    asked = []

    @settings(max_examples=15, suppress_health_check=list(HealthCheck))
    @given(case=described.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:  # noqa: ANN401 - its type parameters are private
        asked.append(case.call_and_validate(headers=headers).status_code)

    ask()
    assert asked


def ask(
    app: Flask, around: Around, role: Role, method: str, path: str, **body: str
) -> TestResponse:
    """One question with a token of that role."""
    headers = {"Authorization": f"Bearer {around.token(role)}"}
    json = body if method == "POST" else None
    return app.test_client().open(PREFIX + path, method=method, headers=headers, json=json)


def test_the_document_is_right_and_whole(shared_around: Around) -> None:
    """Valid OpenAPI 3.1, with every address of the table in it and no other."""
    described = YAML(typ="safe").load(DESCRIPTION.read_text("utf-8"))
    validate(described)
    told = {
        (path.replace("{code}", "<code>"), method.upper())
        for path, methods in described["paths"].items()
        for method in methods
        if method in {"get", "post"}
    }
    assert told == {(route.rule, route.method) for route in api_routes(shared_around.parts)}
    assert set(OPERATIONS) == {
        one["operationId"]
        for methods in described["paths"].values()
        for one in methods.values()
        if isinstance(one, dict)
    }


def test_numbers_are_masked_until_revealed(app: Flask, shared_around: Around) -> None:
    """As on the pages: a reason, and a line in the log under the token's name."""
    for path in ("/requests", "/requests/GH000002", "/alarms", "/alarms/GH000002"):
        answer = ask(app, shared_around, "agent", "GET", path)
        assert answer.status_code == 200
        assert "138****0001" in answer.text
        assert PHONE not in answer.text
    path = "/requests/GH000002/reveal"
    shown = ask(app, shared_around, "agent", "POST", path, reason="ring_back")
    assert shown.json == {"contact": PHONE}
    entry = shared_around.audit.latest(most=1)[0]
    assert (entry.who, entry.what, entry.why) == ("token:city", "number.reveal", "ring_back")


def got(answer: TestResponse) -> dict[str, Any]:
    """What was answered, where it was not refused."""
    assert answer.status_code == 200, answer.text
    assert isinstance(answer.json, dict)
    return answer.json


def test_a_callback_is_worked_from_outside(app: Flask, shared_around: Around) -> None:
    """Found in its view, taken for a named person, talked about; its number stays masked."""
    promised(shared_around, "GH000201", START - DAY, None, "unreached")
    row = shared_around.parts.callbacks.get("GH000201")
    assert row is not None
    phone = row.phone
    listed = ask(app, shared_around, "reader", "GET", "/callbacks?view=unreached")
    assert [one["code"] for one in got(listed)["callbacks"]] == ["GH000201"]
    assert ask(app, shared_around, "reader", "GET", "/callbacks?view=soon").json == {
        "callbacks": []
    }
    path = "/callbacks/GH000201"
    assert ask(app, shared_around, "reader", "POST", f"{path}/claim", by="王芳").status_code == 403
    assert (
        got(ask(app, shared_around, "agent", "POST", f"{path}/claim", by="王芳"))["owner"] == "王芳"
    )
    late = ask(app, shared_around, "agent", "POST", f"{path}/claim", by="李主任")
    assert late.status_code == 409
    said = {"by": "王芳", "outcome": "settled", "note": "她说灯修好了"}
    shown = got(ask(app, shared_around, "agent", "POST", f"{path}/outcome", **said))
    assert [one["outcome"] for one in shown["outcomes"]] == ["settled"]
    again = ask(app, shared_around, "agent", "POST", f"{path}/outcome", **said)
    assert again.status_code == 409
    whole = ask(app, shared_around, "reader", "GET", path)
    assert got(whole)["contact"] == f"{phone[3:6]}****{phone[-4:]}"
    assert phone not in whole.text
    assert "safe_word" not in whole.text
    entry = shared_around.audit.latest(most=1)[0]
    assert (entry.who, entry.what, entry.which) == ("token:city", "callback.view", "GH000201")


def test_a_lost_ring_is_settled_from_outside(app: Flask, shared_around: Around) -> None:
    """Only where a ring is in doubt, and only by yes or no."""
    promised(shared_around, "GH000202", START - DAY, None, "booked")
    path = "/callbacks/GH000202/settle"
    assert ask(app, shared_around, "agent", "POST", path, rang="maybe").status_code == 422
    assert ask(app, shared_around, "agent", "POST", path, rang="yes").status_code == 409
    promised(shared_around, "GH000203", START - DAY, None, "unknown")
    found = got(ask(app, shared_around, "agent", "POST", path.replace("202", "203"), rang="no"))
    assert found["state"] != "unknown"


def test_cases_are_read_from_outside(app: Flask, shared_around: Around) -> None:
    """The list by what stands first, one with its life; never anybody's words in it."""
    house, words = shared_around.house, "楼道的灯坏了"
    talk = Conversation("c9", "sms", PHONE, "zh", START, START)
    code = house.requests.next_code()
    house.requests.take_down(TakeDown(code, "case.report", words), talk, START)
    listed = ask(app, shared_around, "reader", "GET", "/cases?show=open&from=0&limit=5")
    assert [one["code"] for one in got(listed)["cases"]] == [code]
    assert got(ask(app, shared_around, "reader", "GET", "/cases?show=closed"))["cases"] == []
    shown = ask(app, shared_around, "reader", "GET", f"/cases/{code}")
    assert got(shown)["voices"] == [code]
    assert got(shown)["overdue"] is False
    assert words not in shown.text
    for wrong in ("show=mine", "from=-1", "from=1000001", "limit=0"):
        assert ask(app, shared_around, "reader", "GET", f"/cases?{wrong}").status_code == 422


def test_a_service_is_checked_from_outside(app: Flask, shared_around: Around) -> None:
    """Who may look is not yet who may vouch; the day it was checked is today's from then on."""
    service = shared_around.house.store.current().services[0]
    name = service.name.split()[0]
    listed = got(ask(app, shared_around, "reader", "GET", f"/services?words={quote(name)}"))[
        "services"
    ]
    assert service.id in [one["id"] for one in listed]
    shown = got(ask(app, shared_around, "reader", "GET", f"/service?id={quote(service.id)}"))
    assert {row["table"] for row in shown["sheet"]} >= {"services"}
    said = {"id": service.id, "by": "王芳"}
    refused = ask(app, shared_around, "reader", "POST", "/service/checked", **said)
    assert refused.status_code == 403
    checked = got(ask(app, shared_around, "agent", "POST", "/service/checked", **said))
    assert checked["assured_date"] == "2026-11-25"
    said["id"] = "nowhere"
    unknown = ask(app, shared_around, "agent", "POST", "/service/checked", **said)
    assert unknown.status_code == 404
    assert ask(app, shared_around, "reader", "GET", "/service").status_code == 422


def test_somebody_was_faster(app: Flask, shared_around: Around) -> None:
    """The second who closes the same matter is told so."""
    code = shared_around.request()
    path = f"/requests/{code}/close"
    body = {"by": "12345 平台", "outcome": "passed_on"}
    first = ask(app, shared_around, "agent", "POST", path, **body)
    assert first.json is not None
    assert first.json["closing"]["by"] == "12345 平台"
    assert ask(app, shared_around, "agent", "POST", path, **body).status_code == 409


@pytest.mark.parametrize(
    ("content", "mimetype", "status"),
    [
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[]", "application/json", 422),
        (b'{"reason": "curious"}', "application/json", 422),
        (b'{"reason": 1}', "application/json", 422),
        (b'{"reason": "mistake", "more": "x"}', "application/json", 422),
        (b"[" * 20_000, "application/json", 400),
        (b"reason=mistake", "application/x-www-form-urlencoded", 415),
        (b"x" * (BODY_MOST + 1), "application/json", 413),
    ],
)
def test_bad_bodies_are_refused(
    app: Flask, shared_around: Around, content: bytes, mimetype: str, status: int
) -> None:
    """Each with its status and one sentence; nothing is revealed."""
    headers = {"Authorization": f"Bearer {shared_around.token('admin')}"}
    answer = app.test_client().post(
        f"{PREFIX}/requests/GH000002/reveal",
        data=content,
        headers=headers,
        content_type=mimetype,
    )
    assert answer.status_code == status
    assert answer.json is not None
    assert answer.json["error"].endswith(".")


def test_a_wrong_method_names_the_right_one(app: Flask, shared_around: Around) -> None:
    """405 with `Allow`; an address that is none is 404, whatever the method."""
    refused = ask(app, shared_around, "admin", "POST", "/alarms")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET")
    assert ask(app, shared_around, "admin", "DELETE", "/alarms/GH000001/take").status_code == 405
    assert ask(app, shared_around, "admin", "GET", "/nowhere").status_code == 404
    unknown = app.test_client().get(f"{PREFIX}/alarms")
    assert (unknown.status_code, unknown.headers["WWW-Authenticate"]) == (401, "Bearer")
