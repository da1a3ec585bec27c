from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from assistant.core.answer import Lookup
from assistant.core.errors import DataError
from assistant.core.event import Flag
from assistant.database import Database, open_database
from assistant.directory.checks import CheckStore
from assistant.directory.exchange import import_tables
from assistant.directory.inquiries import Inquiries
from assistant.directory.store import DirectoryStore

NOW = datetime.fromisoformat("2026-11-25T09:00+08:00")
FILES = {
    "organizations.csv": "id,name\no1,居委会\n",
    "services.csv": "id,organization_id,name,status,assured_date\n"
    "s1,o1,老年食堂,active,2026-11-01\ns2,o1,理发店,active,\n",
    "phones.csv": "id,service_id,number\np1,s1,0571-88001015\n",
}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Two services."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    database = open_database(f"sqlite:///{tmp_path / 'test.db'}")
    import_tables([tmp_path], database)
    yield database
    database.close()


def tasks(checks: CheckStore) -> list[tuple[str, str, str, int]]:
    """The open tasks."""
    return [(t.service_id, t.field, t.reason, t.asked) for t in checks.listing()]


def test_one_fact_is_one_task(database: Database) -> None:
    """However many residents come upon it; what is said to be wrong comes first and stays so."""
    checks = CheckStore(database)
    checks.open(Flag("s2", "hours", "stale"), NOW)
    checks.open(Flag("s1", "phone", "stale"), NOW)
    checks.open(Flag("s1", "phone", "wrong"), NOW + timedelta(hours=1))
    checks.open(Flag("s1", "phone", "stale"), NOW + timedelta(hours=2))
    assert tasks(checks) == [("s1", "phone", "wrong", 3), ("s2", "hours", "stale", 1)]


def test_a_wrong_fact_is_not_vouched_for_until_it_is_checked(database: Database) -> None:
    """Its neighbours are; the check makes the whole service one of today."""
    checks, store = CheckStore(database), DirectoryStore(database, "Asia/Shanghai", ("zh",))
    inquiries = Inquiries(store, checks, 180)

    def age(field: str) -> str:
        query = Lookup((field,), ("s1",))  # type: ignore[arg-type]
        return inquiries.ask(query, NOW).facts[0].age

    assert (age("phone"), age("hours")) == ("fresh", "fresh")
    inquiries.flag(Flag("s1", "phone", "wrong"), NOW)
    assert (age("phone"), age("hours")) == ("stale", "fresh")
    assert checks.verified("s1", "王", NOW + timedelta(hours=1)) == 1
    assert age("phone") == "fresh"
    assert store.records().services[0].assured_date == NOW.date()
    assert tasks(checks) == []


def test_an_import_with_a_later_date_settles_it(database: Database, tmp_path: Path) -> None:
    """The office keeps its spreadsheet; nobody need close the task by hand."""
    checks, store = CheckStore(database), DirectoryStore(database, "Asia/Shanghai", ("zh",))
    checks.open(Flag("s1", "phone", "wrong"), NOW)
    assert checks.wrong(store.records()) == {("s1", "phone")}
    later = FILES["services.csv"].replace("2026-11-01", "2026-11-26")
    (tmp_path / "services.csv").write_text(later, encoding="utf-8")
    import_tables([tmp_path / "services.csv"], database)
    assert checks.wrong(store.records()) == frozenset()


def test_a_task_closed_and_opened_again_begins_anew(database: Database) -> None:
    """It is wrong again after it was checked."""
    checks, store = CheckStore(database), DirectoryStore(database, "Asia/Shanghai", ("zh",))
    checks.open(Flag("s1", "phone", "wrong"), NOW)
    checks.verified("s1", "", NOW)
    checks.open(Flag("s1", "phone", "wrong"), NOW + timedelta(days=1))
    assert tasks(checks) == [("s1", "phone", "wrong", 1)]
    assert checks.wrong(store.records()) == {("s1", "phone")}


def test_a_service_that_is_not_there_cannot_be_checked(database: Database) -> None:
    """The error names it and changes nothing."""
    with pytest.raises(DataError, match="no service gone"):
        CheckStore(database).verified("gone", "", NOW)
