from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import select

from assistant.scorecard.contacts import Contact
from assistant.scorecard.figures import Share
from assistant.scorecard.store import ContactStore, Ledger
from assistant.scorecard.tables import contact_facts

if TYPE_CHECKING:
    from assistant.database import Database

ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 25, 4, tzinfo=UTC)
DAY = timedelta(days=1)
PHONE = "+8613800000001"


def contact(name: str, at: datetime, **changes: object) -> Contact:
    """A call about the canteen's hours that was answered."""
    local = at.astimezone(ZONE)
    one = Contact(
        name, at, f"{local:%Y-%m-%d}", local.hour, "voice", "mobile", "zh", PHONE,
        "service.hours", "answered", heard=1, understood=1,
    )  # fmt: skip
    return replace(one, **changes)  # type: ignore[arg-type] # fields of a contact


def marks(database: Database) -> dict[str, bool | None]:
    """By contact, whether the same came again."""
    with database.read() as connection:
        wanted = select(contact_facts.c.id, contact_facts.c.again)
        return {row.id: row.again for row in connection.execute(wanted)}


def test_who_comes_again_marks_what_she_asked_before(any_database: Database) -> None:
    """Within seven days, of the same telephone, about the same; whichever is kept first."""
    store = ContactStore(any_database)
    store.keep([contact("a", NOON), contact("b", NOON + 6 * DAY)])
    store.keep([contact("c", NOON + 14 * DAY), contact("d", NOON + DAY, topic="today.roster")])
    store.keep([contact("e", NOON, person="+8613800000002"), contact("f", NOON, person="")])
    assert marks(any_database) == {
        "a": True, "b": False, "c": False, "d": False, "e": False, "f": None,
    }  # fmt: skip


def test_no_number_is_kept(any_database: Database) -> None:
    """Of the telephone only its blind index."""
    ContactStore(any_database).keep([contact("a", NOON)])
    with any_database.read() as connection:
        row = connection.execute(select(contact_facts)).one()
    assert row.person == any_database.vault.index(PHONE)
    assert PHONE not in str(tuple(row))


def test_parts_of_a_contact_are_joined(any_database: Database) -> None:
    """A text in the morning and one in the evening are one contact of the day."""
    store = ContactStore(any_database)
    store.keep([contact("a", NOON, channel="sms")])
    store.keep([contact("a", NOON, channel="sms", heard=2, understood=0, ending="case")])
    with any_database.read() as connection:
        row = connection.execute(select(contact_facts)).one()
    assert (row.heard, row.understood, row.ending) == (3, 1, "case")


def test_a_day_is_counted_until_its_week_is_over(any_database: Database) -> None:
    """Today each time, a day of the last week once a day, an older one never again."""
    store, ledger = ContactStore(any_database), Ledger(any_database, ZONE)
    store.keep([contact("a", NOON)])
    assert [ledger.refresh(NOON), ledger.refresh(NOON)] == [1, 1]
    assert ledger.refresh(NOON + DAY) == 1
    assert ledger.refresh(NOON + DAY) == 0
    assert ledger.refresh(NOON + 9 * DAY) == 1
    assert ledger.refresh(NOON + 20 * DAY) == 0


def test_resolution_is_unknown_for_seven_days(any_database: Database) -> None:
    """Before, nobody can tell whether she comes again; a return counts the day anew."""
    store, ledger = ContactStore(any_database), Ledger(any_database, ZONE)
    store.keep([contact("a", NOON), contact("b", NOON, person="+8613800000002")])
    ledger.refresh(NOON + 3 * DAY)
    days = (date(2026, 11, 25), date(2026, 11, 25))
    assert ("resolved", "all") not in ledger.shares(*days)
    ledger.refresh(NOON + 8 * DAY)
    assert ledger.shares(*days)["resolved", "all"] == Share(2, 2)
    store.keep([contact("c", NOON + 6 * DAY)])
    ledger.refresh(NOON + 8 * DAY)
    assert ledger.shares(*days)["resolved", "all"] == Share(1, 2)


def test_days_add_up(any_database: Database) -> None:
    """Sums over days are those of the contacts; a median is of those that were offered help."""
    store, ledger = ContactStore(any_database), Ledger(any_database, ZONE)
    hurt = {"offered": 1, "topic": "safety.fall"}
    moments = (NOON, NOON + DAY, NOON + DAY, NOON + 2 * DAY)
    people = (f"+861380000000{number}" for number in range(4))
    seconds = (5, 9, 30, None)
    store.keep(
        [
            contact(str(number), at, person=person, offer_s=second, **hurt)
            for number, (at, person, second) in enumerate(
                zip(moments, people, seconds, strict=True)
            )
        ]
    )
    ledger.refresh(NOON + 2 * DAY)
    first, last = date(2026, 11, 25), date(2026, 11, 27)
    assert ledger.shares(first, last)["emergencies_meant", "all"] == Share(0, 4)
    by_day = Counter(at.astimezone(ZONE).date() for at in moments)
    assert ledger.by_day("contacts", first, last) == by_day
    assert ledger.first() == first
    assert ledger.seconds_to_offer(first, last) == 9
    assert ledger.seconds_to_offer(last, last) is None
