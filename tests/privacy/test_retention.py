"""What is over goes, what is held or open stays, and nobody has to wait for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from sqlalchemy import JSON, Column, delete, event, func, insert, select

import assistant.app
import assistant.retaining  # noqa: F401 - both declare the tables of every room
from assistant.alarms.store import AlarmStore, alarms
from assistant.cases.store import RequestStore, requests
from assistant.config import load_config
from assistant.core.conversation import Conversation, Preferences
from assistant.core.errors import DataError
from assistant.core.event import Alert, TakeDown
from assistant.database import Database, UtcDateTime, metadata, open_database
from assistant.memory.preferences import PreferenceStore, preferences
from assistant.memory.store import conversations, webhooks
from assistant.privacy.holds import HoldStore
from assistant.privacy.person import bury
from assistant.privacy.retention import BURIED_AGAIN, Retention
from assistant.privacy.rules import BURIED, RULES, Rule
from assistant.privacy.tables import legal_holds, retention_runs, tombstones
from assistant.vault.columns import SEALED
from tests.conftest import ROOT

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
DAYS = load_config(ROOT / "config.yaml", {}).retention.days.model_dump()
NUMBER = "+8613800000001"


def ago(days: float) -> datetime:
    """So long before now."""
    return NOW - timedelta(days=days)


def kind_of(column: Column[Any]) -> type:
    """The Python type of a column's values; a list stands for JSON."""
    if isinstance(column.type, UtcDateTime):
        return datetime
    return list if isinstance(column.type, JSON) else column.type.python_type


def made_up(rule: Rule, at: datetime, number: int) -> dict[str, Any]:
    """A row of a rule's table that is over since `at`; every column it needs is filled."""
    table, row = metadata.tables[rule.table], {}
    for column in table.columns:
        kind = kind_of(column)
        named = (*rule.key, *rule.blank, rule.since)
        if column.name in named or not column.nullable:
            row[column.name] = {
                str: f"{column.name}{number}",
                datetime: at + timedelta(microseconds=number),
                int: number,
                float: 1.0,
                bool: False,
                list: [],
            }[kind]
    row[rule.since] = at + timedelta(microseconds=number)
    if rule.where is not None:
        row[rule.where[0]] = rule.where[1][0]
    return row


def count(database: Database, name: str) -> int:
    """Rows of a table."""
    with database.read() as connection:
        return int(
            connection.execute(select(func.count()).select_from(metadata.tables[name])).scalar()
            or 0
        )


def removed(database: Database, days: Mapping[str, int] = DAYS) -> dict[str, int]:
    """What a run removes, by rule; rules that removed nothing are left out."""
    done = Retention(database, days).run(NOW).done
    return {item.rule: item.rows for item in done if item.rows}


def test_a_rule_takes_what_is_over_and_nothing_else(any_database: Database) -> None:
    """A row older than the days of the settings goes, or is blanked; a younger one stays."""
    for rule in RULES:
        table, days = metadata.tables[rule.table], DAYS[rule.name]
        old = made_up(rule, ago(days + 1), 1)
        young = made_up(rule, ago(max(days - 0.5, 0.01)), 2)
        with any_database.begin() as connection:
            connection.execute(delete(table))
            connection.execute(insert(table), [old, young])
        only = Retention(any_database, {rule.name: days}, [rule])
        assert [item.rows for item in only.run(NOW).done if item.rule == rule.name] == [1], (
            rule.name
        )
        with any_database.read() as connection:
            ours = select(table).where(table.c[rule.since] < NOW)
            left = connection.execute(ours).mappings().all()
        by_age = {row[rule.key[0]] == old[rule.key[0]]: row for row in left}
        if rule.blank:
            assert [by_age[True][name] for name in rule.blank] == [""] * len(rule.blank)
            assert all(by_age[False][name] for name in rule.blank)
        else:
            assert list(by_age) == [False], rule.name


