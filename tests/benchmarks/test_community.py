"""The simulated community in its small form fills every view, and its figures are reckoned anew."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from assistant.benchmarks.community import ZONE, Size, again, day_factor, ends, made
from assistant.benchmarks.community_matters import fill
from assistant.benchmarks.scorecard import figures_of
from assistant.database import open_database
from assistant.outlook import handled
from assistant.public.hiding import shown
from assistant.public.store import PublicStore
from assistant.publishing import Months
from assistant.scorecard.store import ContactStore
from assistant.scorecard.tables import contact_facts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from assistant.database import Database
    from assistant.scorecard.contacts import Contact

SIZE = Size(residents=200, days=120, a_month=4)
UNTIL = ends(SIZE) - timedelta(hours=6)


@pytest.fixture(scope="module")
def contacts() -> list[Contact]:
    """Everything that happened in four months."""
    return [one for one in made(2, SIZE) if one.at < UNTIL]


@pytest.fixture(scope="module")
def database(
    tmp_path_factory: pytest.TempPathFactory, contacts: list[Contact]
) -> Iterator[Database]:
    """The same, written down."""
    folder: Path = tmp_path_factory.mktemp("community")
    opened = open_database(f"sqlite:///{folder / 'line.db'}")
    fill(opened, contacts, UNTIL)
    yield opened
    opened.close()


def last_month(contacts: list[Contact], now: datetime) -> list[Contact]:
    """Those of the last thirty days, today among them."""
    first = now.astimezone(ZONE).date() - timedelta(days=29)
    return [one for one in contacts if date.fromisoformat(one.day) >= first]


def test_a_seed_is_a_community() -> None:
    """The same seed makes the same contacts, another one others."""
    small = Size(residents=50, days=10)
    assert made(1, small) == made(1, small) != made(2, small)


def test_the_figures_are_those_of_the_contacts(database: Database, contacts: list[Contact]) -> None:
    """Reckoned from the made contacts in plain Python, without the room that counts them."""
    card = figures_of(database).counted(UNTIL)
    found = {one.name: one.share for one in card.triangle.figures}
    month = last_month(contacts, UNTIL)
    old = [one for one in month if UNTIL - one.at >= timedelta(days=7)]
    staff = {"case", "callback", "person", "emergency"}
    alone = [one for one in old if one.ending not in staff]
    resolved = sum(one.ending == "answered" and not one.again for one in alone)
    assert found["resolved"] is not None
    assert (found["resolved"].part, found["resolved"].whole) == (resolved, len(alone))
    unfinished = sum(one.ending in {"left", "none"} for one in month)
    assert found["unfinished"] is not None
    assert (found["unfinished"].part, found["unfinished"].whole) == (unfinished, len(month))
    heard, good = sum(one.heard for one in month), sum(one.understood for one in month)
    assert found["understood"] is not None
    assert (found["understood"].part, found["understood"].whole) == (good, heard)


def test_every_view_is_filled(database: Database) -> None:
    """Figures, steps, gaps, charts, the outlook: nothing is unknown but what is not measured."""
    card = figures_of(database).counted(UNTIL)
    unknown = {one.name for one in card.triangle.figures if one.unknown}
    unmeasured = {"complaints_upheld", "after_call_work", "uptime", "turnout", "data_requests"}
    assert unknown <= unmeasured
    assert card.triangle.steps
    assert any(gap.ratio is not None for gap in card.triangle.gaps)
    assert card.outlook is not None
    assert card.outlook.contacts is not None
    assert card.outlook.callbacks is not None
    assert card.outlook.contacts.error.ours < 0.5
    assert card.outlook.hours is not None
    talks, mean = handled(database, UNTIL - timedelta(days=60), UNTIL)
    assert talks == card.outlook.talks
    assert mean == pytest.approx(6.5, rel=0.15)


def test_who_is_hard_to_hear_is_seen_to_be_left_behind(database: Database) -> None:
    """They were made to fare worse; the gap by recognition says so."""
    gaps = figures_of(database).counted(UNTIL).triangle.gaps
    (gap,) = (one for one in gaps if (one.measure, one.cut) == ("understood", "hearing"))
    assert gap.groups[-1][0] == "badly"
    assert gap.alarm


def test_a_public_month_is_the_rounded_count(database: Database, contacts: list[Contact]) -> None:
    """July by topic and channel, and nothing of it under ten."""
    figures_of(database).ledger.refresh(UNTIL)
    months, first = Months(database, ZONE), date(2025, 7, 1)
    (july,) = PublicStore(database).months((first,), months.count, UNTIL)
    asked = Counter(
        one.channel
        for one in contacts
        if one.day.startswith("2025-07") and one.topic.startswith("today.")
    )
    for channel in ("voice", "sms"):
        assert july.cells[f"asked.today.{channel}"] == shown(asked[channel])
    assert all(count is None or (count >= 10 and count % 10 == 0) for count in july.cells.values())
    assert july.cells["promises.kept"]
    assert july.kept_percent is None or 80 <= july.kept_percent <= 100


def test_the_store_marks_who_came_again_as_the_community_does(tmp_path: Path) -> None:
    """Kept one by one through the line's own way, the same contacts are marked the same."""
    small = made(3, Size(residents=20, days=30, a_month=20))
    opened = open_database(f"sqlite:///{tmp_path / 'line.db'}")
    ContactStore(opened).keep([replace(one, again=None) for one in small])
    with opened.read() as connection:
        rows = connection.execute(select(contact_facts.c.id, contact_facts.c.again))
        marked = {name: bool(came) for name, came in rows}
    opened.close()
    assert marked == {one.id: bool(one.again) for one in again(small)}
    assert any(marked.values())


def test_days_are_as_busy_as_the_page_says() -> None:
    """Monday before Sunday, a holiday below both, winter above summer."""
    monday, sunday, holiday = date(2026, 3, 16), date(2026, 3, 22), date(2025, 10, 1)
    assert day_factor(monday) > day_factor(sunday) > day_factor(holiday)
    assert day_factor(date(2026, 1, 12)) > day_factor(date(2025, 7, 14))
