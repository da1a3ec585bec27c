"""The office's own files: its table as CSV or workbook, traps in workbooks, preview and undo."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from sqlalchemy import select

from assistant.core.errors import DataError
from assistant.database import Database, open_database
from assistant.directory.exchange import ImportRefusedError, import_tables
from assistant.directory.exporting import export_tables
from assistant.directory.files import MB, UnreadableError, encoding_of, sheets
from assistant.directory.formulas import harmless, harmless_no_more
from assistant.directory.history import KEPT, undo
from assistant.directory.intake import letters
from assistant.directory.office import HEADINGS, TEMPLATE
from assistant.directory.store import DirectoryStore
from assistant.directory.tables import TABLES
from assistant.directory.template import write_template

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
TABLE = (
    "名称,电话,开放时间,能帮什么,核实日期,带什么,门的颜色\n"
    "修鞋铺,0571-1234567;0571-7654321,周一至周五 9:00-17:00,鞋底掉了;修鞋,2026/11/1,旧鞋,绿\n"
    "开锁,110,整天,钥匙丢了,去年,,\n"
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty database in a folder of its own."""
    opened = open_database(f"sqlite:///{tmp_path / 'db' / 'assistant.db'}")
    yield opened
    opened.close()


def put(path: Path, content: str | bytes) -> Path:
    """A file with this content."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[object]]]) -> Path:
    """A workbook with these sheets."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def whole(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Every row of every HSDS table."""
    with database.read() as connection:
        return {
            stem: [
                dict(row)
                for row in connection.execute(select(table).order_by(table.c.position)).mappings()
            ]
            for stem, table in TABLES.items()
        }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_offices_table_becomes_services_in_any_encoding(
    database: Database, tmp_path: Path, encoding: str
) -> None:
    """Names, numbers, hours, needs, documents; unknown columns stay; odd cells are named."""
    file = put(tmp_path / "我们的服务.csv", TABLE.encode(encoding))
    report = import_tables([file], database)
    assert report.counts["services"] == 2
    records = DirectoryStore(database, "Asia/Shanghai", ("zh",)).records()
    shoes, locks = records.services
    assert (shoes.name, shoes.keywords) == ("修鞋铺", ("鞋底掉了", "修鞋"))
    assert [phone.number for phone in shoes.phones] == ["0571-1234567", "0571-7654321"]
    assert [document.document for document in shoes.documents] == ["旧鞋"]
    assert [day for row in shoes.schedules for day in row.byday] == ["MO", "TU", "WE", "TH", "FR"]
    assert locks.assured_date is None
    assert whole(database)["services"][0]["extra"] == {"门的颜色": "绿"}
    assert ("核实日期", 3, "E3") in [(p.column, p.line, p.cell) for p in report.problems]


def test_a_mistake_names_the_cell_of_the_workbook(database: Database, tmp_path: Path) -> None:
    """A row without a name and a row that comes twice: file, sheet, line, cell and remedy."""
    rows: list[list[object]] = [["名称", "电话"], ["修鞋铺", "1"], [None, "2"], ["修鞋铺", "3"]]
    file = workbook(tmp_path / "a.xlsx", {"服务": rows})
    with pytest.raises(ImportRefusedError) as caught:
        import_tables([file], database)
    assert [str(problem) for problem in caught.value.problems if problem.fatal] == [
        "a.xlsx, 服务, line 3, 名称 (cell A3): the service has no name; "
        "write it, or empty the row.",
        "a.xlsx, 服务, line 4, 名称 (cell A4): a service of this name stands on line 2 too; "
        "make it one row, or give each its own number in a column 编号 (id).",
    ]
    assert whole(database)["services"] == []


def test_a_workbook_may_hold_hsds_tables_and_day_tables(database: Database, tmp_path: Path) -> None:
    """Sheets go by their names; numbers, dates and times come as they are shown."""
    services: list[list[object]] = [
        ["id", "name", "status", "minimum_age"],
        ["s1", "食堂", "active", 60.0],
    ]
    hours: list[list[object]] = [["id", "service_id", "byday", "opens_at", "closes_at"]]
    hours.append(["h1", "s1", "MO", datetime(2026, 1, 1, 8, 30, tzinfo=UTC).time(), "11:30"])
    menu: list[list[object]] = [
        ["服务", "日期", "菜单"],
        ["食堂", date(2026, 11, 25), "鱼；白菜"],
    ]
    file = workbook(
        tmp_path / "b.xlsx", {"Services": services, "schedules": hours, "rosters": menu}
    )
    report = import_tables([file], database)
    assert report.counts == {"services": 1, "schedules": 1, "rosters": 1}
    found = whole(database)
    assert found["services"][0]["minimum_age"] == "60"
    assert found["schedules"][0]["opens_at"] == "08:30"


def test_a_sheet_that_is_no_table_is_named_and_left_out(database: Database, tmp_path: Path) -> None:
    """Nothing is dropped silently."""
    file = workbook(tmp_path / "c.xlsx", {"注释": [["随便写写"], ["abc"]]})
    (problem,) = import_tables([file], database).problems
    assert (problem.file, problem.fatal) == ("c.xlsx, 注释", False)


def test_a_workbook_that_unpacks_without_end_is_refused(database: Database, tmp_path: Path) -> None:
    """A zip bomb is refused before it is unpacked, with a remedy."""
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 20 * MB)
    with pytest.raises(ImportRefusedError, match=r"bomb\.xlsx: it unpacks to 20 MB.*as CSV"):
        import_tables([path], database)


def test_a_file_of_a_gigabyte_is_refused_by_its_size(database: Database, tmp_path: Path) -> None:
    """It is not read at all."""
    path = tmp_path / "services.csv"
    with path.open("wb") as file:
        file.truncate(1024 * MB)
    with pytest.raises(ImportRefusedError, match="1024 MB are more than the 512 MB"):
        import_tables([path], database)


