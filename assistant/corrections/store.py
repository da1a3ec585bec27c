"""What staff say a resident meant: proposed by one, looked at, accepted by another, undone.

An accepted correction is an example or a name that the line knows, and from then on a case: every
later proposal is tried against it. The words, and those of the cases it would change, are sealed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Column, Index, Integer, Table, Text, insert, select, update

from assistant.core.errors import DataError
from assistant.corrections.replay import Changed
from assistant.database import UtcDateTime, metadata, storable
from assistant.vault.rows import UNREADABLE, close, open_row

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Row

    from assistant.database import Database

State = Literal["proposed", "tried", "accepted", "rejected", "undone"]
"""*proposed*: nobody knows yet what it would change; *tried*: that is known, and a supervisor
decides."""
Kind = Literal["intent", "service"]
LISTED = 200

corrections = Table(
    "corrections",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("words", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("meant", Text, nullable=False),
    Column("case_code", Text),
    Column("state", Text, nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("proposed_at", UtcDateTime, nullable=False),
    Column("decided_by", Text),
    Column("decided_at", UtcDateTime),
    Column("looked_at", Integer),
    Column("changes", Text),
    Column("directory_change", Integer),
    Column("words_index", Text),
    Index(None, "state", "id"),
    Index(None, "words_index"),
)
"`changes` is a list as JSON."


@dataclass(frozen=True, slots=True)
class Correction:
    """One thing somebody says was meant."""

    id: int
    words: str
    "As the resident said them, or the part of it that is a name."
    language: str
    kind: Kind
    meant: str
    "The intent, or the service's HSDS id."
    case_code: str | None
    "The request it was noticed in."
    state: State
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    looked_at: int | None
    "How many stored cases were tried."
    changes: tuple[Changed, ...]
    "Cases that would be understood differently."
    directory_change: int | None
    "Of an accepted name: the change of the directory, by which it can be undone."


class CorrectionStore:
    """Keeps corrections. Called from worker threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def propose(
        self,
        words: str,
        language: str,
        kind: Kind,
        meant: str,
        *,
        by: str,
        at: datetime,
        case_code: str | None = None,
    ) -> int:
        """Keep a proposal; its number. The same one, still undecided, is kept once."""
        table = corrections
        row = {"words": storable(words).strip(), "language": language, "kind": kind, "meant": meant}
        if not row["words"]:
            raise DataError("Say which words were meant; a correction without words helps nobody.")
        index = self._database.vault.index(row["words"])
        same = [table.c[name] == row[name] for name in ("language", "kind", "meant")]
        undecided = table.c.state.in_(("proposed", "tried", "accepted"))
        with self._database.begin() as connection:
            hers = (undecided, table.c.words_index == index, *same)
            known = connection.execute(select(table.c.id).where(*hers)).scalar()
            if known is not None:
                return int(known)
            whole = {**row, "case_code": case_code, "state": "proposed", "proposed_by": by}
            bare = {**whole, "words": "", "proposed_at": at}  # sealed once it has its number
            made = insert(table).values(**bare).returning(table.c.id)
            number = int(connection.execute(made).scalar_one())
            closed = self._close(number, {"words": row["words"]})
            connection.execute(update(table).where(table.c.id == number).values(**closed))
            return number

    def tried(self, number: int, looked_at: int, changes: Sequence[Changed]) -> None:
        """Note what a proposal would change."""
        listed = json.dumps([item.as_json() for item in changes], ensure_ascii=False)
        closed = self._close(number, {"changes": storable(listed)})
        self._set(number, ("proposed", "tried"), state="tried", looked_at=looked_at, **closed)

    def decide(
        self,
        number: int,
        state: State,
        *,
        by: str,
        at: datetime,
        directory_change: int | None = None,
    ) -> None:
        """Accept or reject what was tried, or undo what was accepted.

        Raises `DataError` where it does not stand like that: nothing is accepted untried or twice.
        """
        before: tuple[State, ...] = ("accepted",) if state == "undone" else ("tried",)
        if state == "rejected":
            before = ("proposed", "tried")
        values = {"decided_by": by, "decided_at": at, "directory_change": directory_change}
        self._set(number, before, state=state, **values)

    def get(self, number: int) -> Correction:
        """One correction. Raises `DataError` if there is none with this number."""
        with self._database.read() as connection:
            row = connection.execute(
                select(corrections).where(corrections.c.id == number)
            ).one_or_none()
        if row is None:
            raise DataError(f"There is no correction number {number}.")
        return self._correction(row)

    def listing(self, *states: State) -> tuple[Correction, ...]:
        """Corrections in these states, the newest first, at most `LISTED`."""
        statement = select(corrections).where(corrections.c.state.in_(states))
        statement = statement.order_by(corrections.c.id.desc()).limit(LISTED)
        with self._database.read() as connection:
            return tuple(self._correction(row) for row in connection.execute(statement))

    def accepted(self) -> tuple[Correction, ...]:
        """Everything the line was taught by staff, in the order it was proposed."""
        statement = select(corrections).where(corrections.c.state == "accepted")
        with self._database.read() as connection:
            rows = connection.execute(statement.order_by(corrections.c.id)).all()
        return tuple(self._correction(row) for row in rows)

    def _set(self, number: int, before: tuple[State, ...], **values: object) -> None:
        table = corrections
        known = (table.c.id == number) & table.c.state.in_(before)
        with self._database.begin() as connection:
            if connection.execute(update(table).where(known).values(**values)).rowcount != 1:
                raise DataError(
                    f"Correction {number} does not stand as {' or '.join(before)} any more; "
                    "look at the list again."
                )

    def _close(self, number: int, values: dict[str, Any]) -> dict[str, Any]:
        return close(self._database.vault, corrections.name, values, {"id": number})

    def _correction(self, row: Row[*tuple[Any, ...]]) -> Correction:
        found = open_row(self._database.vault, corrections.name, row)
        changes = found["changes"]
        listed = json.loads(changes) if changes and changes != UNREADABLE else ()
        found["changes"] = tuple(Changed(**item) for item in listed)
        return Correction(**found)
