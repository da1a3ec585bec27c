from __future__ import annotations

import csv
import json
import threading
from datetime import date, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from assistant.core.errors import DataError
from assistant.database import Database, open_database
from assistant.directory.cells import (
    WEEKDAYS,
    read_date,
    read_days,
    read_number,
    read_numbers,
    read_time,
    zone_behind,
)
from assistant.directory.exchange import ImportRefusedError, import_tables
from assistant.directory.exporting import export_tables
from assistant.directory.hsds import HSDS
from assistant.directory.intake import Problem
from assistant.directory.store import DirectoryStore
from assistant.directory.tables import TABLES, notices, rosters, site_facts, translations

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SET: dict[str, Any] = {
    "organizations.csv": "id,name,description\no1,桂花社区,居委会\n",
    "services.csv": (
        "id,organization_id,name,status,assured_date,minimum_age,keywords,Colour of Door\n"
        's1,o1,老年食堂,Active,2026/3/5,60.0,"吃饭;午饭",green\n'
    ),
    "locations.csv": "id,location_type,name\nl1,physical,老槐树\n",
    "service_at_locations.csv": "id,service_id,location_id\nsl1,s1,l1\n",
    "address.csv": "id,location_id,address_1,country\na1,l1,桂花路1号,CN\n",
    "phones.csv": "id,service_id,number\np1,s1,+86 571 8000 1234\n",
    "schedules.csv": (
        "id,service_at_location_id,freq,byday,opens_at,closes_at,closed,valid_from\n"
        "h1,sl1,weekly,周一 周二,8:30,11:30:00,,\n"
        'h2,sl1,WEEKLY,"mo,TU",2 PM,5pm,,\n'
        "h3,sl1,,,,,true,2027-01-01\n"
    ),
    "translations.csv": (
        "table,row_id,column,language,text\nservice,s1,name,en,Older people's canteen\n"
    ),
    "community.json": {
        "emergency_number": "120",
        "staff_hours": [{"byday": "MO,TU", "opens_at": "08:30", "closes_at": "17:00"}],
        "polls": [{"id": "bench", "title": "长椅放哪", "choices": ["门口", "树下"]}],
        "motto": "远亲不如近邻",
        "rosters": [
            {"roster": "canteen_menu", "service": "s1", "weekday": 0, "items": ["白菜", "豆腐"]},
            {"roster": "canteen_menu", "service": "s1", "date": "2026-11-25", "items": ["鱼"]},
        ],
        "notices": [
            {
                "id": "n1",
                "text": "三号楼停水",
                "valid_from": "2026-11-25",
                "valid_to": "2026-11-26",
                "topic": "停水 water",
            }
        ],
    },
}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty database in a folder of its own."""
    opened = open_database(f"sqlite:///{tmp_path / 'db' / 'assistant.db'}")
    yield opened
    opened.close()


def write(folder: Path, files: Mapping[str, Any]) -> Path:
    """Write texts, bytes, and JSON values under their names; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        if isinstance(content, bytes):
            (folder / name).write_bytes(content)
        elif isinstance(content, str):
            (folder / name).write_text(content, encoding="utf-8")
        else:
            (folder / name).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return folder


def rows(database: Database, stem: str) -> list[dict[str, Any]]:
    """What a table of HSDS holds, without empty cells and positions."""
    with database.read() as connection:
        found = connection.execute(select(TABLES[stem]).order_by(TABLES[stem].c.position))
        return [
            {name: cell for name, cell in row.items() if cell is not None and name != "position"}
            for row in found.mappings()
        ]


def exported(database: Database, folder: Path) -> dict[str, bytes]:
    """The files of an export by name."""
    export_tables(database, folder)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def said(problems: Sequence[Problem]) -> list[tuple[str, int | None, str]]:
    """Where each problem is."""
    return [(problem.file, problem.line, problem.column) for problem in problems]