@pytest.mark.parametrize("language", sorted(TEMPLATE))
@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_the_template_comes_in_without_a_mistake(
    database: Database, tmp_path: Path, language: str, suffix: str
) -> None:
    """What it holds as an example is read; its hours are the only remark."""
    file = tmp_path / f"template{suffix}"
    write_template(file, language)
    report = import_tables([file], database)
    assert report.counts["services"] == 1
    assert [problem.text[:5] for problem in report.problems] == ["hours"]
    (service,) = DirectoryStore(database, "Asia/Shanghai", (language,)).records().services
    assert service.schedules
    assert service.assured_date is not None


def test_the_workbook_has_a_heading_for_every_column(tmp_path: Path) -> None:
    """All but the id, in the office's language."""
    write_template(tmp_path / "t.xlsx", "zh")
    first = next(load_workbook(tmp_path / "t.xlsx").worksheets[0].values)
    assert list(first) == [names[0] for column, names in HEADINGS.items() if column != "id"]


def test_a_template_of_another_kind_is_refused(tmp_path: Path) -> None:
    """A name that ends in .doc."""
    with pytest.raises(DataError, match=r"name it \.xlsx or \.csv"):
        write_template(tmp_path / "t.doc", "zh")


def test_what_the_table_no_longer_has_is_gone(database: Database, tmp_path: Path) -> None:
    """A second number taken out of the sheet is not told any more."""
    import_tables([put(tmp_path / "ours.csv", TABLE)], database)
    changed = TABLE.replace(";0571-7654321", "")
    report = import_tables([put(tmp_path / "ours.csv", changed)], database)
    assert report.removed == 1
    assert [row["number"] for row in whole(database)["phones"]] == ["0571-1234567", "110"]


def test_a_preview_counts_and_changes_nothing(database: Database, tmp_path: Path) -> None:
    """New and known rows are told apart."""
    file = put(tmp_path / "ours.csv", TABLE)
    first = import_tables([file], database, at=NOW, preview=True)
    assert (first.counts["services"], first.replaced) == (2, {})
    assert whole(database)["services"] == []
    import_tables([file], database)
    assert import_tables([file], database, preview=True).replaced["services"] == 2


def test_imports_are_undone_one_after_the_other(database: Database, tmp_path: Path) -> None:
    """Replaced, removed and new rows, rosters and facts are as they were, back to the first."""
    states = [whole(database)]
    day = {"rosters": [{"roster": "menu", "service": "s", "date": "2026-11-25", "items": ["鱼"]}]}
    for number, text in enumerate(
        (TABLE, TABLE.replace(";0571-7654321", "").replace("110", "119"))
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        put(folder / "ours.csv", text)
        items = str(day).replace("'", '"').replace("鱼", "鱼" * (number + 1))
        put(folder / "community.json", items)
        import_tables([folder], database, at=NOW + timedelta(days=number))
        states.append(whole(database))
    for number, state in ((1, states[1]), (0, states[0])):
        with database.begin() as connection:
            at, files = undo(connection)
        assert (at, files) == (NOW + timedelta(days=number), [str(number)])
        assert whole(database) == state
    with database.begin() as connection, pytest.raises(DataError, match="no import to undo"):
        undo(connection)


def test_only_the_last_imports_are_kept(database: Database, tmp_path: Path) -> None:
    """The history does not grow without end."""
    file = put(tmp_path / "ours.csv", TABLE)
    for number in range(KEPT + 2):
        import_tables([file], database, at=NOW + timedelta(days=number))
    undone = 0
    with database.begin() as connection:
        for _ in range(KEPT):
            undo(connection)
            undone += 1
        with pytest.raises(DataError):
            undo(connection)
    assert undone == KEPT


def test_formulas_go_out_harmless_and_come_back(database: Database, tmp_path: Path) -> None:
    """A cell that a spreadsheet would run gets an apostrophe; a telephone number does not."""
    name = '=HYPERLINK("http://example.org","x")'
    out = io.StringIO()
    csv.writer(out).writerows([["id", "name", "description"], ["o1", name, "+86 571 8000 1234"]])
    import_tables([put(tmp_path / "organizations.csv", out.getvalue())], database)
    export_tables(database, tmp_path / "out")
    with (tmp_path / "out" / "organizations.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["name"], row["description"]) == (f"'{name}", "+86 571 8000 1234")
    import_tables([tmp_path / "out"], database)
    assert whole(database)["organizations"][0]["name"] == name


@given(st.text(max_size=8))
def test_whatever_a_cell_holds_survives_being_made_harmless(text: str) -> None:
    """Apostrophes of its own are kept; nothing that goes out begins as a formula does."""
    out = harmless(text)
    assert harmless_no_more(out) == text or text.startswith("'")
    assert out[:1] not in {"=", "@", "\t", "\r"}


@pytest.mark.parametrize(
    ("place", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (702, "AAA")]
)
def test_columns_have_the_letters_of_a_spreadsheet(place: int, name: str) -> None:
    """A to Z, then AA."""
    assert letters(place) == name


def test_a_text_that_is_only_nearly_chinese_is_refused(tmp_path: Path) -> None:
    """Bytes of another encoding that GB18030 would read as rare characters."""
    file = put(tmp_path / "a.csv", "name\nCaf\xe9s na\xefve\n".encode("latin-1"))
    with pytest.raises(UnreadableError, match="neither in UTF-8 nor in GB18030"):
        encoding_of(file)


def test_a_broken_workbook_is_refused(tmp_path: Path) -> None:
    """A zip archive that is no workbook."""
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(UnreadableError, match="this is no workbook"):
        list(sheets(path))
