from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from assistant.core.answer import Fact, Field, Lookup
from assistant.core.service import Notice, Records
from assistant.database import Database, open_database
from assistant.directory.answers import answer
from assistant.directory.day_store import DayStore
from assistant.directory.exchange import ImportRefusedError, import_tables
from assistant.directory.exporting import export_tables
from assistant.directory.intake import Json
from assistant.directory.search import Index
from assistant.directory.store import DirectoryStore

NOW = datetime.fromisoformat("2026-11-25T09:00+08:00")
"A Wednesday."
SERVICES = "id,name,alternate_name,status\ns1,老年食堂,食堂,active\ns2,卫生站,,active\n"
ROSTERS = """名称,服务,日期,星期,内容,从,到
菜单,食堂,,周一、周三,红烧肉；青菜,2026-11-01,2026-11-30
菜单,老年食堂,2026-11-26,,饺子,,
门诊,s2,,2,李大夫看内科,,
"""
NOTICES = """通知,从,到,地点,关键词,楼栋
六号楼到九号楼停水。,2026-11-25,,,停水 没水,六号楼到九号楼
电梯检修。,2026/11/25,2026-11-26,三号楼,电梯,
"""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A directory with an office's own tables."""
    folder = tmp_path / "in"
    folder.mkdir()
    tables = {"services": SERVICES, "rosters": ROSTERS, "notices": NOTICES}
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    database = open_database(f"sqlite:///{tmp_path / 'test.db'}")
    import_tables([folder], database)
    yield database
    database.close()


def records(database: Database) -> Records:
    """The directory as answers see it."""
    return DirectoryStore(database, "Asia/Shanghai", ("zh",)).records()


def ask(database: Database, field: Field, words: str, now: datetime = NOW) -> list[Fact]:
    """What is told."""
    found = records(database)
    return list(answer(found, Index(found), Lookup((field,), (), words), now).facts)


@pytest.mark.parametrize(
    ("words", "day", "items"),
    [
        ("食堂今天吃什么", "2026-11-25", "红烧肉; 青菜"),
        ("食堂今天吃什么", "2026-11-26", "饺子"),
        ("卫生站哪个大夫", "2026-11-25", "李大夫看内科"),
        ("卫生站哪个大夫", "2026-11-26", "李大夫看内科"),
    ],
)
def test_a_table_is_what_is_answered(database: Database, words: str, day: str, items: str) -> None:
    """By name or alias of the service, by weekday or date, several items in a cell."""
    now = datetime.fromisoformat(f"{day}T09:00+08:00")
    (found,) = ask(database, "roster", words, now)
    assert found.value == items


def test_a_weekly_row_holds_in_its_months_only(database: Database) -> None:
    """After November nothing stands on the menu."""
    december = datetime.fromisoformat("2026-12-02T09:00+08:00")
    (found,) = ask(database, "roster", "食堂今天吃什么", december)
    assert found.shape == "unknown"


def test_notices_hold_for_their_buildings(database: Database) -> None:
    """A notice without a last day is for one day; without a zone its place tells where."""
    assert ask(database, "notice", "七号楼停水吗")[0].shape == "known"
    assert ask(database, "notice", "三号楼停水吗")[0].shape == "elsewhere"
    assert ask(database, "notice", "三号楼电梯")[0].shape == "known"
    tomorrow = datetime.fromisoformat("2026-11-26T09:00+08:00")
    assert ask(database, "notice", "停水吗", tomorrow) == []


def test_the_same_table_again_changes_nothing(database: Database, tmp_path: Path) -> None:
    """Notices without an id are not doubled."""
    before = records(database)
    import_tables([tmp_path / "in"], database)
    assert records(database) == before
    assert before.notices[0] == Notice(
        before.notices[0].id,
        "六号楼到九号楼停水。",
        date(2026, 11, 25),
        date(2026, 11, 25),
        "",
        "停水 没水",
        ("六号楼到九号楼",),
    )


def test_validity_and_zones_survive_a_round_trip(database: Database, tmp_path: Path) -> None:
    """Out with the export, in again the same."""
    export_tables(database, tmp_path / "out")
    other = open_database(f"sqlite:///{tmp_path / 'other.db'}")
    import_tables([tmp_path / "out"], other)
    assert records(other).rosters == records(database).rosters
    assert set(records(other).notices) == set(records(database).notices)
    other.close()


@pytest.mark.parametrize(
    ("file", "row", "told"),
    [
        ("rosters.csv", "菜单,食堂,,周八,鱼,,", "rosters.csv, line 2, weekday"),
        ("rosters.csv", "菜单,食堂,,,鱼,,", "rosters.csv, line 2, date"),
        ("rosters.csv", "菜单,食堂,,周一,鱼,2026-11-30,2026-11-01", "line 2, valid_to"),
        ("notices.csv", "停水。,明天,,,,", "notices.csv, line 2, valid_from"),
        ("notices.csv", ",2026-11-25,,,停水,", "notices.csv, line 2, text"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_imported(
    database: Database, tmp_path: Path, file: str, row: str, told: str
) -> None:
    """The file, the line and the column; what was there stays."""
    before = records(database)
    heading = (ROSTERS if file == "rosters.csv" else NOTICES).splitlines()[0]
    (tmp_path / file).write_text(f"{heading}\n{row}\n", encoding="utf-8")
    with pytest.raises(ImportRefusedError, match=told):
        import_tables([tmp_path / file], database)
    assert records(database) == before


def test_a_notice_is_put_up_and_taken_down(database: Database) -> None:
    """At the counter, with the checks of an import; a wrong day changes nothing."""
    store = DayStore(database)
    entry: dict[str, Json] = {
        "id": "gas",
        "text": "明天停气。",
        "valid_from": "2026-11-25",
        "valid_to": "2026-11-26",
        "topic": "停气",
    }
    assert ask(database, "notice", "停气吗") == []
    assert store.put("notices", [entry]) == ("gas",)
    assert ask(database, "notice", "停气吗")[0].value == "明天停气。"
    with pytest.raises(ImportRefusedError):
        store.put("notices", [{**entry, "id": "other", "valid_to": "2026-11-24"}])
    assert [row.id for row in store.listing("notices")].count("other") == 0
    assert store.remove("notices", "gas")
    assert not store.remove("notices", "gas")
    assert ask(database, "notice", "停气吗") == []