def test_a_set_of_tables_is_taken_in_normalised(database: Database, tmp_path: Path) -> None:
    """Singular and plural names; times, days, dates, status as HSDS writes them; ids kept."""
    report = import_tables([write(tmp_path / "in", SET)], database)
    assert report.problems == ()
    assert report.counts == {
        "addresses": 1,
        "locations": 1,
        "organizations": 1,
        "phones": 1,
        "schedules": 3,
        "service_at_location": 1,
        "services": 1,
        "translations": 1,
        "rosters": 2,
        "notices": 1,
    }
    assert rows(database, "services") == [
        {
            "id": "s1",
            "organization_id": "o1",
            "name": "老年食堂",
            "status": "active",
            "assured_date": "2026-03-05",
            "minimum_age": "60",
            "extra": {"keywords": "吃饭;午饭", "colour_of_door": "green"},
        }
    ]
    hours = {"service_at_location_id": "sl1", "freq": "WEEKLY", "byday": "MO,TU"}
    assert rows(database, "schedules") == [
        {"id": "h1", **hours, "opens_at": "08:30", "closes_at": "11:30"},
        {"id": "h2", **hours, "opens_at": "14:00", "closes_at": "17:00"},
        {
            "id": "h3",
            "service_at_location_id": "sl1",
            "valid_from": "2027-01-01",
            "extra": {"closed": "true"},
        },
    ]


def test_the_community_file_is_taken_in(database: Database, tmp_path: Path) -> None:
    """Facts by key, rosters by day, notices by id, and one translation."""
    import_tables([write(tmp_path / "in", SET)], database)
    with database.read() as connection:
        facts = {row.key: row.value for row in connection.execute(select(site_facts))}
        found = [tuple(row) for row in connection.execute(select(rosters).order_by(rosters.c.id))]
        notice = connection.execute(select(notices)).one()
        translation = connection.execute(select(translations)).one()
    assert set(facts) == {"emergency_number", "staff_hours", "polls", "motto"}
    assert facts["emergency_number"] == "120"
    menu = "canteen_menu"
    assert found == [
        (f"{menu}/s1/0", menu, "s1", None, 0, ["白菜", "豆腐"], None, None, ""),
        (f"{menu}/s1/2026-11-25", menu, "s1", date(2026, 11, 25), None, ["鱼"], None, None, ""),
    ]
    assert tuple(notice) == (
        "n1",
        "三号楼停水",
        date(2026, 11, 25),
        date(2026, 11, 26),
        "",
        "停水 water",
        "",
    )
    assert tuple(translation) == ("services", "s1", "name", "en", "Older people's canteen")


def test_an_export_comes_in_again_as_the_same_bytes(tmp_path: Path, database: Database) -> None:
    """Every file of the second export equals the first, unknown columns and order included."""
    import_tables([write(tmp_path / "in", SET)], database)
    first = exported(database, tmp_path / "one")
    other = open_database(f"sqlite:///{tmp_path / 'other.db'}")
    assert import_tables([tmp_path / "one"], other).problems == ()
    assert exported(other, tmp_path / "two") == first
    other.close()
    assert set(first) == {f"{table.stem}.csv" for table in HSDS} | {
        "translations.csv",
        "community.json",
        "datapackage.json",
    }


def test_the_exported_community_file_has_the_agreed_shape(
    database: Database, tmp_path: Path
) -> None:
    """The keys other tools rely on are there even in an empty directory."""
    export_tables(database, tmp_path / "empty", {"emergency_number": "120"})
    assert json.loads((tmp_path / "empty" / "community.json").read_text("utf-8")) == {
        "emergency_number": "120",
        "staff_hours": [],
        "polls": [],
        "rosters": [],
        "notices": [],
    }
    import_tables([write(tmp_path / "in", SET)], database)
    export_tables(database, tmp_path / "full", {"emergency_number": "911"})
    assert (
        json.loads((tmp_path / "full" / "community.json").read_text("utf-8"))
        == SET["community.json"]
    )


def test_a_second_import_replaces_rows_and_removes_none(database: Database, tmp_path: Path) -> None:
    """A row keeps its id and its place; a cell that is gone is gone; other rows stay."""
    import_tables([write(tmp_path / "in", SET)], database)
    again = {
        "services.csv": "id,organization_id,name,status\ns0,o1,理发,active\ns1,o1,食堂,active\n"
    }
    import_tables([write(tmp_path / "again", again)], database)
    assert rows(database, "services") == [
        {"id": "s1", "organization_id": "o1", "name": "食堂", "status": "active"},
        {"id": "s0", "organization_id": "o1", "name": "理发", "status": "active"},
    ]
    assert len(rows(database, "schedules")) == 3


