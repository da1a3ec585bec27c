"""What residents say once a case is closed, and who is to be asked, once for each closing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import and_, select, update

from assistant.cases.closings import closings
from assistant.cases.history import Happened, read, write
from assistant.cases.intake import A_TELEPHONE
from assistant.cases.life import advance
from assistant.cases.store import requests
from assistant.cases.tables import case_feedback, cases
from assistant.core.case import Deed
from assistant.core.intent import Mark
from assistant.database import insert_once, storable, vault_of
from assistant.vault.rows import close, open_row

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row, Select

    from assistant.cases.rules import Rules
    from assistant.core.case import Kind
    from assistant.core.event import GiveFeedback
    from assistant.database import Database
    from assistant.vault.sealing import Vault

ASKED_WITHIN = timedelta(days=30)
"A case closed longer ago is not asked about any more: nobody would remember."
LOOKED_AT = 200
How = Literal["sms", "voice", "told"]


@dataclass(frozen=True, slots=True)
class Due:
    """One closing that its resident is to be asked about."""

    code: str
    closing: int
    contact: str
    language: str


class FeedbackStore:
    """Questions and answers after closing; `assistant.core.ports.Feedback`."""

    def __init__(self, database: Database, rules: Rules, kinds: Iterable[Kind]) -> None:
        """`kinds` are those of whose cases residents are asked."""
        self._database = database
        self._rules = rules
        self._kinds = tuple(kinds)

    def due(self, now: datetime) -> tuple[Due, ...]:
        """Closings nobody was asked about yet, from the working day after on, the oldest first.

        Where she needed nothing any more, there is nothing to ask.
        """
        asked = and_(case_feedback.c.code == cases.c.code, _same_closing())
        wanted = (
            _closed(now)
            .outerjoin(case_feedback, asked)
            .outerjoin(closings, closings.c.code == cases.c.code)
            .where(case_feedback.c.code.is_(None), cases.c.kind.in_(self._kinds))
            .where(closings.c.outcome.is_distinct_from("not_needed"))
            .order_by(cases.c.since, cases.c.code)
            .limit(LOOKED_AT)
        )
        with self._database.read() as connection:
            rows = connection.execute(wanted).all()
        vault = self._database.vault
        return tuple(_due(row, vault) for row in rows if self._time_has_come(row.since, now))

    def mark(self, due: Due, how: How, asked: datetime | None) -> bool:
        """Note how she is asked; whether nobody had noted it before.

        By voice, `asked` is `None` until she has rung.
        """
        row = {"code": due.code, "closing": due.closing, "how": how, "asked": asked, "words": ""}
        with self._database.begin() as connection:
            return insert_once(connection, case_feedback, row)

    def to_ask(self, contact: str, now: datetime) -> str | None:
        """The code of the closed case this caller is to be asked about while she is on the line."""
        waiting = and_(case_feedback.c.how == "voice", case_feedback.c.asked.is_(None))
        return self._latest(contact, now, waiting)

    def closed_for(self, contact: str, now: datetime, code: str = "") -> str | None:
        """The code of the closed case a mark of this contact is about: this, or the latest one."""
        return self._latest(contact, now, cases.c.code == code if code else None)

    def said(self, code: str) -> Mark | None:
        """What she has said since a case was closed last, or `None`."""
        table = case_feedback
        same = and_(table.c.code == cases.c.code, _same_closing())
        columns = (table.c.score, table.c.of, table.c.solved)
        wanted = select(*columns).select_from(table.join(cases, same)).where(cases.c.code == code)
        with self._database.read() as connection:
            row = connection.execute(wanted).first()
        return None if row is None else Mark(row.score, row.of, row.solved)

    def asked(self, code: str, now: datetime) -> None:
        """Note that she was asked on the line."""
        ours = and_(case_feedback.c.code == code, case_feedback.c.asked.is_(None))
        with self._database.begin() as connection:
            connection.execute(update(case_feedback).where(ours).values(asked=now))

    def give(self, given: GiveFeedback, conversation: str, now: datetime) -> None:
        """Keep one answer; what is not answered yet stays as it was.

        A mark for no case in particular is kept under the conversation's id.
        """
        answered = {"solved": given.solved, "score": given.score, "of": given.of}
        values: dict[str, Any] = {name: it for name, it in answered.items() if it is not None}
        if given.words:
            values["words"] = storable(given.words)
        with self._database.begin() as connection:
            case = read(connection, given.code) if given.code else None
            code, closing = (case.code, case.closings) if case else (storable(conversation), 0)
            row = {"code": code, "closing": closing, "how": "told", "asked": None, "words": ""}
            insert_once(connection, case_feedback, row)
            table = case_feedback
            ours = and_(table.c.code == code, table.c.closing == closing)
            closed = close(vault_of(connection), table.name, values, row)
            connection.execute(update(table).where(ours).values(**closed, given=now))

    def reopen(self, code: str, words: str, now: datetime) -> bool:
        """She is unhappy for cause: work on the case goes on; whether it was closed."""
        with self._database.begin() as connection:
            before = read(connection, code, lock=True)
            if before is None or before.state != "closed" or before.merged_into is not None:
                return False
            after = advance(before, Deed("reopen", "resident", words), now, self._rules)
            write(connection, before, after, Happened("reopen", "resident", words, now))
            ours = update(requests).where(requests.c.code == code)
            connection.execute(ours.values(status="open"))
        return True

    def _latest(self, contact: str, now: datetime, where: ColumnElement[bool] | None) -> str | None:
        if A_TELEPHONE.fullmatch(contact) is None:
            return None
        same = and_(case_feedback.c.code == cases.c.code, _same_closing())
        index = self._database.vault.index(contact)
        wanted = (
            _closed(now).outerjoin(case_feedback, same).where(requests.c.contact_index == index)
        )
        if where is not None:
            wanted = wanted.where(where)
        latest = wanted.order_by(cases.c.since.desc(), cases.c.code.desc()).limit(1)
        with self._database.read() as connection:
            row = connection.execute(latest).first()
        return None if row is None else str(row.code)

    def _time_has_come(self, closed: datetime, now: datetime) -> bool:
        days = self._rules.calendar
        visit = days.after(closed, self._rules.visit_after)
        return days.local(now).date() >= days.local(visit).date()


def _same_closing() -> ColumnElement[bool]:
    return case_feedback.c.closing == cases.c.closings


def _closed(now: datetime) -> Select[Any]:
    """Cases that were closed lately and stand for themselves."""
    return (
        select(
            cases.c.code, cases.c.closings, cases.c.since, requests.c.contact, requests.c.language
        )
        .join(requests, requests.c.code == cases.c.code)
        .where(
            cases.c.state == "closed",
            cases.c.closings > 0,
            cases.c.merged_into.is_(None),
            cases.c.since >= now - ASKED_WITHIN,
        )
    )


def _due(row: Row[Any], vault: Vault) -> Due:
    opened = open_row(vault, requests.name, row)
    return Due(row.code, row.closings, opened["contact"], row.language)
