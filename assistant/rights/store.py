"""Wishes about what is kept, in the database; numbers are sealed. Called from worker threads."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, or_, select, update

from assistant.database import insert_once, storable, upsert
from assistant.rights.life import Right, RightsError
from assistant.rights.tables import helpers, rights
from assistant.vault.rows import close, open_values

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row

    from assistant.database import Database
    from assistant.rights.life import Kind

MOST = 200
"Wishes shown at once."
FIELDS = tuple(one.name for one in fields(Right))


class RightStore:
    """Keeps wishes and helpers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, right: Right) -> bool:
        """Keep a new wish; whether its code was new."""
        with self._database.begin() as connection:
            return insert_once(connection, rights, self._closed(right))

    def get(self, code: str) -> Right | None:
        """One wish by its code, however it is written."""
        found = self._where(rights.c.code == _code(code))
        return found[0] if found else None

    def waiting(self) -> tuple[Right, ...]:
        """What is still to be done, the one that is due first at the top."""
        paper = and_(rights.c.paper_due.is_not(None), rights.c.paper_at.is_(None))
        return self._where(and_(rights.c.kind != "forget", or_(rights.c.ended.is_(None), paper)))

    def of(self, contact: str, *kinds: Kind) -> tuple[Right, ...]:
        """Wishes of this number of these kinds, ended or not."""
        index = self._database.vault.index(storable(contact))
        return self._where(and_(rights.c.contact_index == index, rights.c.kind.in_(kinds)))

    def to_forget(self) -> tuple[Right, ...]:
        """Talks that are to be forgotten and are not yet."""
        return self._where(rights.c.kind == "forget")

    def to_finish(self) -> tuple[Right, ...]:
        """Wishes to be deleted that were met and still hold the number: something was needed."""
        numbered = rights.c.contact_index.is_not(None)
        return self._where(and_(rights.c.outcome == "deleted", numbered))

    def told_before(self, moment: datetime) -> tuple[Right, ...]:
        """Wishes that ended before this moment without anything to be done, numbers still there."""
        over = and_(rights.c.ended < moment, rights.c.contact_index.is_not(None))
        done = or_(rights.c.outcome == "told", rights.c.outcome == "refused")
        paper = or_(rights.c.paper_due.is_(None), rights.c.paper_at.is_not(None))
        return self._where(and_(over, done, paper))

    def change(self, code: str, step: Callable[[Right], Right]) -> Right:
        """Take one step of a wish's life, alone; the wish afterwards.

        Raises `RightsError` for an unknown code, and whatever the step raises.
        """
        with self._database.begin() as connection:
            before = self._locked(connection, code)
            after = step(before)
            values = self._closed(after)
            connection.execute(update(rights).where(rights.c.code == after.code).values(values))
        return after

    def blank(self, code: str) -> None:
        """Take the number out of a wish that has ended."""
        nobody = {"contact": "", "contact_index": None}
        with self._database.begin() as connection:
            ours = and_(rights.c.code == _code(code), rights.c.ended.is_not(None))
            connection.execute(update(rights).where(ours).values(nobody))

    def drop(self, code: str) -> None:
        """Remove a wish to be forgotten, once that is done."""
        with self._database.begin() as connection:
            ours = and_(rights.c.code == _code(code), rights.c.kind == "forget")
            connection.execute(delete(rights).where(ours))

    # -- helpers ----------------------------------------------------------------------------

    def name_helper(self, code: str, helper: str, until: datetime) -> None:
        """Whoever rings from `helper` (E.164) may ask for the resident of this wish until then."""
        row = {"code": _code(code), "helper": storable(helper), "until": until}
        with self._database.begin() as connection:
            closed = close(self._database.vault, helpers.name, row)
            upsert(connection, helpers, [closed])

    def helped_by(self, helper: str, now: datetime) -> tuple[str, ...]:
        """The numbers of those for whom this telephone may ask now."""
        index = self._database.vault.index(storable(helper))
        wanted = (
            select(rights)
            .join(helpers, helpers.c.code == rights.c.code)
            .where(
                helpers.c.helper_index == index,
                helpers.c.until > now,
                rights.c.outcome == "agreed",
            )
        )
        with self._database.read() as connection:
            return tuple(self._opened(row).contact for row in connection.execute(wanted))

    def until(self, code: str) -> datetime | None:
        """How long the helper of this wish may ask."""
        wanted = select(helpers.c.until).where(helpers.c.code == _code(code))
        with self._database.read() as connection:
            found: datetime | None = connection.execute(wanted).scalar()
        return found

    def drop_helpers(self, *codes: str) -> None:
        """These helpers may ask no more."""
        with self._database.begin() as connection:
            connection.execute(delete(helpers).where(helpers.c.code.in_(codes)))

    def expired(self, now: datetime) -> tuple[str, ...]:
        """The codes of helpers whose time is over."""
        with self._database.read() as connection:
            wanted = select(helpers.c.code).where(helpers.c.until <= now)
            return tuple(connection.execute(wanted).scalars())

    # -- within -----------------------------------------------------------------------------

    def _where(self, clause: ColumnElement[bool]) -> tuple[Right, ...]:
        wanted = select(rights).where(clause).order_by(rights.c.due, rights.c.code).limit(MOST)
        with self._database.read() as connection:
            return tuple(self._opened(row) for row in connection.execute(wanted))

    def _locked(self, connection: Connection, code: str) -> Right:
        wanted = select(rights).where(rights.c.code == _code(code)).with_for_update()
        row = connection.execute(wanted).first()
        if row is None:
            raise RightsError(f"{code}: nobody asked for anything under this code.")
        return self._opened(row)

    def _closed(self, right: Right) -> dict[str, Any]:
        row = {name: getattr(right, name) for name in FIELDS}
        row["proofs"] = ",".join(right.proofs)
        row["contact"] = storable(right.contact)
        row["conversation"] = storable(right.conversation)
        closed = close(self._database.vault, rights.name, row)
        if not right.contact:
            closed["contact_index"] = None
        return closed

    def _opened(self, row: Row[Any]) -> Right:
        columns = {name: getattr(row, name) for name in rights.c.keys()}  # noqa: SIM118 - a collection of columns, not a dict
        values = open_values(self._database.vault, rights.name, columns)
        proofs = tuple(part for part in values.pop("proofs").split(",") if part)
        return Right(**values, proofs=proofs)


def _code(written: str) -> str:
    return storable(written).replace(" ", "").upper()
