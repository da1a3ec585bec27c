"""GeoReport v2 as published at wiki.open311.org/GeoReport_v2: shapes, filters, keys, privacy."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import jsonschema  # type: ignore[import-untyped]  # its types are a package of their own
import pytest
from flask import Flask

from assistant.cases.topics import load_sorting
from assistant.core.case import Deed
from assistant.core.values import Localised
from assistant.database import open_database
from assistant.open311 import Open311Parts, open311_blueprint
from assistant.open311.limits import MINUTE_S, PerMinute
from tests.cases.casework import ANN, NOW, Office, later

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

KEY = "a-key-of-the-city"
TEXT, MAYBE = {"type": "string"}, {"type": ["string", "null"]}
DAY = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT00:00:00\+08:00$"}


def listed(required: dict[str, Any]) -> dict[str, Any]:
    """The schema of a list of objects with exactly these members."""
    one = {
        "type": "object",
        "properties": required,
        "required": list(required),
        "additionalProperties": False,
    }
    return {"type": "array", "items": one}


SERVICES = listed(
    {
        "service_code": TEXT,
        "service_name": TEXT,
        "description": TEXT,
        "metadata": {"const": False},
        "type": {"enum": ["realtime", "batch", "blackbox"]},
        "keywords": TEXT,
        "group": TEXT,
    }
)
REQUESTS = listed(
    {
        "service_request_id": TEXT,
        "status": {"enum": ["open", "closed"]},
        "status_notes": TEXT,
        "service_name": TEXT,
        "service_code": TEXT,
        "description": TEXT,
        "agency_responsible": TEXT,
        "service_notice": MAYBE,
        "requested_datetime": DAY,
        "updated_datetime": DAY,
        "expected_datetime": DAY,
        "address": MAYBE,
        "address_id": MAYBE,
        "zipcode": MAYBE,
        "lat": MAYBE,
        "long": MAYBE,
        "media_url": MAYBE,
    }
)
CREATED = listed({"service_request_id": TEXT, "service_notice": TEXT, "account_id": MAYBE})
TOKENS = listed({"service_request_id": TEXT, "token": TEXT})
ERRORS = listed({"code": {"type": "integer"}, "description": TEXT})


class City:
    """The interface over an office, as another system uses it."""

    def __init__(self, office: Office) -> None:
        self.office, self.now, self.tick = office, NOW, 0.0
        parts = Open311Parts(
            cases=office.publication,
            topics=load_sorting().topics,
            name=Localised((("zh", "桂花社区"), ("en", "Osmanthus"))),
            phone="0571-88001234",
            languages=("zh", "en"),
            country="CN",
            zone=ZoneInfo("Asia/Shanghai"),
            public_url=lambda: "https://line.example",
            now=lambda: self.now,
            tick=lambda: self.tick,
            api_keys=("another", KEY),
            reads_per_minute=50,
            writes_per_minute=5,
        )
        app = Flask(__name__)
        app.register_blueprint(open311_blueprint(parts))
        self.client: FlaskClient = app.test_client()

    def read(self, path: str, **given: str) -> TestResponse:
        """GET below the interface."""
        return self.client.get(f"/open311/v2/{path}", query_string=given)

    def create(self, form: str = "json", **given: str) -> TestResponse:
        """POST a case; what is not given is as it should be."""
        usual = {
            "api_key": KEY,
            "service_code": "lighting",
            "description": "3号楼门口的路灯不亮",
            "address_string": "3号楼2单元401",
        }
        filled = {name: value for name, value in {**usual, **given}.items() if value}
        return self.client.post(f"/open311/v2/requests.{form}", data=filled)

    def ids(self, **given: str) -> list[str]:
        """Ids of the cases that fit."""
        listed = json.loads(self.read("requests.json", **given).data)
        return [item["service_request_id"] for item in listed]


@pytest.fixture
def city(tmp_path: Path, migrated_file: Path) -> Iterator[City]:
    """With nothing in it."""
    shutil.copytree(migrated_file.parent, tmp_path, dirs_exist_ok=True)
    database = open_database(f"sqlite:///{tmp_path / migrated_file.name}")
    yield City(Office(database))
    database.close()


def checked(response: TestResponse, schema: dict[str, Any], status: int = 200) -> Any:  # noqa: ANN401 - JSON
    """The document, which has the published shape."""
    assert response.status_code == status
    assert response.content_type == "application/json; charset=utf-8"
    document = json.loads(response.data)
    jsonschema.validate(document, schema)
    return document


def test_the_services_are_the_topics(city: City) -> None:
    """Each with a code and a name, in the office's language or the one asked for."""
    told = checked(city.read("services.json"), SERVICES)
    assert {item["service_code"] for item in told} == {*load_sorting().topics, "other"}
    assert "供水" in {item["service_name"] for item in told}
    english = checked(city.read("services.json", locale="en"), SERVICES)
    assert "Water supply" in {item["service_name"] for item in english}
    one = city.read("services/water.json")
    assert one.json == {"service_code": "water", "attributes": []}


