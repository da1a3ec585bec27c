"""The documents of GeoReport v2, as JSON or XML."""

from __future__ import annotations

import json
from datetime import datetime, time
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

from assistant.open311.parts import OTHER, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from assistant.core.case import Published
    from assistant.open311.parts import Open311Parts

SPECIFICATION: Final = "http://wiki.open311.org/GeoReport_v2"
CHANGED: Final = "2026-11-28T00:00:00Z"
"When the services or the address of this interface changed last."
TYPES: Final = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
Fields = dict[str, Any]


def discovery(parts: Open311Parts, language: str) -> Fields:
    """Where the interface is and whom to ask for a key."""
    office = f"{parts.name.text(language)} {parts.phone}"
    return {
        "changeset": CHANGED,
        "contact": office,
        "key_service": office,
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": f"{parts.public_url()}/open311/v2",
                "changeset": CHANGED,
                "type": "production",
                "formats": ["text/xml", "application/json"],
            }
        ],
    }


def services(parts: Open311Parts, language: str) -> list[Fields]:
    """What cases can be about."""
    return [_service(parts, code, language) for code in (*parts.topics, OTHER)]


def definition(code: str) -> Fields:
    """What more is asked of a case about this; nothing is."""
    return {"service_code": code, "attributes": []}


def request(parts: Open311Parts, case: Published, language: str) -> Fields:
    """One case: kind, topic, state, days and building; nothing that was said."""
    told = words(language)
    topic = case.topic if case.topic in parts.topics else OTHER
    name = parts.topic_name(topic, language)
    return {
        "service_request_id": case.id,
        "status": "open" if case.open else "closed",
        "status_notes": told["stages"][case.stage],
        "service_name": name,
        "service_code": topic,
        "description": told["about"].format(kind=told["kinds"][case.kind], topic=name),
        "agency_responsible": parts.name.text(language),
        "service_notice": None,
        "requested_datetime": _day(case.asked, parts),
        "updated_datetime": _day(case.updated, parts),
        "expected_datetime": _day(case.due, parts),
        "address": case.place,
        "address_id": None,
        "zipcode": None,
        "lat": None,
        "long": None,
        "media_url": None,
    }


def created(case: Published, language: str) -> Fields:
    """The answer to who handed a case over."""
    notice = words(language)["notice"].format(due=case.due.isoformat())
    return {"service_request_id": case.id, "service_notice": notice, "account_id": None}


def as_json(document: Fields | Sequence[Fields]) -> str:
    """A document as JSON."""
    return json.dumps(document, ensure_ascii=False)


def as_xml(root: str, item: str, document: Fields | Sequence[Fields]) -> str:
    """A document as XML: `root`, and below it one `item` for each of a list."""
    top = ET.Element(root)
    if isinstance(document, dict):
        _fill(top, document)
    else:
        for one in document:
            _fill(ET.SubElement(top, item), one)
    return ET.tostring(top, encoding="unicode", xml_declaration=True)


def _service(parts: Open311Parts, code: str, language: str) -> Fields:
    name = parts.topic_name(code, language)
    return {
        "service_code": code,
        "service_name": name,
        "description": words(language)["service"].format(topic=name),
        "metadata": False,
        "type": "realtime",
        "keywords": "",
        "group": "",
    }


def _day(day: date, parts: Open311Parts) -> str:
    """Days only: the minute of a call would tell who rang."""
    return datetime.combine(day, time.min, parts.zone).isoformat()


SINGULAR: Final = {"endpoints": "endpoint", "formats": "format", "attributes": "attribute"}


def _fill(element: ET.Element, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        child = ET.SubElement(element, name)
        if isinstance(value, list):
            for item in value:
                one = ET.SubElement(child, SINGULAR[name])
                if isinstance(item, dict):
                    _fill(one, item)
                else:
                    one.text = str(item)
        elif value is not None:
            child.text = str(value).lower() if isinstance(value, bool) else str(value)
