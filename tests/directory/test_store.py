from __future__ import annotations

import json
import threading
from datetime import date, time
from typing import TYPE_CHECKING

import pytest

from assistant.core.service import (
    Address,
    Category,
    Document,
    Notice,
    Phone,
    Roster,
    Schedule,
    Service,
    Translation,
)
from assistant.database import Database, open_database
from assistant.directory.exchange import import_tables
from assistant.directory.store import DirectoryStore

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

FILES = {
    "organizations.csv": "id,name,description,email\no1,桂花社区,居委会,a@example.org\n",
    "services.csv": (
        "id,organization_id,name,alternate_name,status,minimum_age,assured_date,needs\n"
        "s1,o1,老年食堂,食堂；饭堂;食堂,active,60,2026-03-05,吃饭\n"
        "s2,gone,理发,,temporarily closed,,,\n"
        "s3,o1,法律援助,,defunct,,,\n"
    ),
    "locations.csv": "id,location_type,name,description\nl1,physical,一号楼,老槐树旁\n",
    "service_at_location.csv": "id,service_id,location_id\nx1,s1,l1\nx2,s2,l1\n",
    "addresses.csv": "id,location_id,address_1,city,country,address_type\n"
    "a1,l1,桂花路1号,杭州,CN,physical\n",
    "phones.csv": (
        "id,service_id,location_id,organization_id,number,extension\n"
        "p1,s1,l1,,111,8\np2,,l1,,222,\np3,,,o1,333,\n"
    ),
    "schedules.csv": (
        "id,service_id,service_at_location_id,location_id,freq,byday,opens_at,closes_at,closed\n"
        'h1,s1,x1,,WEEKLY,"MO,TU",11:00,13:00,\n'
        "h2,,x1,,,MO,17:00,18:00,\n"
        "h3,,,l1,DAILY,,08:00,20:00,\n"
        "h4,s3,,,,,25:00,,yes\n"
    ),
    "required_documents.csv": "id,service_id,document\nd2,s1,老年卡\nd1,s1,身份证\n",
    "cost_options.csv": "id,service_id,option,amount,currency\nm1,s1,午饭,12,CNY\n",
    "taxonomy_terms.csv": (
        "id,name,description,parent_id,taxonomy,order\n"
        "c1,吃饭,d,,,2\nc2,食堂,d,c1,,\nn1,饿了,d,,need,\n"
    ),
    "attributes.csv": (
        "id,link_id,link_entity,taxonomy_term_id,link_type,value\n"
        "t1,s1,service,c2,,\nt2,s1,service,n1,,\nt3,s1,service,,need,不会做饭;没人做饭\n"
    ),
    "translations.csv": (
        "table_name,row_id,column_name,language,text\n"
        "services,s1,name,en,Canteen\n"
        "organizations,o1,name,en,Osmanthus\n"
        "locations,l1,description,en,by the old tree\n"
        "addresses,a1,address_1,en,1 Osmanthus Road\n"
        "required_documents,d1,document,en,identity card\n"
        "taxonomy_terms,c1,name,en,Eating\n"
        "notices,n1,text,en,The water is off\n"
    ),
    "community.json": json.dumps(
        {
            "staff_hours": [{"byday": "MO", "opens_at": "08:30", "closes_at": "17:00"}],
            "rosters": [{"roster": "menu", "service": "s1", "weekday": "TU", "items": ["鱼"]}],
            "notices": [
                {"id": "n1", "text": "停水", "valid_from": "2026-11-25", "valid_to": "2026-11-26"}
            ],
        }
    ),
}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty database in a folder of its own."""
    opened = open_database(f"sqlite:///{tmp_path / 'db' / 'assistant.db'}")
    yield opened
    opened.close()


@pytest.fixture
def community(tmp_path: Path) -> Path:
    """A folder with a small community."""
    return write(tmp_path / "community", FILES)


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Write texts under their names; returns the folder."""
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def store(database: Database, community: Path) -> DirectoryStore:
    """A store with the small community in it."""
    import_tables([community], database)
    return DirectoryStore(database, "Asia/Shanghai", ("zh", "en"))


def service(store: DirectoryStore, identifier: str) -> Service:
    """One service by its id."""
    return {item.id: item for item in store.records().services}[identifier]


def test_a_service_has_its_facts(store: DirectoryStore) -> None:
    """Columns, aliases without repeats, documents in the file's order, prices as words."""
    canteen = service(store, "s1")
    assert canteen.organization.name == "桂花社区"
    assert canteen.alternate_names == ("食堂", "饭堂")
    assert (canteen.minimum_age, canteen.assured_date) == (60, date(2026, 3, 5))
    assert canteen.documents == (Document("d2", "老年卡"), Document("d1", "身份证"))
    assert canteen.fees_description == "午饭 12 CNY"
    assert canteen.locations[0].addresses == (
        Address("桂花路1号", city="杭州", country="CN", address_type="physical"),
    )


def test_own_hours_and_numbers_come_first(store: DirectoryStore) -> None:
    """Those of the service and of the service at a location, each once; not the building's."""
    canteen = service(store, "s1")
    assert canteen.phones == (Phone("p1", "111", "8"),)
    assert canteen.schedules == (
        Schedule(
            "h1", "WEEKLY", byday=("MO", "TU"), opens_at=time(11), closes_at=time(13), country="CN"
        ),
        Schedule(
            "h2", "WEEKLY", byday=("MO",), opens_at=time(17), closes_at=time(18), country="CN"
        ),
    )