NESTED = {
    "id": "s1",
    "name": "Clinic",
    "status": "active",
    "organization_id": None,
    "minimum_age": 60,
    "organization": {
        "id": "o1",
        "name": "Town",
        "description": "d",
        "phones": [{"id": "p2", "number": "2"}],
    },
    "phones": [{"id": "p1", "number": "1", "languages": [{"id": "g1", "name": "Mandarin"}]}],
    "schedules": [
        {
            "id": "h1",
            "freq": "WEEKLY",
            "byday": ["MO", "TU"],
            "opens_at": "9:00",
            "closes_at": "3 p.m.",
        }
    ],
    "service_at_locations": [
        {
            "id": "sl1",
            "location": {
                "id": "l1",
                "location_type": "physical",
                "latitude": 38.5,
                "accessibility": {"id": "x1", "description": "ramp"},
                "addresses": [{"id": "a1", "address_1": "1 Elm St"}],
            },
        }
    ],
    "required_documents": [{"id": "d1", "document": "card"}],
    "attributes": [
        {
            "id": "t1",
            "taxonomy_term": {
                "id": "c1",
                "name": "Health",
                "taxonomy_detail": {"id": "x", "name": "Open Eligibility"},
            },
        }
    ],
    "additional_urls": [{"id": "u1", "url": "https://example.org"}],
    "metadata": [{"id": "m1", "field_name": "name"}],
    "colour": {"door": "green"},
}


@pytest.mark.parametrize(
    ("name", "whole"),
    [
        ("services_full.json", [NESTED]),
        ("page.json", {"total_items": 1, "contents": [NESTED]}),
        ("one.json", NESTED),
        ("export.json", {"services": [NESTED]}),
        (
            "organizations.json",
            [
                {
                    **NESTED["organization"],  # type: ignore[dict-item]
                    "services": [{**NESTED, "organization": None}],
                }
            ],
        ),
    ],
    ids=["list", "page", "object", "by-table", "organizations"],
)
def test_nested_json_gives_the_same_rows_in_every_shape(
    database: Database, tmp_path: Path, name: str, whole: object
) -> None:
    """Children point back at what they stood in, and what HSDS does not know is kept."""
    report = import_tables([write(tmp_path / "in", {name: whole})], database)
    assert report.problems == ()
    (service,) = rows(database, "services")
    assert (service["organization_id"], service["minimum_age"]) == ("o1", "60")
    assert service["extra"] == {"colour": {"door": "green"}}
    assert [row["organization_id"] for row in rows(database, "phones") if row["id"] == "p2"] == [
        "o1"
    ]
    assert [row["service_id"] for row in rows(database, "phones") if row["id"] == "p1"] == ["s1"]
    assert rows(database, "languages") == [{"id": "g1", "phone_id": "p1", "name": "Mandarin"}]
    assert rows(database, "schedules") == [
        {
            "id": "h1",
            "service_id": "s1",
            "freq": "WEEKLY",
            "byday": "MO,TU",
            "opens_at": "09:00",
            "closes_at": "15:00",
        }
    ]
    assert rows(database, "service_at_location") == [
        {"id": "sl1", "service_id": "s1", "location_id": "l1"}
    ]
    assert rows(database, "locations") == [
        {"id": "l1", "location_type": "physical", "latitude": "38.5"}
    ]
    assert rows(database, "accessibility")[0]["location_id"] == "l1"
    assert rows(database, "addresses")[0]["location_id"] == "l1"
    assert rows(database, "attributes") == [
        {"id": "t1", "link_id": "s1", "taxonomy_term_id": "c1", "link_entity": "service"}
    ]
    assert rows(database, "taxonomy_terms") == [{"id": "c1", "name": "Health", "taxonomy_id": "x"}]
    assert rows(database, "url")[0]["service_id"] == "s1"
    assert rows(database, "metadata") == [
        {"id": "m1", "resource_id": "s1", "resource_type": "service", "field_name": "name"}
    ]


ODD = {
    "services.csv": (
        "id,organization_id,name,status,assured_date,minimum_age\n"
        "s1,nobody,A,open,3/5/2026,old\n"
        "s2,,,active,,\n"
    ),
    "schedules.csv": (
        "id,service_id,byday,opens_at,closes_at,description\n"
        "h1,s1,MO,15:00,06:00,\n"
        "h2,s1,,,,Call for hours\n"
        "h3,s1,MO,25:00,26:00,\n"
        "h4,s1,MO,09:00,,\n"
        "h5,s1,,09:00,10:00,\n"
        "h6,s1,someday,09:00Z,10:00Z,\n"
    ),
    "phones.csv": "id,service_id,number\np1,s1,ask at the door\n",
    "cost_options.csv": "id,service_id,amount\nx1,s1,-5\n",
    "translations.csv": "table_name,row_id,column_name,language,text\nservices,s9,name,en,Z\n",
    "weather.csv": "id,sky\n1,blue\n",
    "datapackage.json": {"name": "hsds", "resources": []},
}


