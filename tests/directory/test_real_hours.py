"""The hours of 338 real food pantries, held against their own rows by another reckoning."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import FR, MO, SA, SU, TH, TU, WE, WEEKLY, rrule

from assistant.core.answer import Lookup
from assistant.core.service import Records
from assistant.database import open_database
from assistant.directory.exchange import import_tables
from assistant.directory.facts import View
from assistant.directory.store import DirectoryStore
from assistant.directory.vouching import Vouching

ZONE = ZoneInfo("America/New_York")
DAYS = {"MO": MO, "TU": TU, "WE": WE, "TH": TH, "FR": FR, "SA": SA, "SU": SU}
SLIPS = {("15:00", "06:00"), ("11:30", "10:30")}
BEGIN = datetime(2025, 8, 11, tzinfo=ZONE)
"A Monday; no public holiday of the United States lies in that week."


@pytest.fixture(scope="module")
def records(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Records]:
    """The pantries as imported."""
    database = open_database(f"sqlite:///{tmp_path_factory.mktemp('real')}/real.db")
    import_tables([shared / "data" / "hsds"], database)
    yield DirectoryStore(database, "America/New_York", ("en",), "US").records()
    database.close()


def openings(shared: Path) -> dict[str, list[tuple[datetime, datetime]]]:
    """Every opening of a week by service, from the file itself."""
    found: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    with (shared / "data" / "hsds" / "schedules.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            times = row["opens_at"], row["closes_at"]
            if not row["byday"] or times in SLIPS:
                continue
            start = BEGIN.replace(tzinfo=None)
            days = [DAYS[day] for day in row["byday"].split(",")]
            for day in rrule(WEEKLY, dtstart=start, byweekday=days, count=7 * len(days)):
                opens, closes = (datetime.strptime(at, "%H:%M").time() for at in times)  # noqa: DTZ007 - a time of day
                if day < start + timedelta(days=7):
                    found[row["service_id"]].append(
                        (datetime.combine(day, opens, ZONE), datetime.combine(day, closes, ZONE))
                    )
    return found


def test_open_now_is_right_for_every_pantry_through_a_week(records: Records, shared: Path) -> None:
    """Every six hours or so, for every service: open where the file says so, and only there."""
    known = openings(shared)
    wrong = []
    for service in records.services:
        for number in range(0, 7 * 24 * 60, 50 * 7):
            now = BEGIN + timedelta(minutes=number)
            query = Lookup(("open_now",), (service.id,), language="en")
            shape = View(service, records, now, query, Vouching()).fact("open_now").shape
            expected = any(opens <= now < closes for opens, closes in known[service.id])
            if (shape == "open") is not expected:
                wrong.append((service.id, now, shape))
    assert wrong == []


def test_thanksgiving_is_a_day_nobody_wrote_about(records: Records) -> None:
    """Who would be open on that Thursday is said to be so usually, never surely."""
    shapes = set()
    for service in records.services:
        now = datetime(2025, 11, 27, 10, 30, tzinfo=ZONE)
        query = Lookup(("open_now",), (service.id,), language="en")
        shapes.add(View(service, records, now, query, Vouching()).fact("open_now").shape)
    assert "usually" in shapes
    assert "open" not in shapes