def test_what_is_not_over_stays_for_ever(any_database: Database) -> None:
    """An open case, a standing stop, a text still to be sent: however old."""
    standing = {}
    for rule in RULES:
        if rule.where is not None:
            row = made_up(rule, ago(9999), 1)
            row[rule.where[0]] = True if rule.where[1] == (False,) else "open"
            standing[rule.table] = row
    assert len(standing) > 4
    with any_database.begin() as connection:
        for name, row in standing.items():
            connection.execute(insert(metadata.tables[name]), [row])
    assert removed(any_database) == {}
    assert all(count(any_database, name) == 1 for name in standing)


def test_rules_and_settings_name_each_other() -> None:
    """Every rule has its days, every number of days its rule."""
    assert {rule.name for rule in RULES} == set(DAYS)


def test_rules_name_tables_and_columns_that_are_there() -> None:
    """Renaming a column without its rule is found here, and a key that is not the table's."""
    for rule in RULES:
        table = metadata.tables[rule.table]
        named = [rule.since, *rule.blank, rule.case, rule.conversation]
        named += [rule.where[0]] if rule.where else []
        assert {name for name in named if name} <= set(table.columns.keys()), rule.name
        assert rule.key == tuple(column.name for column in table.primary_key), rule.name
        for child in rule.children:
            assert child.column in metadata.tables[child.table].columns, rule.name
    tables = {rule.name: rule.table for rule in RULES}
    sealed = {item.name: item.index for item in SEALED}
    assert all(sealed[tables[name]] == index for name, index in BURIED.items())


def test_every_table_with_a_number_is_buried() -> None:
    """What is found by a resident's number is deleted again after a restore."""
    of_numbers = {item.name for item in SEALED if item.of in {"contact", "phone"}}
    ours = {rule.table for rule in RULES if rule.name in BURIED}
    assert of_numbers - ours - {"rights"} == set(), "the wish itself is the proof that it was met"


def test_sealed_columns_are_there() -> None:
    """What the vault is told to seal is text; its key is the same text on every database."""
    for item in SEALED:
        table = metadata.tables[item.name]
        names = [*item.columns, *(name for name in (item.index, item.of) if name)]
        assert all(table.c[name].type.python_type is str for name in names), item.name
        assert all(table.c[name].type.python_type in {str, int} for name in item.keys), item.name
        assert [column.name for column in table.primary_key] == list(item.keys)
        assert item.of is None or item.of in item.columns


def test_what_belongs_to_a_row_goes_with_it(any_database: Database) -> None:
    """The history and the rings of a callback, the closing of a request."""
    for rule in RULES:
        for child in rule.children:
            table = metadata.tables[child.table]
            row = made_up(
                Rule("", child.table, tuple(c.name for c in table.primary_key), child.column),
                ago(1),
                1,
            )
            row[child.column] = "GH000001"
            parent = {**made_up(rule, ago(9999), 1), rule.key[0]: "GH000001"}
            with any_database.begin() as connection:
                connection.execute(insert(table), [row])
                if not connection.execute(
                    select(metadata.tables[rule.table].c[rule.key[0]])
                ).first():
                    connection.execute(insert(metadata.tables[rule.table]), [parent])
    removed(any_database)
    assert [
        child.table for rule in RULES for child in rule.children if count(any_database, child.table)
    ] == []


def test_a_held_case_and_a_held_conversation_stay_until_lifted(any_database: Database) -> None:
    """Counted as held meanwhile; once lifted they go with the next run."""
    talk = Conversation("c-held", "voice", NUMBER, "zh", ago(900), ago(900))
    store, holds = RequestStore(any_database), HoldStore(any_database)
    for code in ("GH000001", "GH000002"):
        store.take_down(TakeDown(code, "case.report", "灯坏了"), talk, ago(900))
        store.close(code)
    AlarmStore(any_database).raise_(Alert("GH000003", "safety.fall", "摔倒了"), talk, ago(900))
    AlarmStore(any_database).close("GH000003", "王芳", "好了", ago(800))
    first = holds.place("case", "gh 000001", reason="信访 2026-17", by="李强", now=NOW)
    second = holds.place("conversation", "c-held", reason="法院调取", by="李强", now=NOW)
    done = {
        item.rule: (item.rows, item.held) for item in Retention(any_database, DAYS).run(NOW).done
    }
    assert (done["requests"], done["alarms"]) == ((0, 2), (0, 1))
    assert holds.lift(second, "李强", NOW)
    assert removed(any_database)["requests"] == 1
    assert (store.status("GH000001"), store.status("GH000002")) == ("closed", None)
    assert holds.lift(first.lower(), "李强", NOW)
    assert not holds.lift(first, "李强", NOW)
    removed(any_database)
    assert store.status("GH000001") is None
    assert [(item.reason, item.lifted_by) for item in holds.listing()] == [
        ("信访 2026-17", "李强"),
        ("法院调取", "李强"),
    ]


