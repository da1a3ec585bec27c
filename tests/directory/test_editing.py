from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from assistant.core.answer import Lookup
from assistant.core.errors import DataError
from assistant.database import Database, open_database
from assistant.directory.checks import CheckStore
from assistant.directory.editing import Change, Sheet, add_name, save, save_notice, sheet
from assistant.directory.exchange import import_tables
from assistant.directory.history import undo
from assistant.directory.inquiries import Inquiries
from assistant.directory.store import DirectoryStore
from assistant.directory.tables import TABLES, translations

NOW = datetime.fromisoformat("2026-11-25T09:00+08:00")
FILES = {
    "organizations.csv": "id,name\no1,居委会\n",
    "services.csv": "id,organization_id,name,alternate_name,status,assured_date,colour\n"
    "s1,o1,老年食堂,饭堂,active,2026-11-01,green\ns2,o1,理发店,,active,2026-11-01,\n",
    "phones.csv": "id,service_id,number\np1,s1,0571-88001015\n",
    "schedules.csv": "id,service_id,freq,byday,opens_at,closes_at\n"
    'h1,s1,WEEKLY,"MO,TU",10:30,13:00\n',
}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Two services, one with a number and hours."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    database = open_database(f"sqlite:///{tmp_path / 'test.db'}")
    import_tables([tmp_path], database)
    yield database
    database.close()


def change(
    cells: dict[tuple[str, str, str], str] | None = None, gone: dict[str, list[str]] | None = None
) -> Change:
    """What was typed, in the own language."""
    return Change(cells or {}, {}, gone or {})


def told(database: Database, field: str, service: str = "s1") -> str:
    """What a resident is told of a service."""
    store = DirectoryStore(database, "Asia/Shanghai", ("zh", "en"))
    query = Lookup((field,), (service,))  # type: ignore[arg-type]
    return Inquiries(store, CheckStore(database), 180).ask(query, NOW).facts[0].value


def cells(found: Sheet) -> dict[tuple[str, str, str], str]:
    """Everything on a sheet."""
    return {(row.table, row.id, column): text for row in found.rows for column, text in row.cells}


def test_a_corrected_number_is_told_and_can_be_taken_back(database: Database) -> None:
    """The rest of the service stays as it was, columns HSDS does not know included."""
    before = sheet(database, "s1")
    typed = change({("phones", "p1", "number"): "0571-88001099"})
    report = save(database, "s1", before.state, typed, by="王芳", at=NOW)
    assert told(database, "phone") == "0571-88001099"
    after = cells(sheet(database, "s1"))
    assert {key for key, text in cells(before).items() if after[key] != text} == {
        ("phones", "p1", "number")
    }
    with database.begin() as connection:
        undo(connection, report.number)
    assert sheet(database, "s1") == before


def test_a_saved_service_keeps_what_cannot_be_corrected_here(database: Database) -> None:
    """Columns of other programs and references to other tables."""
    before = sheet(database, "s1")
    save(database, "s1", before.state, change({("services", "s1", "fees_description"): "8元"}),
         by="王芳", at=NOW)  # fmt: skip
    table = TABLES["services"]
    with database.read() as connection:
        row = connection.execute(select(table).where(table.c.id == "s1")).one()
    assert (row.extra, row.organization_id, row.fees_description) == (
        {"colour": "green"},
        "o1",
        "8元",
    )


def test_two_people_do_not_overwrite_each_other(database: Database) -> None:
    """The second is told so and loses nothing: the sheet can be opened again."""
    state = sheet(database, "s1").state
    typed = change({("phones", "p1", "number"): "0571-88001001"})
    save(database, "s1", state, typed, by="王芳", at=NOW)
    other = change({("phones", "p1", "number"): "0571-88001002"})
    with pytest.raises(DataError, match="look at it anew"):
        save(database, "s1", state, other, by="李强", at=NOW)
    assert told(database, "phone") == "0571-88001001"
    save(database, "s1", sheet(database, "s1").state, other, by="李强", at=NOW)
    assert told(database, "phone") == "0571-88001002"


def test_hours_are_added_and_removed(database: Database) -> None:
    """A row more, a row less; both are undone together with the rest of the change."""
    before = sheet(database, "s1")
    new = {
        ("schedules", "new1", "byday"): "周三",
        ("schedules", "new1", "freq"): "WEEKLY",
        ("schedules", "new1", "opens_at"): "2pm",
        ("schedules", "new1", "closes_at"): "17:00",
    }
    report = save(
        database, "s1", before.state, change(new, {"schedules": ["h1"]}), by="王芳", at=NOW
    )
    rows = [row for row in sheet(database, "s1").rows if row.table == "schedules"]
    assert [dict(row.cells)["byday"] for row in rows] == ["WE"]
    assert [dict(row.cells)["opens_at"] for row in rows] == ["14:00"]
    with database.begin() as connection:
        undo(connection, report.number)
    assert sheet(database, "s1") == before