def test_a_service_without_any_takes_those_of_its_place_and_organization(
    store: DirectoryStore,
) -> None:
    """The building's hours and numbers, else the organization's number."""
    barber, lawyer = service(store, "s2"), service(store, "s3")
    every_day = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
    assert barber.schedules == (
        Schedule(
            "h3", "WEEKLY", byday=every_day, opens_at=time(8), closes_at=time(20), country="CN"
        ),
    )
    assert [phone.number for phone in barber.phones] == ["111", "222"]
    assert [phone.number for phone in lawyer.phones] == ["333"]
    assert barber.locations[0].schedules == barber.schedules


def test_status_and_what_cannot_be_read(store: DirectoryStore) -> None:
    """A dangling organization keeps its id; an unreadable time is absent; a closure is one."""
    barber, lawyer = service(store, "s2"), service(store, "s3")
    assert (barber.status, barber.organization.id, barber.organization.name) == (
        "temporarily closed",
        "gone",
        "",
    )
    assert lawyer.status == "defunct"
    assert lawyer.schedules == (Schedule("h4", closed=True, country="CN"),)


def test_categories_and_needs_are_told_apart(store: DirectoryStore) -> None:
    """A term of the taxonomy `need` is a keyword; so are a need's value and the column."""
    canteen = service(store, "s1")
    assert canteen.categories == ("c2",)
    assert canteen.keywords == ("饿了", "不会做饭", "没人做饭", "吃饭")
    assert store.records().categories == (
        Category("c1", "吃饭", None, 2),
        Category("c2", "食堂", "c1", 1),
    )


def test_translations_go_with_the_rows_they_are_of(store: DirectoryStore) -> None:
    """Those of the service and what it owns are its own; an address goes by its place as well."""
    canteen = service(store, "s1")
    expected = {
        ("services", "s1", "name"): "Canteen",
        ("organizations", "o1", "name"): "Osmanthus",
        ("locations", "l1", "description"): "by the old tree",
        ("addresses", "a1", "address_1"): "1 Osmanthus Road",
        ("addresses", "l1", "address_1"): "1 Osmanthus Road",
        ("required_documents", "d1", "document"): "identity card",
    }
    assert {key: canteen.text(*key, "en") for key in expected} == expected
    assert set(store.records().translations) == {
        Translation("taxonomy_terms", "c1", "name", "en", "Eating"),
        Translation("notices", "n1", "text", "en", "The water is off"),
    }


def test_rosters_notices_and_facts(store: DirectoryStore) -> None:
    """The tables of the day and the facts of the site."""
    records = store.records()
    assert records.rosters == (Roster("menu", "s1", ("鱼",), None, 1),)
    assert records.notices == (Notice("n1", "停水", date(2026, 11, 25), date(2026, 11, 26)),)
    assert (records.timezone, records.languages) == ("Asia/Shanghai", ("zh", "en"))
    assert store.facts() == {
        "staff_hours": [{"byday": "MO", "opens_at": "08:30", "closes_at": "17:00"}]
    }


def test_records_are_kept_until_the_directory_changes(
    store: DirectoryStore, database: Database, tmp_path: Path
) -> None:
    """The same object again; a new one after an import through another store's database."""
    before = store.records()
    assert store.records() is before
    change = {"services.csv": "id,organization_id,name,status\ns1,o1,新食堂,active\n"}
    import_tables([write(tmp_path / "change", change)], database)
    assert store.version() == 2
    assert service(store, "s1").name == "新食堂"
    assert len(store.records().services) == 3


def test_an_empty_directory_gives_empty_records(database: Database) -> None:
    """No service is no error."""
    store = DirectoryStore(database, "Asia/Shanghai", ("zh",))
    assert (store.version(), store.records().services, store.facts()) == (0, (), {})


def test_the_demo_is_loaded_once(database: Database, community: Path) -> None:
    """Into an empty directory only; the second time nothing is read."""
    store = DirectoryStore(database, "Asia/Shanghai", ("zh", "en"))
    report = store.load_demo(community)
    assert report is not None
    assert report.counts["services"] == 3
    assert (store.load_demo(community), store.version()) == (None, 1)


def test_threads_share_records(store: DirectoryStore) -> None:
    """Eight threads at once get the very same object."""
    start = threading.Barrier(8)
    found: list[int] = []

    def read() -> None:
        start.wait()
        found.append(id(store.records()))

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(found), len(set(found))) == (8, 1)


def test_real_records_are_assembled(shared: Path, database: Database) -> None:
    """Each of 338 real services has its organization, place, number and hours."""
    import_tables([shared / "data" / "hsds"], database)
    records = DirectoryStore(database, "America/New_York", ("en",)).records()
    assert len(records.services) == 338
    assert sum(len(item.schedules) for item in records.services) == 506
    assert all(
        item.organization.name and item.phones and item.locations[0].addresses
        for item in records.services
    )
    texts = [h for item in records.services for h in item.schedules if h.opens_at is None]
    assert [hours.description for hours in texts] == ["Call for hours"] * 6