@pytest.mark.parametrize(
    ("which", "why", "by"), [("", "x", "y"), ("GH1", " ", "y"), ("GH1", "x", "")]
)
def test_a_hold_says_what_who_and_why(
    any_database: Database, which: str, why: str, by: str
) -> None:
    """And the same thing is held once."""
    holds = HoldStore(any_database)
    with pytest.raises(DataError):
        holds.place("case", which, reason=why, by=by, now=NOW)
    holds.place("case", "GH000001", reason="x", by="y", now=NOW)
    with pytest.raises(DataError, match="held already"):
        holds.place("case", "gh000001", reason="x", by="y", now=NOW)
    assert count(any_database, legal_holds.name) == 1


def test_twice_is_once(any_database: Database) -> None:
    """The second run of a night finds nothing, and both stand in the reports, as counts only."""
    RequestStore(any_database).take_down(
        TakeDown("GH000001", "case.report", "灯坏了"),
        Conversation("c1", "voice", NUMBER, "zh", NOW, NOW),
        ago(900),
    )
    RequestStore(any_database).close("GH000001")
    assert removed(any_database) == {"request_numbers": 1, "requests": 1}
    again = Retention(any_database, DAYS)
    assert not any(item.rows for item in again.run(NOW + timedelta(hours=1)).done)
    latest, first = again.reports()
    assert (latest.began, first.began) == (NOW + timedelta(hours=1), NOW)
    assert again.last() == NOW + timedelta(hours=1)
    with any_database.read() as connection:
        kept = str(connection.execute(select(retention_runs)).all())
    assert NUMBER not in kept
    assert "灯" not in kept


def test_a_run_cut_off_is_taken_up(any_database: Database) -> None:
    """What was deleted before the power failed stays deleted; the next run does the rest."""
    many_conversations(any_database, 700)
    ticks = iter([float(number) for number in range(7)])

    def failing() -> float:
        return next(ticks)

    with pytest.raises((RuntimeError, StopIteration)):
        Retention(any_database, {"conversations": 30}, ticks=failing).run(NOW)
    left = count(any_database, conversations.name)
    assert 0 < left < 700
    assert removed(any_database) == {"conversations": left}