def test_a_case_is_shown_without_anything_that_was_said(city: City) -> None:
    """Kind, topic, state, days and building; no word, name, number, flat, code or minute."""
    words = "我是王桂香，3号楼2单元401的灯坏了，电话13800000001"
    code = city.office.ask(words, place="3号楼2单元401王桂香家")
    (shown,) = checked(city.read("requests.json"), REQUESTS)
    assert shown["address"] == "3号楼"
    assert shown["description"] == "求助：路灯和楼道灯"
    assert shown["status_notes"] == "已收到，正在安排"
    for form, path in product(
        ("json", "xml"), ("requests", f"requests/{shown['service_request_id']}")
    ):
        body = city.read(f"{path}.{form}").get_data(as_text=True)
        for secret in ("王桂香", "2单元", "401", "坏了", "13800000001", ANN, code, "09:00"):
            assert secret not in body


@pytest.mark.parametrize("intent", ["person.request", "case.status", "case.thank", "privacy.what"])
def test_what_is_nobodys_business_is_not_shown(city: City, intent: str) -> None:
    """Only reports, complaints and suggestions concern the community."""
    city.office.ask("楼道灯坏了", intent=intent)
    assert city.ids() == []


def test_one_matter_of_several_voices_is_shown_once(city: City) -> None:
    """A duplicate is no second case."""
    for _ in range(3):
        city.office.ask("楼道灯坏了，看不见路")
    assert len(city.ids()) == 1


def test_filters(city: City) -> None:
    """By id, service, status and day; a list of ids goes before the other filters."""
    lamp = city.office.ask("楼道灯坏了")
    city.office.ask("下水道堵了", now=later(days=10))
    city.office.ask("谁来管管这件事情", now=later(days=20))
    city.now = later(days=30)
    city.office.book.advance(lamp, Deed("close", "王师傅"), city.now)
    newest, drain, first = city.ids()
    assert city.ids(service_code="drains,lighting") == [drain, first]
    assert city.ids(service_code="other") == [newest]
    assert city.ids(status="closed") == [first]
    assert city.ids(status="open,closed") == [newest, drain, first]
    assert city.ids(start_date="2026-12-05T00:00:00+08:00") == [newest, drain]
    assert city.ids(end_date="2026-11-25T00:00:00+08:00") == [first]
    assert city.ids(start_date="2026-12-05", end_date="2026-12-05") == [drain]
    assert city.ids(service_request_id=f"{first},{newest},nothing", status="open") == [
        newest,
        first,
    ]
    city.now = later(days=30 + 80)
    assert city.ids() == [newest]
    assert city.ids(start_date="2026-11-01T00:00:00Z") == [newest, drain, first]


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"status": "lost"}, 400),
        ({"start_date": "yesterday"}, 400),
        ({"end_date": "0001-01-01T00:00:00+14:00"}, 400),
        ({"start_date": "9999-12-31"}, 400),
        ({"start_date": "2026-12-02", "end_date": "2026-12-01"}, 400),
        ({"service_code": "gossip"}, 404),
    ],
)
def test_a_question_that_means_nothing_is_refused(
    city: City, given: dict[str, str], status: int
) -> None:
    """With a code and a sentence, in the form that was asked for."""
    (error,) = checked(city.read("requests.json", **given), ERRORS, status)
    assert error["code"] == status
    assert error["description"]


def test_what_was_handed_over_before_has_the_id_it_had(city: City) -> None:
    """The same telephone says the same again: one case, one id, and that id is read back."""
    made = [checked(city.create(phone="13800000001"), CREATED, 201)[0] for _ in range(3)]
    (identifier,) = {one["service_request_id"] for one in made}
    assert checked(city.read(f"requests/{identifier}.json"), REQUESTS)