def test_oddities_are_kept_and_each_is_reported(database: Database, tmp_path: Path) -> None:
    """Every odd cell is named with its file, line and column, and stays as it came."""
    report = import_tables([write(tmp_path / "in", ODD)], database)
    assert sorted(said(report.problems), key=str) == sorted(
        [
            ("services.csv", 2, "organization_id"),
            ("services.csv", 2, "status"),
            ("services.csv", 2, "assured_date"),
            ("services.csv", 2, "minimum_age"),
            ("services.csv", 3, "name"),
            ("schedules.csv", 2, "closes_at"),
            ("schedules.csv", 3, "description"),
            ("schedules.csv", 4, "opens_at"),
            ("schedules.csv", 4, "closes_at"),
            ("schedules.csv", 4, "description"),
            ("schedules.csv", 5, "closes_at"),
            ("schedules.csv", 6, "byday"),
            ("schedules.csv", 7, "byday"),
            ("schedules.csv", 7, "opens_at"),
            ("schedules.csv", 7, "closes_at"),
            ("phones.csv", 2, "number"),
            ("cost_options.csv", 2, "amount"),
            ("translations.csv", 2, "row_id"),
            ("weather.csv", None, ""),
        ],
        key=str,
    )
    assert all(problem.text and problem.remedy for problem in report.problems)
    assert rows(database, "services")[0]["assured_date"] == "3/5/2026"
    assert [row.get("opens_at") for row in rows(database, "schedules")] == [
        "15:00",
        None,
        "25:00",
        "09:00",
        "09:00",
        "09:00Z",
    ]


def test_a_row_without_an_id_gets_the_same_one_again(database: Database, tmp_path: Path) -> None:
    """Importing the same file twice makes no second row, and the id is named."""
    folder = write(tmp_path / "in", {"organizations.csv": "name,description\nTown,d\n"})
    reports = [import_tables([folder], database) for _ in range(2)]
    (row,) = rows(database, "organizations")
    assert [said(report.problems) for report in reports] == [[("organizations.csv", 2, "id")]] * 2
    assert row["id"] in reports[0].problems[0].remedy


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "encoding": (
        {"services.csv": "id,name\ns1,Café très près\n".encode("cp1252")},
        "line 2: written neither in UTF-8 nor in GB18030",
    ),
    "binary": ({"services.csv": b"id,name\n\0\0\0"}, "this is no text"),
    "workbook": ({"services.xlsx": b"no zip"}, "this is no workbook"),
    "delimiter": ({"services.csv": "id;name\ns1;A\n"}, "not parted by commas"),
    "twice": ({"services.csv": "id,name\ns1,A\ns1,B\n"}, "line 3, id: the id s1 stands on line 2"),
    "heading": ({"services.csv": "id,name,Name\ns1,A,B\n"}, "this column occurs twice"),
    "cells": ({"services.csv": "id,name\ns1,A,B\n"}, "3 cells under 2 headings"),
    "huge": ({"services.csv": "id,name\ns1," + "x" * 200_000 + "\n"}, "no valid CSV"),
    "json": ({"services.json": "[{]"}, "line 1: no valid JSON"),
    "nan": ({"services.json": '[{"id": "s1", "minimum_age": NaN}]'}, "no valid JSON"),
    "deep": ({"services.json": '{"organization":' * 5000 + "1" + "}" * 5000}, "too deep"),
    "items": ({"services.json": "[1]"}, "is no object"),
    "translation": ({"translations.csv": "table,row_id,language\nservice,s1,en\n"}, "is empty"),
    "texts": (
        {"translations.csv": "table,row,column,language,text\na,b,c,d,e\na,b,c,d,f\n"},
        "another text stands on line 2",
    ),
    "community": ({"community.json": "[]"}, "not an object"),
    "roster": ({"community.json": {"rosters": [{"roster": "menu"}]}}, "number 1 of rosters"),
    "day": (
        {"community.json": {"rosters": [{"roster": "menu", "items": ["a"]}]}},
        "needs a date or a weekday",
    ),
    "weekday": (
        {"community.json": {"rosters": [{"roster": "menu", "items": [], "weekday": 7}]}},
        "unreadable weekday",
    ),
    "notice": (
        {
            "community.json": {
                "notices": [
                    {"id": "n", "text": "t", "valid_from": "2026-11-26", "valid_to": "2026-11-25"}
                ]
            }
        },
        "ends before it begins",
    ),
}


