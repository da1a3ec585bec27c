"""Everything of one resident is counted, copied and erased, in every table there is."""

from __future__ import annotations

import importlib
import pkgutil
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Table, select

import assistant
import assistant.directory.tables
from assistant.core.conversation import Preferences
from assistant.core.turn import HungUp, Key, Utterance
from assistant.core.turn import Opened as Ringing
from assistant.database import metadata
from assistant.privacy.holds import HoldStore
from assistant.privacy.person import Whose, copy, erase, holdings
from assistant.privacy.places import FIGURES, HEARD, LINKED, NOT_HERS, OF_OTHERS, OWN
from assistant.vault.columns import BY_NAME

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.app import House
    from tests.scenarios.conftest import Opened

NINE = datetime.fromisoformat("2026-11-25T09:00+08:00")
HERS, ANOTHER = "+8613800000001", "+8613800000002"
REPAIR = "三号楼的楼道灯坏了"


@pytest.fixture
def house(open_at: Callable[[datetime], Opened]) -> House:
    """A house on a Wednesday at nine."""
    return open_at(NINE)[0]


def call(house: House, contact: str, *said: str, at: datetime = NINE) -> str:
    """One call by words and keys; its conversation's id."""
    talk = house.talk.take(house.talk.begin("voice", contact, at), Ringing(), at).conversation
    for words in said:
        turn = Key(words) if words.isdigit() else Utterance(words, "zh")
        talk = house.talk.take(talk, turn, at).conversation
    house.talk.take(talk, HungUp(), at + timedelta(minutes=2))
    return talk.id


def lives(house: House, contact: str) -> None:
    """A repair that is done, an open callback, an alarm that was closed, a habit."""
    call(house, contact, REPAIR, "对")
    (code,) = [one.code for one in house.requests.open_for(contact)]
    house.requests.close(code)
    call(house, contact, "我摔倒了起不来", "不用")
    for alarm in house.alarms.listing():
        house.alarms.close(alarm.code, "王芳", "无事", NINE)
    call(house, contact, "明天上午给我回个电话", "问医保的事")
    liked = Preferences("zh")
    house.talk.rooms.preferences.keep(contact, liked, NINE)


def rows_of(house: House, contact: str) -> dict[str, int]:
    """In how many rows of which tables this number is found by its blind index."""
    index = house.database.vault.index(contact)
    found = {}
    with house.database.read() as connection:
        for name, item in BY_NAME.items():
            if item.index is None:
                continue
            rows = metadata.tables[name]
            there = connection.execute(select(rows).where(rows.c[item.index] == index)).all()
            found[name] = len(there)
    return {name: count for name, count in found.items() if count}


def kinds(house: House, contact: str) -> dict[str, tuple[int, int]]:
    """Count and what stays, by kind."""
    found = holdings(house.database, Whose(contact))
    return {one.category: (one.count, one.staying) for one in found}


def test_every_table_has_its_place() -> None:
    """A new table is named among those of residents, or with the reason why it is none."""
    for module in pkgutil.walk_packages(assistant.__path__, "assistant."):
        if module.name.count(".") <= 2 and ".commands" not in module.name:
            if module.name.startswith(("assistant.migrations", "assistant.cli")):
                continue
            importlib.import_module(module.name)
    named = {own.table for own in OWN} | {one.table for one in LINKED} | {HEARD, *NOT_HERS}
    named |= {name for name, _ in FIGURES}
    directory = {one.name for one in vars(assistant.directory.tables).values() if _is_table(one)}
    directory |= {one.name for one in assistant.directory.tables.TABLES.values()}
    others = {name for name in metadata.tables if name.startswith(OF_OTHERS)}
    assert set(metadata.tables) - named - directory - others == set()
    assert named <= set(metadata.tables)


def _is_table(thing: object) -> bool:
    return isinstance(thing, Table)


def test_places_name_columns_that_are_there() -> None:
    """And every table with a number is found by a blind index of it."""
    for own in OWN:
        table = metadata.tables[own.table]
        columns = [own.number, own.at, own.code, own.talk, own.key]
        columns.append(own.ended[0] if own.ended else None)
        assert {name for name in columns if name} <= set(table.c.keys()), own.table
        assert BY_NAME[own.table].of == own.number, own.table
    for linked in LINKED:
        assert linked.code in metadata.tables[linked.table].c, linked.table


