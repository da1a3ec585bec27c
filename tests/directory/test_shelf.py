"""A city's services: packed, read some at a time, found through arrays of numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.benchmarks.made_up import questions, write
from assistant.core.service import Address, Records
from assistant.database import open_database
from assistant.directory.browse import browse
from assistant.directory.exchange import import_tables
from assistant.directory.postings import Gathering, Postings, highest, spread_out
from assistant.directory.search import Index
from assistant.directory.shelf import PACKED, Shelf, batches, by_category, by_id, shelved
from assistant.directory.store import DirectoryStore
from assistant.directory.whereabouts import places
from tests.directory.demo_community import demo_records

if TYPE_CHECKING:
    from pathlib import Path


def test_a_shelf_is_what_was_put_on_it() -> None:
    """Places, slices, order, ids and categories are those of the tuple."""
    services = tuple(demo_records().services)
    shelf = Shelf(services)
    assert shelf == services
    assert tuple(shelf) == services
    assert [shelf[place] for place in (0, -1, PACKED)] == [
        services[place] for place in (0, -1, PACKED)
    ]
    assert shelf[3:20:4] == services[3:20:4]
    assert dict(by_id(shelf)) == by_id(services)
    assert {name: tuple(found) for name, found in by_category(shelf).items()} == {
        name: tuple(found) for name, found in by_category(services).items()
    }
    assert shelf != services[1:]
    with pytest.raises(IndexError):
        shelf[len(services)]


def test_few_services_stay_as_they_are_and_many_are_packed() -> None:
    """The limit itself is still few."""
    services = tuple(demo_records().services)
    assert shelved(services, len(services)) == services
    assert isinstance(shelved(services, len(services)), tuple)
    assert isinstance(shelved(services, len(services) - 1), Shelf)


def test_a_packed_directory_answers_as_an_unpacked_one() -> None:
    """Search and menu give the same."""
    records = demo_records()
    packed = replace(records, services=Shelf(records.services))
    for said in ("老年食堂几点开门", "谁能修轮椅", "the chemist's", "桂花路上的图书室"):
        assert Index(packed).find(said, "zh") == Index(records).find(said, "zh")
    for category in (None, *(item.id for item in records.categories)):
        assert browse(packed, category) == browse(records, category)


def test_a_made_up_city_is_imported_read_and_searched(tmp_path: Path) -> None:
    """Five thousand services: every one is there, and nine in ten questions find theirs."""
    (tmp_path / "in").mkdir()
    number = write(tmp_path / "in", 5000)
    database = open_database(f"sqlite:///{tmp_path / 'city.db'}")
    report = import_tables([tmp_path / "in"], database)
    assert (sum(report.counts.values()), report.problems) == (number, ())
    records = DirectoryStore(database, "Asia/Shanghai", ("zh",)).records()
    assert isinstance(records.services, Shelf)
    assert [service.id for service in records.services] == [f"s{n}" for n in range(5000)]
    index = Index(records)
    asked = questions(5000, 60)
    right = [index.find(item.text, "zh")[0].service == item.service for item in asked]
    assert sum(right) >= 54
    database.close()


@given(st.lists(st.integers(), max_size=20), st.integers(1, 7))
def test_batches_are_the_items_in_order(items: list[int], size: int) -> None:
    """None is lost, all but the last are full."""
    found = list(batches(items, size))
    assert [item for some in found for item in some] == items
    assert all(len(some) == size for some in found[:-1])


TABLE = st.lists(
    st.tuples(st.frozensets(st.integers(0, 5)), st.frozensets(st.integers(0, 3))), max_size=8
)


@given(TABLE)
def test_postings_hold_every_pair_once(table: list[tuple[frozenset[int], frozenset[int]]]) -> None:
    """For each column the members of the rows that have it; sums are those of plain Python."""
    columns, members = Gathering(), Gathering()
    for own, of in table:
        columns.add(sorted(own))
        members.add(sorted(of))
    every = np.ones(len(table), dtype=bool)
    found = Postings(spread_out(columns, members, every, 4), 6, 4)
    for column in range(6):
        wanted = sorted({one for own, of in table for one in of if column in own})
        assert found.rows(column).tolist() == wanted
        assert [found.has(row, column) for row in range(4)] == [row in wanted for row in range(4)]
    sums = found.sums([0, 2], [0.5, 2.0])
    assert sums.tolist() == [0.5 * found.has(n, 0) + 2.0 * found.has(n, 2) for n in range(4)]


@given(st.lists(st.integers(0, 5), max_size=12), st.integers(1, 5))
def test_the_highest_come_first_and_ties_in_order(values: list[int], most: int) -> None:
    """As sorting all of them would have it."""
    found = highest(np.array(values, dtype=float), np.arange(len(values)), most)
    assert found.tolist() == sorted(range(len(values)), key=lambda n: -values[n])[:most]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (Address("8100 Malcolm Rd", city="Clinton", region="MD Prince George's County"),
         ["Malcolm", "Clinton", "Prince George's County"]),
        (Address("桂花路18号", "一楼", city="桂花市"), ["桂花路", "桂花市"]),
        (Address("5073 East Capitol Street SE, Suite 2"), ["Capitol"]),
        (Address("PO Box"), []),
        (Address(""), []),
    ],
)  # fmt: skip
def test_streets_and_towns_of_an_address(address: Address, said: list[str]) -> None:
    """Without numbers, quarters of the compass and kinds of street."""
    assert list(places(address)) == said


def test_an_empty_shelf_is_empty() -> None:
    """Nothing to find, nothing to name."""
    assert list(Shelf(())) == []
    assert Index(Records(services=Shelf(()))).find("食堂", "zh") == ()