def test_a_case_handed_over_is_a_case(city: City) -> None:
    """Staff have its words, place and number; its id reads it back, and is its own token."""
    (made,) = checked(city.create(phone="13800000001"), CREATED, 201)
    identifier = made["service_request_id"]
    ((request, case),) = city.office.book.listing()
    assert (request.words, request.place) == ("3号楼门口的路灯不亮", "3号楼2单元401")
    assert (request.contact, request.channel) == (ANN, "open311")
    assert (case.topic, case.state) == ("lighting", "new")
    (shown,) = checked(city.read(f"requests/{identifier}.json"), REQUESTS)
    assert (shown["service_code"], shown["address"]) == ("lighting", "3号楼")
    assert checked(city.read(f"tokens/{identifier}.json"), TOKENS) == [
        {"service_request_id": identifier, "token": identifier}
    ]


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"api_key": ""}, 403),
        ({"api_key": "guess"}, 403),
        ({"api_key": "钥匙"}, 403),
        ({"service_code": ""}, 400),
        ({"service_code": "gossip"}, 404),
        ({"description": ""}, 400),
        ({"description": "灯" * 4001}, 400),
        ({"address_string": ""}, 400),
        ({"address_string": "", "lat": "north", "long": "1"}, 400),
        ({"address_string": "", "lat": "91", "long": "1"}, 400),
        ({"address_string": "", "lat": "nan", "long": "1"}, 400),
    ],
)
def test_what_cannot_be_taken_is_refused(city: City, given: dict[str, str], status: int) -> None:
    """No key, no service, no words, no place; nothing is kept."""
    checked(city.create(**given), ERRORS, status)
    assert city.office.book.listing() == ()


@pytest.mark.parametrize(
    "given",
    [
        {"address_string": "", "lat": "30.27", "long": "120.15"},
        {"address_string": "", "address_id": "桂花路18号"},
        {"service_code": "other"},
        {"description": "<b>灯</b>=HYPERLINK(1)\0\ud83d"},
    ],
)
def test_what_can_be_taken(city: City, given: dict[str, str]) -> None:
    """Coordinates, an address id, no topic, and signs that mean something elsewhere."""
    city.client.post(
        "/open311/v2/requests.json",
        data={
            name: value.encode("utf-8", "replace")
            for name, value in {
                "api_key": KEY,
                "service_code": "lighting",
                "description": "灯",
                "address_string": "3号楼",
                **given,
            }.items()
            if value
        },
    )
    assert len(city.ids()) == 1


def test_xml_holds_what_json_holds(city: City) -> None:
    """The same members with the same values, an empty element for null."""
    city.office.ask("楼道灯坏了", place="3号楼")
    (shown,) = json.loads(city.read("requests.json").data)
    for path, root, item in (
        ("requests", "service_requests", "request"),
        ("services", "services", "service"),
    ):
        response = city.read(f"{path}.xml")
        assert response.content_type == "text/xml; charset=utf-8"
        top = ET.fromstring(response.data)  # noqa: S314 - our own document
        assert top.tag == root
        assert {child.tag for child in top} == {item}
    (one,) = ET.fromstring(city.read("requests.xml").data)  # noqa: S314 - our own document
    assert {child.tag: child.text for child in one} == shown
    made = ET.fromstring(city.create("xml").data)  # noqa: S314 - our own document
    assert [child.tag for child in made[0]] == [
        "service_request_id",
        "service_notice",
        "account_id",
    ]
    refused = ET.fromstring(city.read("requests/none.xml").data)  # noqa: S314 - our own document
    assert (refused.tag, [child.tag for child in refused[0]]) == ("errors", ["code", "description"])


def test_discovery_names_the_address(city: City) -> None:
    """Where the interface is, and in which forms."""
    (endpoint,) = json.loads(city.read("discovery.json").data)["endpoints"]
    assert endpoint["url"] == "https://line.example/open311/v2"
    assert endpoint["formats"] == ["text/xml", "application/json"]
    top = ET.fromstring(city.read("discovery.xml").data)  # noqa: S314 - our own document
    assert [item.text for item in top.iter("format")] == endpoint["formats"]


def test_who_asks_too_often_waits(city: City) -> None:
    """Reading and creating are counted apart; after a minute it goes on."""
    assert [city.create().status_code for _ in range(6)] == [201, 201, 201, 201, 201, 429]
    refused = city.create()
    checked(refused, ERRORS, 429)
    assert refused.headers["Retry-After"] == "60"
    assert city.read("requests.json").status_code == 200
    city.tick = MINUTE_S
    assert city.create().status_code == 201


def test_one_address_does_not_use_up_anothers_turns() -> None:
    """And the memory of addresses is bounded."""
    limit = PerMinute(1)
    assert limit.wait_s("a", 0) == 0
    assert limit.wait_s("a", 10) == pytest.approx(50)
    assert limit.wait_s("b", 10) == 0
    for number in range(20_000):
        limit.wait_s(str(number), 11)
    assert len(limit._asked) <= 10_000


def test_days_are_local(city: City) -> None:
    """A case of one in the morning in Shanghai belongs to that day, whatever it is in UTC."""
    night = NOW.replace(hour=1)
    city.office.ask("楼道灯坏了", now=night)
    shown = city.office.publication.published(night, since=date(2026, 11, 25))
    assert [case.asked for case in shown] == [date(2026, 11, 25)]
    assert city.office.publication.published(night, until=date(2026, 11, 24)) == ()
    assert shown[0].due - shown[0].asked == timedelta(days=7)