def test_the_write_lock_is_never_held_for_long(any_database: Database) -> None:
    """From the lock to the commit in less than a tenth of a second, nine times in ten."""
    many_conversations(any_database, 4_000)
    began, held = [0.0], list[float]()
    event.listen(any_database.engine, "begin", lambda _: began.append(perf_counter()))
    event.listen(any_database.engine, "commit", lambda _: held.append(perf_counter() - began[-1]))
    assert removed(any_database) == {"conversations": 4_000}
    longest = sorted(held)
    assert len(longest) > 20
    assert longest[len(longest) * 9 // 10] < 0.1


def test_a_slow_disk_makes_batches_smaller(any_database: Database) -> None:
    """Each batch that took over 50 ms halves the next, down to ten rows."""
    many_conversations(any_database, 900)
    sizes: list[int] = []
    now = iter(number * 0.06 for number in range(10_000))
    event.listen(
        any_database.engine,
        "after_cursor_execute",
        lambda *seen: (
            sizes.append(seen[1].rowcount) if seen[2].startswith("DELETE FROM conv") else None
        ),
    )
    Retention(any_database, {"conversations": 30}, ticks=lambda: next(now)).run(NOW)
    assert sizes[:6] == [200, 100, 50, 25, 12, 10]
    assert sum(sizes) == 900


def test_who_was_deleted_is_deleted_again_after_a_restore(any_database: Database) -> None:
    """What a backup brought back goes; what she agreed to since, and an open alarm, stay."""
    store, liked = AlarmStore(any_database), PreferenceStore(any_database)
    talk = Conversation("c1", "voice", NUMBER, "zh", NOW, NOW)
    for code in ("GH000001", "GH000002"):
        store.raise_(Alert(code, "safety.fall", "摔倒了"), talk, ago(9))
    store.close("GH000001", "王芳", "好了", ago(8))
    liked.keep(NUMBER, Preferences("zh"), ago(7))
    liked.keep("+8613800000002", Preferences("zh"), ago(7))
    with any_database.begin() as connection:
        bury(connection, any_database, NUMBER, "GH000009", ago(5))
        bury(connection, any_database, "", "GH000010", ago(5))
    assert removed(any_database) == {BURIED_AGAIN: 2}
    assert (count(any_database, alarms.name), count(any_database, preferences.name)) == (1, 1)
    liked.keep(NUMBER, Preferences("en"), ago(1))
    assert removed(any_database) == {}
    with any_database.read() as connection:
        (stone,) = connection.execute(select(tombstones)).all()
    assert NUMBER not in str(stone)


def test_webhooks_of_last_week_are_forgotten(any_database: Database) -> None:
    """They hold what residents were answered."""
    with any_database.begin() as connection:
        connection.execute(
            insert(webhooks),
            [{"key": f"k{days}", "text": "x", "at": ago(days)} for days in (6, 8)],
        )
    assert removed(any_database) == {"webhooks": 1}


def test_what_was_deleted_is_in_no_page_of_the_file(tmp_path: Path) -> None:
    """Not even in a free one, and not even sealed: a lost key brings nothing back."""
    file = tmp_path / "line.db"
    database = open_database(f"sqlite:///{file}")
    talk = Conversation("c1", "voice", NUMBER, "zh", NOW, NOW)
    for number in range(60):
        taken = TakeDown(f"GH{number:06d}", "case.report", f"三号楼的灯坏了{number}" * 40)
        RequestStore(database).take_down(taken, talk, ago(900))
    with database.read() as connection:
        secrets = [word.encode() for word in connection.execute(select(requests.c.words)).scalars()]
    database.close()
    assert sum(secret[:200] in file.read_bytes() for secret in secrets) == 60
    database = open_database(f"sqlite:///{file}")
    for number in range(60):
        RequestStore(database).close(f"GH{number:06d}")
    assert removed(database)["requests"] == 60
    database.close()
    assert not any(path.suffix == "-wal" for path in tmp_path.iterdir())
    assert [secret for secret in secrets if secret[:200] in file.read_bytes()] == []


def test_a_number_is_blanked_before_the_matter_goes(any_database: Database) -> None:
    """After a year a closed request is without its number, after two it is gone."""
    store = RequestStore(any_database)
    talk = Conversation("c1", "voice", NUMBER, "zh", NOW, NOW)
    store.take_down(TakeDown("GH000001", "case.report", "灯坏了"), talk, ago(400))
    store.close("GH000001")
    assert removed(any_database) == {"request_numbers": 1}
    with any_database.read() as connection:
        row = connection.execute(select(requests)).mappings().one()
    assert (row["contact"], row["contact_index"], row["status"]) == ("", "", "closed")


def many_conversations(database: Database, count: int) -> None:
    """Old ones."""
    rows = [
        {
            "id": f"c{number:06d}",
            "channel": "sms",
            "contact": NUMBER,
            "state": "{}" * 500,
            "updated": ago(31),
            "ended": True,
        }
        for number in range(count)
    ]
    with database.begin() as connection:
        connection.execute(insert(conversations), rows)