@pytest.mark.parametrize(("files", "words"), BAD.values(), ids=BAD.keys())
def test_a_wrong_file_is_named_and_nothing_is_imported(
    database: Database, tmp_path: Path, files: dict[str, Any], words: str
) -> None:
    """One sentence a mistake, with a remedy; the good file beside it is not taken either."""
    good = {"organizations.csv": "id,name,description\no1,Town,d\n"}
    with pytest.raises(ImportRefusedError, match="Nothing was imported") as caught:
        import_tables([write(tmp_path / "in", {**good, **files})], database)
    assert words in str(caught.value)
    assert rows(database, "organizations") == []
    assert DirectoryStore(database, "Asia/Shanghai", ("zh",)).version() == 0


def test_many_mistakes_are_counted_in_the_message(database: Database, tmp_path: Path) -> None:
    """Five are written out, the others counted; `problems` has them all."""
    text = "id,name\n" + "s1,A\n" * 9
    with pytest.raises(ImportRefusedError, match=r"And 3 more\.") as caught:
        import_tables([write(tmp_path / "in", {"services.csv": text})], database)
    assert len(caught.value.problems) == 8


def test_a_missing_or_foreign_path_is_named(database: Database, tmp_path: Path) -> None:
    """A path that is not there, and a file that is neither CSV nor JSON."""
    write(tmp_path, {"notes.txt": "hello"})
    with pytest.raises(ImportRefusedError, match=r"gone\.csv is not there.*neither CSV nor JSON"):
        import_tables([tmp_path / "gone.csv", tmp_path / "notes.txt"], database)


def test_an_export_that_cannot_be_written_is_named(database: Database, tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "out").write_text("a file")
    with pytest.raises(DataError, match="choose a folder you may write to"):
        export_tables(database, tmp_path / "out")


def test_imports_at_once_all_arrive(database: Database, tmp_path: Path) -> None:
    """Four threads import a table each; the version counts every one."""
    folders = [
        write(tmp_path / str(n), {"organizations.csv": f"id,name,description\no{n},N,d\n"})
        for n in range(4)
    ]
    threads = [
        threading.Thread(target=import_tables, args=([folder], database)) for folder in folders
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(row["id"] for row in rows(database, "organizations")) == ["o0", "o1", "o2", "o3"]
    assert DirectoryStore(database, "Asia/Shanghai", ("zh",)).version() == 4


def test_real_records_come_in_whole_with_every_oddity(
    shared: Path, database: Database, tmp_path: Path
) -> None:
    """338 real services: six with text for hours and two that close before they open."""
    report = import_tables([shared / "data" / "hsds"], database)
    assert report.counts == {
        "addresses": 338,
        "locations": 338,
        "organizations": 338,
        "phones": 338,
        "schedules": 506,
        "service_at_location": 338,
        "services": 338,
    }
    texts = [problem.text for problem in report.problems]
    assert sum("only as text" in text for text in texts) == 6
    assert sorted(text for text in texts if "before it opens" in text) == [
        "closes at 06:00, before it opens at 15:00",
        "closes at 10:30, before it opens at 11:30",
    ]
    assert len(texts) == 8
    first = exported(database, tmp_path / "one")
    other = open_database(f"sqlite:///{tmp_path / 'other.db'}")
    import_tables([tmp_path / "one"], other)
    assert exported(other, tmp_path / "two") == first
    other.close()
    with (shared / "data" / "hsds" / "services.csv").open(encoding="utf-8") as file:
        theirs = list(csv.DictReader(file))
    ours = list(csv.DictReader(first["services.csv"].decode().splitlines()))
    assert [{key: row[key] for key in theirs[0]} for row in ours] == theirs


def test_real_nested_records_equal_the_tables(
    shared: Path, database: Database, tmp_path: Path
) -> None:
    """The same services nested in JSON give the same records as the seven tables."""
    tables = open_database(f"sqlite:///{tmp_path / 'other.db'}")
    folder = shared / "data" / "hsds"
    import_tables(sorted(folder.glob("*.csv")), tables)
    import_tables([folder / "services_full.json"], database)
    one, two = (DirectoryStore(d, "America/New_York", ("en",)) for d in (tables, database))
    assert one.records() == two.records()
    tables.close()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("08:30", time(8, 30)),
        ("8:30", time(8, 30)),
        ("08:30:00", time(8, 30)),
        ("08:30:00.000", time(8, 30)),
        ("4:00 PM", time(16)),
        ("3pm", time(15)),
        ("3 p.m.", time(15)),
        ("12 am", time(0)),
        ("12:30PM", time(12, 30)),
        ("８：３０", time(8, 30)),
        ("9.30", time(9, 30)),
        ("09:00-05:00", time(9)),
        ("09:00Z", time(9)),
        ("24:00", time(23, 59)),
        ("25:00", None),
        ("8:60", None),
        ("13pm", None),
        ("0 am", None),
        ("8", None),
        ("8a", None),
        ("noonish", None),
        ("", None),
    ],
)
def test_times_are_read(text: str, expected: time | None) -> None:
    """The ways real feeds write times, and what is no time."""
    assert read_time(text) == expected


