from __future__ import annotations

import csv
import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from tests.directory.demo_community import DEMO, demo_records

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.core.service import Records, Service

LONGEST = 45
"Characters: one fact, one breath."
SPOKEN = {
    "services": (
        "name",
        "alternate_name",
        "description",
        "fees_description",
        "eligibility_description",
        "alert",
    ),
    "locations": ("name", "description", "transportation"),
    "addresses": ("address_1", "address_2"),
    "schedules": ("description",),
    "required_documents": ("document",),
    "taxonomy_terms": ("name",),
    "attributes": ("value",),
}


def table(name: str) -> list[dict[str, str]]:
    """The rows of one file."""
    with (DEMO / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def community() -> dict[str, Any]:
    """What stands beside the tables."""
    found: dict[str, Any] = json.loads((DEMO / "community.json").read_text(encoding="utf-8"))
    return found


def translated() -> dict[tuple[str, str, str], str]:
    """English texts by table, row and column."""
    return {
        (row["table_name"], row["row_id"], row["column_name"]): row["text"]
        for row in table("translations")
        if row["language"] == "en"
    }


def test_the_demo_says_that_it_is_made_up() -> None:
    """No one may take the organizations for real ones."""
    assert all("虚构" in row["description"] for row in table("organizations"))


def test_there_are_as_many_services_as_a_real_office_has() -> None:
    """At least thirty-six, each with a name nobody else has."""
    names = [row["name"] for row in table("services")]
    assert len(names) >= 36
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", sorted(SPOKEN))
def test_whatever_a_resident_hears_is_known_in_english(name: str) -> None:
    """Every spoken cell that holds something has its translation."""
    known = translated()
    missing = [
        (row["id"], column)
        for row in table(name)
        for column in SPOKEN[name]
        if row[column] and (name, row["id"], column) not in known
    ]
    assert missing == []


@pytest.mark.parametrize("name", ["services", "locations", "required_documents", "schedules"])
def test_texts_are_short_and_fit_to_be_spoken(name: str) -> None:
    """Nothing longer than a breath; no slashes, no brackets, no abbreviations."""
    for row in table(name):
        for column in SPOKEN[name]:
            if column != "alternate_name":
                assert len(row[column]) <= LONGEST
                assert not set(row[column]) & set("/()（）[]&")


def test_every_number_is_its_own() -> None:
    """No two services share a telephone number."""
    numbers = [row["number"] for row in table("phones")]
    assert len(set(numbers)) == len(numbers) == len(table("services"))


def test_every_service_has_what_an_answer_needs() -> None:
    """A number, an address, a landmark, a way, hours, documents, who may, aliases and needs."""
    for item in demo_records().services:
        (place,) = item.locations
        assert item.phones
        assert item.schedules
        assert item.documents
        assert item.eligibility_description
        assert item.description
        assert place.addresses[0].address_1.startswith("桂花路")
        assert place.description
        assert place.transportation
        assert 4 <= len(item.alternate_names) <= 9, item.name
        assert 5 <= len(item.keywords) <= 16, item.name
        assert len(item.categories) == 1


def count(records: Records, what: str) -> int:
    """How many services of the demo show one oddity an answer must be honest about."""
    on = date(2026, 11, 24)
    tests: dict[str, Callable[[Service], object]] = {
        "unchecked for a year": lambda s: (on - (s.assured_date or date.min)).days > 365,
        "temporarily closed": lambda s: s.status == "temporarily closed",
        "alert": lambda s: s.alert and s.status == "active",
        "no fee": lambda s: not s.fees_description,
        "text only": lambda s: all(r.opens_at is None for r in s.schedules),
        "monthly": lambda s: any(r.freq == "MONTHLY" for r in s.schedules),
        "closed day": lambda s: any(r.closed for r in s.schedules) and s.status == "active",
        "round the clock": lambda s: any(str(r.closes_at) == "23:59:00" for r in s.schedules),
        "seasonal": lambda s: any(r.valid_to and r.opens_at for r in s.schedules),
    }
    return sum(bool(tests[what](item)) for item in records.services)


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("unchecked for a year", 1),
        ("temporarily closed", 1),
        ("alert", 1),
        ("no fee", 1),
        ("text only", 1),
        ("monthly", 1),
        ("closed day", 2),
        ("round the clock", 1),
        ("seasonal", 1),
    ],
)
def test_the_demo_shows_what_real_directories_do(what: str, expected: int) -> None:
    """Stale, closed, unknown and irregular entries are all there."""
    assert count(demo_records(), what) == expected


def test_the_others_were_checked_this_autumn() -> None:
    """All but the stale one were checked between September and November 2026."""
    checked = sorted(item.assured_date or date.min for item in demo_records().services)
    assert date(2026, 9, 1) <= checked[1] <= checked[-1] <= date(2026, 11, 30)


def test_community_facts_are_complete() -> None:
    """Emergency number, staff hours, polls, rosters and notices, all in both languages."""
    found, known = community(), translated()
    services = {item.id for item in demo_records().services}
    assert found["emergency_number"] == "120"
    assert {"byday", "opens_at", "closes_at"} == set(found["staff_hours"][0])
    for poll in found["polls"]:
        assert known["polls", poll["id"], "title"]
        assert len(known["polls", poll["id"], "choices"].split(";")) == len(poll["choices"])
    for roster in found["rosters"]:
        assert roster["service"] in services
        assert ("date" in roster) != ("weekday" in roster)
        when = roster.get("date", roster.get("weekday"))
        row = f"{roster['roster']}/{roster['service']}/{when}"
        assert len(known["rosters", row, "items"].split(";")) == len(roster["items"])
    for notice in found["notices"]:
        assert notice["valid_from"] <= notice["valid_to"]
        for column in ("text", "place", "topic"):
            assert known["notices", notice["id"], column]
