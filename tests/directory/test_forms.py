"""Other shapes of HSDS: tables of versions 1 and 2, nested JSON out and in, the data package."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from assistant.database import Database, open_database
from assistant.directory.exchange import import_tables
from assistant.directory.exporting import export_tables
from assistant.directory.hsds import BY_STEM, HSDS, REFERENCES
from assistant.directory.older import weekdays
from assistant.directory.store import DirectoryStore
from assistant.directory.tables import TABLES

if TYPE_CHECKING:
    from pathlib import Path

OLD = {
    "organizations.csv": "id,name,description\no1,Town,d\n",
    "services.csv": "id,organization_id,name,status\ns1,o1,Clinic,active\n",
    "locations.csv": "id,organization_id,name\nl1,o1,House\n",
    "services_at_location.csv": "id,service_id,location_id\nx1,s1,l1\n",
    "physical_addresses.csv": "id,location_id,address_1,city\na1,l1,1 Elm St,Bath\n",
    "postal_addresses.csv": "id,location_id,address_1\na2,l1,PO Box 1\n",
    "regular_schedules.csv": (
        "id,service_id,weekday,opens_at,closes_at\n"
        "h1,s1,Monday,9:00,17:00\nh2,s1,2,09:00,12:00\nh3,s1,Sa,10:00,12:00\n"
    ),
    "holiday_schedules.csv": (
        "id,service_id,closed,opens_at,closes_at,start_date,end_date\n"
        "h4,s1,true,,,2026-12-24,2026-12-26\n"
    ),
    "fees.csv": "id,service_id,fee\nf1,s1,5 dollars\n",
    "eligibility.csv": "id,service_id,eligibility\ne1,s1,over sixty\n",
    "payments_accepted.csv": "id,service_id,payment\np1,s1,cash\n",
    "taxonomy.csv": "id,name,vocabulary\nt1,Health,Open Eligibility\n",
    "services_taxonomy.csv": "id,service_id,taxonomy_id,taxonomy_detail\nq1,s1,t1,Care\n",
}


def fresh(folder: Path, name: str) -> Database:
    """An empty database."""
    return open_database(f"sqlite:///{folder / name}.db")


def fill(folder: Path, files: dict[str, str]) -> Path:
    """A folder with these files."""
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def rows(database: Database, stem: str) -> list[dict[str, Any]]:
    """What a table holds, without positions and empty cells."""
    table = TABLES[stem]
    with database.read() as connection:
        found = connection.execute(select(table).order_by(table.c.id)).mappings().all()
    return [{k: v for k, v in row.items() if v is not None and k != "position"} for row in found]


def test_tables_of_version_one_are_understood(tmp_path: Path) -> None:
    """Weekdays, holidays, two kinds of address, fees, eligibility, payments and taxonomy."""
    database = fresh(tmp_path, "a")
    report = import_tables([fill(tmp_path / "in", OLD)], database)
    assert [str(problem) for problem in report.problems] == [
        "locations.csv, line 2, location_type: this is missing; fill it in."
    ]
    (service,) = DirectoryStore(database, "Europe/London", ("en",)).records().services
    week = {row.byday: row.opens_at and row.opens_at.hour for row in service.schedules}
    assert week == {("MO",): 9, ("TU",): 9, ("SA",): 10, (): None}
    assert [row.byday for row in service.schedules if row.closed] == [()]
    assert service.fees_description == "5 dollars"
    assert service.categories == ("t1",)
    (place,) = service.locations
    assert [address.address_type for address in place.addresses] == ["physical", "postal"]
    kept = {row.get("link_type"): row.get("value") for row in rows(database, "attributes")}
    assert kept == {None: None, "eligibility": "over sixty", "payment": "cash"}
    database.close()


@pytest.mark.parametrize(
    ("text", "day"),
    [("Monday", "MO"), ("tue", "TU"), ("WE", "WE"), ("4", "TH"), ("0", "SU"), ("7", "SU"),
     ("周五", "FR"), ("9", "9"), ("", "")],
)  # fmt: skip
def test_weekdays_of_old_tables_are_read(text: str, day: str) -> None:
    """Names, short names, ISO numbers; what is none of these stays."""
    assert weekdays(text) == day


def test_real_services_go_out_nested_and_come_back_whole(shared: Path, tmp_path: Path) -> None:
    """338 services: as JSON and back every table holds the same rows."""
    one, two = fresh(tmp_path, "one"), fresh(tmp_path, "two")
    import_tables(sorted((shared / "data" / "hsds").glob("*.csv")), one)
    export_tables(one, tmp_path / "json", form="json")
    page = json.loads((tmp_path / "json" / "services.json").read_text("utf-8"))
    assert (page["total_items"], len(page["contents"])) == (338, 338)
    assert import_tables([tmp_path / "json"], two).counts["services"] == 338
    for hsds in HSDS:
        assert rows(two, hsds.stem) == rows(one, hsds.stem), hsds.stem
    one.close()
    two.close()


@st.composite
def directories(draw: st.DrawFn) -> dict[str, list[dict[str, str]]]:
    """Rows for every table of HSDS, linked by chance, with columns HSDS does not know."""
    ids = {
        hsds.stem: [f"{hsds.stem[:4]}{n}" for n in range(draw(st.integers(0, 2)))] for hsds in HSDS
    }
    words = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=4)
    found: dict[str, list[dict[str, str]]] = {}
    for hsds in HSDS:
        for identifier in ids[hsds.stem]:
            row = {"id": f"{hsds.stem}-{identifier}", "colour": draw(words)}
            for column in hsds.columns:
                target = REFERENCES.get(column)
                if target and ids[target] and draw(st.booleans()):
                    row[column] = f"{target}-{draw(st.sampled_from(ids[target]))}"
                elif not target and column in hsds.required:
                    row[column] = draw(words)
            found.setdefault(hsds.stem, []).append(row)
    return found


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(directories())
def test_any_directory_survives_both_forms(
    tmp_path_factory: pytest.TempPathFactory, tables: dict[str, list[dict[str, str]]]
) -> None:
    """Tables to rows, to nested JSON, to rows, to tables: nothing is lost and nothing added."""
    folder = tmp_path_factory.mktemp("forms")
    first, second, third = (fresh(folder, name) for name in "abc")
    files = {f"{stem}.json": json.dumps(found) for stem, found in tables.items()}
    import_tables([fill(folder / "in", files)], first)
    export_tables(first, folder / "json", form="json")
    import_tables([folder / "json"], second)
    export_tables(second, folder / "csv")
    import_tables([folder / "csv"], third)
    for stem in BY_STEM:
        assert rows(second, stem) == rows(first, stem), stem
        assert rows(third, stem) == rows(first, stem), stem
    for database in (first, second, third):
        database.close()


def test_the_data_package_describes_what_is_written(tmp_path: Path) -> None:
    """Every table with its columns in order, keys and references: other tools check against it."""
    database = fresh(tmp_path, "a")
    import_tables([fill(tmp_path / "in", OLD)], database)
    export_tables(database, tmp_path / "out")
    found = json.loads((tmp_path / "out" / "datapackage.json").read_text("utf-8"))
    assert found["profile"] == "tabular-data-package"
    for resource in found["resources"]:
        heading = (tmp_path / "out" / resource["path"]).read_text("utf-8").splitlines()[0]
        assert heading.split(",") == [field["name"] for field in resource["schema"]["fields"]]
        for key in resource["schema"]["foreignKeys"]:
            assert key["reference"]["resource"] in BY_STEM
    database.close()
