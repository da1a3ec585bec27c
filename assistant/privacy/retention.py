"""Carries the rules out: deletes what has been kept long enough, and notes how much it was.

Rows go in batches, a batch in a transaction of its own, and a batch that took long makes the next
one smaller. So the write lock is never held for long, and a run cut off at any moment is taken up
by the next: what is deleted is deleted.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    and_,
    column,
    delete,
    exists,
    false,
    func,
    insert,
    or_,
    select,
    table,
    tuple_,
    update,
)

from assistant.database import metadata
from assistant.privacy.holds import held
from assistant.privacy.rules import BURIED, RULES, Rule
from assistant.privacy.tables import retention_runs, tombstones

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection, Row, Table

    from assistant.database import Database

log = logging.getLogger(__name__)

BURIED_AGAIN = "deleted_again"
"Name in reports of what tombstones removed once more."
BATCH, SMALLEST = 200, 10
"Rows a transaction, at first and at least."
LONG_S = 0.05
"Half of the 100 ms the write lock may be held; a batch that takes longer halves the next."


@dataclass(frozen=True, slots=True)
class Done:
    """What one rule did in one run."""

    rule: str
    rows: int
    "Deleted or blanked."
    held: int
    "Due and kept, since somebody holds them."


@dataclass(frozen=True, slots=True)
class Report:
    """One run as it is remembered: counts only."""

    began: datetime
    done: tuple[Done, ...]


class Retention:
    """Runs the rules. `ticks` counts seconds and never goes back; `now` comes from the caller."""

    def __init__(
        self,
        database: Database,
        days: Mapping[str, int],
        rules: Sequence[Rule] = RULES,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        """`days` gives the time of each rule by its name; a rule without one is left out."""
        self._database, self._days = database, days
        self._rules, self._ticks = rules, ticks

    def run(self, now: datetime) -> Report:
        """Delete what is due at `now`, rule by rule.

        Raises `DatabaseError`; what was deleted until then stays deleted.
        """
        rows: Counter[str] = Counter({BURIED_AGAIN: self._bury()})
        kept: Counter[str] = Counter()
        for rule in self._rules:
            if rule.name in self._days:
                removed, passed = self._run(rule, now)
                rows[rule.name] += removed
                kept[rule.name] += passed
        done = tuple(Done(name, rows[name], kept[name]) for name in rows)
        report = Report(now, done)
        self._note(report)
        log.info("retention: %d rows were removed", rows.total())
        return report

    def reports(self, most: int = 30) -> tuple[Report, ...]:
        """The latest runs, the newest first."""
        runs = retention_runs
        latest = select(runs.c.began).distinct().order_by(runs.c.began.desc()).limit(most)
        wanted = (
            select(runs).where(runs.c.began.in_(latest)).order_by(runs.c.began.desc(), runs.c.rule)
        )
        with self._database.read() as connection:
            return tuple(_reports(connection.execute(wanted).all()))

    def last(self) -> datetime | None:
        """When the last run began, or `None` before the first."""
        with self._database.read() as connection:
            found: datetime | None = connection.execute(
                select(func.max(retention_runs.c.began))
            ).scalar()
        return found

    def _run(self, rule: Rule, now: datetime) -> tuple[int, int]:
        """How many rows were removed, and how many are due and held."""
        kept_for = timedelta(days=self._days[rule.name], hours=rule.hours)
        rows, before = _table(rule.table), now - kept_for
        with self._database.read() as connection:
            kept = _held(connection, rule, rows)
            due = _due(rule, rows, before)
            waiting = select(func.count()).select_from(rows).where(due, kept)
            passed = int(connection.execute(waiting).scalar() or 0)
        return self._in_batches(rule, rows, before), passed

    def _in_batches(self, rule: Rule, rows: Table, before: datetime) -> int:
        changed, batch = 0, BATCH
        while True:
            with self._database.begin() as connection:
                began = self._ticks()
                kept = _held(connection, rule, rows)  # read again: a hold counts from its moment on
                done = _batch(connection, rule, rows, and_(_due(rule, rows, before), ~kept), batch)
            changed += done
            if done < batch:
                return changed
            if self._ticks() - began > LONG_S:
                batch = max(SMALLEST, batch // 2)

    def _bury(self) -> int:
        """Delete again whatever a restored backup brought back of those who asked to be deleted."""
        return sum(
            self._rebury(rule, BURIED[rule.name]) for rule in self._rules if rule.name in BURIED
        )

    def _rebury(self, rule: Rule, index: str) -> int:
        rows, removed = _table(rule.table), 0
        stone = select(tombstones.c.buried).where(tombstones.c.contact_index == rows.c[index])
        hers = rows.c[index].in_(select(tombstones.c.contact_index))
        due = and_(hers, rows.c[rule.since] < stone.scalar_subquery(), *_over(rule, rows))
        while True:
            with self._database.begin() as connection:
                kept = _held(connection, rule, rows)
                done = _batch(connection, rule, rows, and_(due, ~kept), BATCH)
            removed += done
            if done < BATCH:
                return removed

    def _note(self, report: Report) -> None:
        values = [
            {"began": report.began, "rule": item.rule, "rows": item.rows, "held": item.held}
            for item in report.done
        ]
        with self._database.begin() as connection:
            connection.execute(delete(retention_runs).where(retention_runs.c.began == report.began))
            connection.execute(insert(retention_runs), values)


def _table(name: str) -> Table:
    return metadata.tables[name]


def _due(rule: Rule, rows: Table, before: datetime) -> ColumnElement[bool]:
    due: list[ColumnElement[bool]] = [rows.c[rule.since] < before, *_over(rule, rows)]
    for one in rule.unless:
        theirs = table(one.table, column(one.column)).c[one.column]
        due.append(~exists().where(theirs == rows.c[one.own]))
    if rule.blank:
        due.append(or_(*(rows.c[name] != "" for name in rule.blank)))
    return and_(*due)


def _over(rule: Rule, rows: Table) -> list[ColumnElement[bool]]:
    """What a row must be, besides old."""
    if rule.where is None:
        return []
    name, values = rule.where
    return [rows.c[name].in_(values)]


def _held(connection: Connection, rule: Rule, rows: Table) -> ColumnElement[bool]:
    """Rows that somebody holds."""
    found: list[ColumnElement[bool]] = []
    if rule.case is not None:
        found.append(rows.c[rule.case].in_(held(connection, "case")))
    if rule.conversation is not None:
        found.append(rows.c[rule.conversation].in_(held(connection, "conversation")))
    return or_(false(), *found)


def _batch(
    connection: Connection, rule: Rule, rows: Table, due: ColumnElement[bool], most: int
) -> int:
    keys = [rows.c[name] for name in rule.key]
    found = connection.execute(select(*keys).where(due).limit(most).with_for_update()).all()
    if not found:
        return 0
    one = len(keys) == 1
    ours = (
        keys[0].in_([row[0] for row in found])
        if one
        else tuple_(*keys).in_([tuple(row) for row in found])
    )
    if rule.blank:
        connection.execute(update(rows).where(ours).values(dict.fromkeys(rule.blank, "")))
        return len(found)
    for child in rule.children:
        theirs = table(child.table, column(child.column))
        gone = delete(theirs).where(theirs.c[child.column].in_([row[0] for row in found]))
        connection.execute(gone)
    connection.execute(delete(rows).where(ours))
    return len(found)


def _reports(rows: Sequence[Row[Any]]) -> Iterator[Report]:
    by_run: dict[datetime, list[Any]] = {}
    for row in rows:
        by_run.setdefault(row.began, []).append(row)
    for began, lines in by_run.items():
        done = tuple(Done(line.rule, line.rows, line.held) for line in lines)
        yield Report(began, done)
