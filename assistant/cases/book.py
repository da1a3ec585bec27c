"""The book of cases: every request of a resident as the case it is, worked through its life."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, or_, select, update

from assistant.cases import life
from assistant.cases.history import Entry, Happened, case_of, history, read, write
from assistant.cases.intake import merge_in
from assistant.cases.store import Request, requests
from assistant.cases.tables import cases
from assistant.core.case import Case, CaseError, Deed, Kind, Told
from assistant.database import storable
from assistant.vault.rows import open_values

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from assistant.cases.rules import Rules
    from assistant.database import Database


class CaseBook:
    """Cases and their lives; `assistant.core.ports.CaseBook`. May be used from any thread."""

    def __init__(self, database: Database, rules: Rules) -> None:
        self._database = database
        self.rules = rules

    # -- read -------------------------------------------------------------------------------

    def get(self, code: str) -> Case | None:
        """A case by the code of its request, or `None`."""
        with self._database.read() as connection:
            return read(connection, _code(code))

    def told(self, code: str, now: datetime) -> Told | None:
        """What the resident is told of a case; one merged into another stands as that one does."""
        joined = cases.join(requests, requests.c.code == cases.c.code)
        wanted = select(cases, requests.c.status).select_from(joined)
        with self._database.read() as connection:
            row = connection.execute(wanted.where(cases.c.code == _code(code))).first()
            if row is not None and row.merged_into is not None:
                row = connection.execute(wanted.where(cases.c.code == row.merged_into)).first()
        if row is None:
            return None
        case = case_of(row)
        told = life.told(case, now, self.rules)
        return Told("closed", told.due) if row.status == "closed" else told

    def history(self, code: str) -> tuple[Entry, ...]:
        """Everything that happened to a case, with who did it and why."""
        with self._database.read() as connection:
            return history(connection, _code(code))

    def voices(self, code: str) -> tuple[Request, ...]:
        """Everything that was said of one matter, as it was said, the oldest first."""
        both = or_(cases.c.code == _code(code), cases.c.merged_into == _code(code))
        found = [request for request, _ in self._joined(both)]
        return tuple(sorted(found, key=lambda item: (item.created, item.code)))

    def listing(
        self, *, closed: bool = False, most: int = 500, skip: int = 0
    ) -> tuple[tuple[Request, Case], ...]:
        """Open cases, the one that is due first at the top; with `closed`, closed ones.

        At most `most` of them, after the first `skip`.
        """
        status = requests.c.status == ("closed" if closed else "open")
        wanted = and_(status, cases.c.merged_into.is_(None))
        return self._joined(wanted, most, skip, by_due=closed)

    def overdue(
        self, now: datetime, *, most: int = 500, skip: int = 0
    ) -> tuple[tuple[Request, Case], ...]:
        """Cases nobody has taken, or answered, in time: at most `most`, after the first `skip`."""
        return self._joined(_late(now), most, skip)

    def overdue_count(self, now: datetime, most: int) -> int:
        """How many there are, counted up to `most`."""
        joined = requests.join(cases, cases.c.code == requests.c.code)
        some = select(cases.c.code).select_from(joined).where(_late(now)).limit(most).subquery()
        with self._database.read() as connection:
            return connection.execute(select(func.count()).select_from(some)).scalar_one()

    def late(self, among: Iterable[Case], now: datetime) -> frozenset[str]:
        """The codes of those that are past their time."""
        return frozenset(case.code for case in among if life.is_overdue(case, now))

    # -- work -------------------------------------------------------------------------------

    def advance(self, code: str, deed: Deed, now: datetime) -> Case:
        """Do one thing with a case. Raises `CaseError` for an unknown one, or what does not fit."""
        with self._database.begin() as connection:
            before = self._known(connection, code)
            after = life.advance(before, deed, now, self.rules)
            why = deed.why or (deed.owner or "") or (f"{deed.days} workdays" if deed.days else "")
            write(connection, before, after, Happened(deed.name, deed.by, why, now))
            ours = update(requests).where(requests.c.code == after.code)
            status = "closed" if after.state == "closed" else "open"
            connection.execute(ours.values(status=status))
        return after

    def sort(self, code: str, kind: Kind, topic: str, by: str, now: datetime) -> Case:
        """Confirm, or correct, what a case is about. Raises `CaseError` for an unknown topic."""
        if topic and topic not in self.rules.topics:
            raise CaseError(f"{topic!r} is no topic; write one of {', '.join(self.rules.topics)}.")
        with self._database.begin() as connection:
            before = self._known(connection, code)
            after = life.sorted_as(before, kind, topic, self.rules)
            named = f"{kind} {topic}".strip()
            write(connection, before, after, Happened("sort", by, named, now))
        return after

    def merge(self, code: str, into: str, by: str, now: datetime) -> Case:
        """Make two cases one; the older goes on, whichever is named first."""
        with self._database.begin() as connection:
            both = sorted(
                (self._known(connection, item) for item in (code, into)),
                key=lambda case: (case.begun, case.code),
            )
            return merge_in(connection, both[1], both[0], by, now)

    def split(self, code: str, by: str, now: datetime) -> Case:
        """Take a case out of the one it was merged into: they are two after all."""
        with self._database.begin() as connection:
            before = self._known(connection, code)
            if before.merged_into is None:
                raise CaseError(f"{before.code} is not part of another case.")
            kind, topic = before.kind, before.topic
            after = life.opened(before.code, kind, topic, before.begun, self.rules)
            write(connection, before, after, Happened("split", by, before.merged_into, now))
            ours = update(requests).where(requests.c.code == before.code)
            connection.execute(ours.values(status="open"))
        return after

    # -- within -----------------------------------------------------------------------------

    def _known(self, connection: Connection, code: str) -> Case:
        case = read(connection, _code(code), lock=True)
        if case is None:
            raise CaseError(f"{code}: no case has this code.")
        return case

    def _joined(
        self,
        where: Any,  # noqa: ANN401 - a clause of SQL
        most: int = 500,
        skip: int = 0,
        *,
        by_due: bool = False,
    ) -> tuple[tuple[Request, Case], ...]:
        """With `by_due` the index of days is walked, which suits what is most of the table."""
        joined = requests.join(cases, cases.c.code == requests.c.code)
        # Of a term SQLite has no index of cases, so it begins there and not at the requests.
        met = cases.c.code.concat("") if by_due else cases.c.code
        walked = cases.join(requests, requests.c.code == met)
        order = (cases.c.due, requests.c.created, requests.c.code)
        # Only codes are sorted: whole rows of a hundred thousand cases would be carried along.
        codes = select(cases.c.code).select_from(walked).where(where).order_by(*order)
        page = codes.limit(most).offset(skip).subquery()
        wanted = select(requests, cases).select_from(joined)
        ordered = wanted.where(cases.c.code.in_(select(page.c.code))).order_by(*order)
        names = [column.name for column in requests.c]
        with self._database.read() as connection:
            rows = connection.execute(ordered).all()
        vault = self._database.vault
        return tuple(
            (
                Request(
                    **open_values(
                        vault,
                        requests.name,
                        {name: row._mapping[requests.c[name]] for name in names},  # noqa: SLF001 - as in history
                    )
                ),
                case_of(row),
            )
            for row in rows
        )


def _late(now: datetime) -> ColumnElement[bool]:
    """Past their time, as `life.is_overdue` has it."""
    untaken = and_(cases.c.state.in_(life.UNTAKEN), cases.c.take_by < now)
    unanswered = cases.c.state.not_in([*life.DONE, "waiting"])
    late = and_(unanswered, or_(cases.c.due < now, untaken), requests.c.status == "open")
    return and_(late, cases.c.merged_into.is_(None))


def _code(written: str) -> str:
    return storable(written).replace(" ", "").upper()