def test_what_is_kept_is_counted(house: House) -> None:
    """By kind, with what is still needed; of somebody who never rang there is nothing."""
    lives(house, HERS)
    found = kinds(house, HERS)
    assert found["matters"] == (1, 0)
    assert found["callbacks"] == (1, 1)
    assert found["emergencies"] == (1, 0)
    assert found["habits"] == (1, 0)
    assert found["calls"] == (3, 1)
    assert found["heard"][0] > found["heard"][1] > 0
    assert kinds(house, ANOTHER) == {}


def test_everything_goes_but_what_is_needed(house: House) -> None:
    """An open callback with its talk stays; another resident's things are not touched."""
    lives(house, HERS)
    lives(house, ANOTHER)
    before = kinds(house, ANOTHER)
    erase(house.database, Whose(HERS), NINE, "GH999999")
    left = kinds(house, HERS)
    assert set(left) <= {"callbacks", "calls", "heard", "texts", "text_talks"}
    assert left["callbacks"] == (1, 1)
    assert kinds(house, ANOTHER) == before
    (promise,) = house.promises.store.open_for(HERS)
    house.promises.book.cancel(promise.code, NINE)
    with house.database.begin() as connection:
        outbox = metadata.tables["outbox"]
        connection.execute(outbox.update().values(state="delivered"))
    erase(house.database, Whose(HERS), NINE, "GH999999")
    assert rows_of(house, HERS) == {}


def test_nothing_that_hangs_on_a_case_is_left(house: House) -> None:
    """Neither its steps, nor how it ended, nor what was heard."""
    lives(house, HERS)
    gone = {row.code for row in house.requests.listing("closed")}
    erase(house.database, Whose(HERS), NINE)
    with house.database.read() as connection:
        for linked in LINKED:
            rows = metadata.tables[linked.table]
            code = rows.c[linked.code]
            assert connection.execute(select(code).where(code.in_(gone))).all() == []
        heard = metadata.tables[HEARD]
        assert connection.execute(select(heard.c.code).where(heard.c.code.in_(gone))).all() == []


def test_a_hold_keeps_a_case_and_a_talk(house: House) -> None:
    """Whoever held it lifts it; then it goes."""
    lives(house, HERS)
    (closed,) = house.requests.listing("closed")
    holds = HoldStore(house.database)
    name = holds.place("case", closed.code, reason="民事诉讼", by="李主任", now=NINE)
    erase(house.database, Whose(HERS), NINE)
    assert kinds(house, HERS)["matters"] == (1, 1)
    assert holds.lift(name, "李主任", NINE)
    erase(house.database, Whose(HERS), NINE)
    assert "matters" not in kinds(house, HERS)


def test_who_wants_no_texts_is_still_left_alone(house: House) -> None:
    """A stop could not be honoured if it were deleted; a start can."""
    house.requests.opt_out(HERS, stop=True, now=NINE)
    erase(house.database, Whose(HERS), NINE)
    assert house.requests.opted_out(HERS)
    house.requests.opt_out(HERS, stop=False, now=NINE + timedelta(hours=1))
    erase(house.database, Whose(HERS), NINE)
    assert rows_of(house, HERS) == {}


def test_one_talk_goes_alone(house: House) -> None:
    """What was said in another call, and how she likes to be spoken to, is not meant."""
    lives(house, HERS)
    talk = call(house, HERS, "食堂几点开门")
    before = kinds(house, HERS)
    erase(house.database, Whose(HERS, talk), NINE)
    after = kinds(house, HERS)
    assert after["calls"][0] == before["calls"][0] - 1
    assert {**after, "calls": 0, "heard": 0} == {**before, "calls": 0, "heard": 0}


def test_what_came_after_the_wish_is_not_meant(house: House) -> None:
    """She rings again, and that is a new beginning."""
    call(house, HERS, REPAIR, "对", at=NINE + timedelta(days=9))
    erase(house.database, Whose(HERS, before=NINE), NINE)
    assert kinds(house, HERS)["matters"] == (1, 1)


def test_the_copy_holds_what_she_said(house: House) -> None:
    """Every kind that is counted, opened."""
    lives(house, HERS)
    sections = {one.category: one.rows for one in copy(house.database, Whose(HERS))}
    assert {name: len(rows) for name, rows in sections.items()} == {
        name: count for name, (count, _) in kinds(house, HERS).items()
    }
    assert REPAIR in sections["matters"][0]["words"]
    assert sections["matters"][0]["contact"] == HERS
    assert all("contact_index" not in row for rows in sections.values() for row in rows)