def test_an_empty_new_row_is_no_row(database: Database) -> None:
    """The form always shows one empty line."""
    before = sheet(database, "s1")
    typed = change({("phones", "new1", "number"): " ", ("phones", "new1", "extension"): ""})
    save(database, "s1", before.state, typed, by="王芳", at=NOW)
    assert sheet(database, "s1") == before


@pytest.mark.parametrize(
    "typed",
    [
        change({("phones", "p9", "number"): "1"}),
        change({("services", "s2", "name"): "别家"}),
        change({("services", "s1", "organization_id"): "o9"}),
        change({("organizations", "o1", "name"): "别家"}),
        change({("phones", "new1", "service_id"): "s2"}),
        change({("services", "s1", "alert"): "很" * 2001}),
        change(gone={"services": ["s1"]}),
        change(gone={"phones": ["p9"]}),
    ],
    ids=["row", "other service", "column", "table", "new column", "long", "service", "gone"],
)
def test_what_is_not_on_the_sheet_cannot_be_changed(database: Database, typed: Change) -> None:
    """Whatever a form sends."""
    before = sheet(database, "s1")
    with pytest.raises(DataError):
        save(database, "s1", before.state, typed, by="王芳", at=NOW)
    assert sheet(database, "s1") == before


def test_hours_nobody_can_read_are_kept_and_named(database: Database) -> None:
    """As in an import: nothing typed is dropped."""
    typed = change({("schedules", "h1", "opens_at"): "饭点"})
    report = save(database, "s1", sheet(database, "s1").state, typed, by="王芳", at=NOW)
    assert any("饭点" in problem.text for problem in report.problems)
    assert cells(sheet(database, "s1"))["schedules", "h1", "opens_at"] == "饭点"


def test_one_more_name_finds_the_service(database: Database) -> None:
    """In either language, once."""
    add_name(database, "s1", "老头儿乐", "zh", own="zh", by="王芳", at=NOW)
    add_name(database, "s1", "the old folks diner", "en", own="zh", by="王芳", at=NOW)
    store = DirectoryStore(database, "Asia/Shanghai", ("zh", "en"))
    finder = Inquiries(store, CheckStore(database), 180).finder()
    assert finder.find("老头儿乐几点开门", "zh")[0].service == "s1"
    assert finder.find("饭堂几点开门", "zh")[0].service == "s1"
    assert finder.find("is the old folks diner open", "en")[0].service == "s1"
    with pytest.raises(DataError, match="already"):
        add_name(database, "s1", "老头儿乐", "zh", own="zh", by="王芳", at=NOW)


def test_a_translation_is_corrected(database: Database) -> None:
    """Beside the text it translates."""
    typed = Change({}, {("services", "s1", "name", "en"): "Seniors' Canteen"}, {})
    save(database, "s1", sheet(database, "s1").state, typed, by="王芳", at=NOW)
    with database.read() as connection:
        assert connection.execute(select(translations.c.text)).scalars().all() == [
            "Seniors' Canteen"
        ]


def test_a_notice_is_announced_and_changed(database: Database) -> None:
    """The same id again is the same notice."""
    notice = {"id": "n1", "text": "三号楼停水", "valid_from": "2026-11-25", "topic": "水"}
    save_notice(database, notice, by="王芳", at=NOW)
    store = DirectoryStore(database, "Asia/Shanghai", ("zh", "en"))
    assert [(item.text, item.valid_to) for item in store.records().notices] == [
        ("三号楼停水", NOW.date())
    ]
    save_notice(database, {**notice, "text": "三号楼水来了"}, by="王芳", at=NOW)
    assert [item.text for item in store.records().notices] == ["三号楼水来了"]


@pytest.mark.parametrize(
    "wrong", [{"text": ""}, {"valid_from": "改天"}, {"valid_from": ""}], ids=str
)
def test_half_a_notice_is_refused(database: Database, wrong: dict[str, str]) -> None:
    """With the column in the message; nothing is announced."""
    notice = {"id": "n1", "text": "三号楼停水", "valid_from": "2026-11-25"}
    with pytest.raises(DataError, match=next(iter(wrong))):
        save_notice(database, {**notice, **wrong}, by="王芳", at=NOW)
    assert DirectoryStore(database, "Asia/Shanghai", ("zh",)).records().notices == ()