@given(st.times())
def test_every_time_is_read_in_every_way_of_writing(moment: time) -> None:
    """24 hours with and without seconds, 12 hours with the half of the day, zone or not."""
    minute = moment.replace(second=0, microsecond=0)
    half = f"{minute.hour % 12 or 12}:{minute:%M} {'pm' if minute.hour >= 12 else 'AM'}"
    for text in (f"{minute:%H:%M}", f"{minute.hour}:{minute:%M}", half, f"{minute:%H:%M}+08:00"):
        assert read_time(text) == minute
    assert read_time(f"{moment:%H:%M:%S}") == moment.replace(microsecond=0)
    assert zone_behind(f"{minute:%H:%M}+08:00") == "+08:00"


@given(st.text(max_size=12))
def test_no_text_breaks_a_reader(text: str) -> None:
    """Anything at all is read or refused, the same way each time, never an exception."""
    for read in (read_time, read_date, read_days, read_number, read_numbers, zone_behind):
        assert read(text) == read(text)
    moment = read_time(text)
    assert moment is None or read_time(f"{moment:%H:%M:%S}") == moment


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-05", date(2026, 3, 5)),
        ("2026/3/5", date(2026, 3, 5)),
        ("20260305", date(2026, 3, 5)),
        ("2025-08-08T00:00:00.000Z", date(2025, 8, 8)),
        ("2026-02-30", None),
        ("3/5/2026", None),
        ("202635", None),
    ],
)
def test_dates_are_read(text: str, expected: date | None) -> None:
    """Year first; a date whose month is a guess is not read."""
    assert read_date(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MO,TU", ("MO", "TU")),
        ("mo; tu", ("MO", "TU")),
        ("Monday, Wed", ("MO", "WE")),
        ("周一、周三", ("MO", "WE")),
        ("星期天", ("SU",)),
        ("1SA,-1FR", ("1SA", "-1FR")),
        ("+2MO,+2MO", ("2MO",)),
        ("XX", None),
        ("一", None),
        ("", None),
    ],
)
def test_days_are_read(text: str, expected: tuple[str, ...] | None) -> None:
    """RFC 5545 days, and names in English and Chinese."""
    assert read_days(text) == expected


@given(st.lists(st.sampled_from(WEEKDAYS), min_size=1, unique=True))
def test_every_list_of_days_is_read(days: list[str]) -> None:
    """Order is kept."""
    assert read_days(",".join(days)) == tuple(days)


CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=15)
NAMES = st.sampled_from(["name", "description", "alternate_name", "website", "note", "order"])


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.dictionaries(NAMES, CELLS), min_size=1, max_size=4))
def test_whatever_cells_hold_comes_back_as_the_same_bytes(
    tmp_path_factory: pytest.TempPathFactory, items: list[dict[str, str]]
) -> None:
    """Quotes, line breaks, control characters and every script survive two round trips."""
    folder = tmp_path_factory.mktemp("cells")
    whole = [{**item, "id": f"o{number}"} for number, item in enumerate(items)]
    write(folder / "in", {"organizations.json": whole})
    found = []
    for number, source in enumerate((folder / "in", folder / "0", folder / "1")):
        database = open_database(f"sqlite:///{folder / str(number)}.db")
        import_tables([source], database)
        found.append(exported(database, folder / str(number)))
        database.close()
    assert found[0] == found[1] == found[2]
