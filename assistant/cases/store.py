"""Requests for staff, and contacts who want nothing unasked, in the database."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, select, update

from assistant.core.answer import Matter
from assistant.core.errors import DatabaseError
from assistant.database import UtcDateTime, insert_once, metadata, storable, upsert

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from assistant.core.conversation import Conversation
    from assistant.core.event import TakeDown
    from assistant.database import Database

Status = Literal["open", "closed"]
Opened = Callable[["Connection", Mapping[str, Any]], None]

requests = Table(
    "requests",
    metadata,
    Column("code", Text, primary_key=True),
    Column("intent", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("place", Text),
    Column("conversation_id", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("contact", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("status", Text, nullable=False),
    Column("nickname", Text),
    Index(None, "status", "created"),
    Index(None, "code", "status", "created"),
    Index(None, "contact", "created"),
    Index(None, "conversation_id"),
)
contacts = Table(
    "contacts",
    metadata,
    Column("contact", Text, primary_key=True),
    Column("opted_out", Boolean, nullable=False),
    Column("updated", UtcDateTime, nullable=False),
)
code_counter = Table(
    "code_counter",
    metadata,
    Column("letters", Text, primary_key=True),
    Column("value", Integer, nullable=False),
)

HIGHEST = 999_999
"Six digits."
MOST = 20
"Open matters of one telephone that are looked at."


@dataclass(frozen=True, slots=True)
class Request:
    """One thing a resident asked of the staff."""

    code: str
    intent: str
    words: str
    "As the resident said it."
    place: str | None
    conversation_id: str
    channel: str
    contact: str
    language: str
    created: datetime
    "In UTC."
    status: Status
    nickname: str | None = None
    "Whose it is, as she called herself, where she did: telephones are shared."


class RequestStore:
    """Keeps what was taken down for staff; `assistant.core.ports.RequestStore`.

    `letters` are the two capital letters every code of this site begins with. Raises
    `DatabaseError` if they are anything else.
    """

    def __init__(
        self, database: Database, letters: str = "GH", opened: Opened | None = None
    ) -> None:
        """`opened` is told of every new row, in the transaction that keeps it."""
        if re.fullmatch("[A-Z]{2}", letters) is None:
            raise DatabaseError(
                f"Case codes cannot begin with {letters!r}; give two capital letters, such as GH."
            )
        self._database = database
        self._letters = letters
        self._opened = opened

    def next_code(self) -> str:
        """A fresh case code: two capital letters and six digits, never given twice.

        Raises `DatabaseError` once all million codes are given.
        """
        table = code_counter
        ours = table.c.letters == self._letters
        with self._database.begin() as connection:
            insert_once(connection, table, {"letters": self._letters, "value": 0})
            connection.execute(update(table).where(ours).values(value=table.c.value + 1))
            value = connection.execute(select(table.c.value).where(ours)).scalar_one()
            if value > HIGHEST:
                raise DatabaseError(
                    f"Every case code from {self._letters}000001 on is given; "
                    "set two other letters for case codes in config.yaml."
                )
        return f"{self._letters}{value:06d}"

    def latest_code(self) -> str:
        """The code given last; empty where none was."""
        table = code_counter
        statement = select(table.c.value).where(table.c.letters == self._letters)
        with self._database.read() as connection:
            value = connection.execute(statement).scalar()
        return f"{self._letters}{value:06d}" if value else ""

    def take_down(self, request: TakeDown, conversation: Conversation, now: datetime) -> None:
        """Keep a request; the same code twice is kept once."""
        row = {
            "code": request.code,
            "intent": request.intent,
            "words": storable(request.words),
            "place": None if request.place is None else storable(request.place),
            "conversation_id": storable(conversation.id),
            "channel": conversation.channel,
            "contact": storable(request.phone or conversation.contact),
            "language": conversation.language,
            "created": now,
            "status": "open",
            "nickname": storable(conversation.nickname) or None,
        }
        with self._database.begin() as connection:
            new = insert_once(connection, requests, row)
            if new and self._opened is not None:
                self._opened(connection, row)

    def status(self, code: str) -> str | None:
        """`open` or `closed`, or `None` for a code nobody was given."""
        found = self.get(code)
        return None if found is None else found.status

    def get(self, code: str) -> Request | None:
        """One request by its code, however it is written, or `None`."""
        wanted = storable(code).replace(" ", "").upper()
        with self._database.read() as connection:
            row = connection.execute(select(requests).where(requests.c.code == wanted)).first()
        return None if row is None else _request(row)

    def listing(self, status: Status | None = "open") -> tuple[Request, ...]:
        """Requests for the staff, the oldest first; `None` for all."""
        table = requests
        statement = select(table).order_by(table.c.created, table.c.code)
        if status is not None:
            statement = statement.where(table.c.status == status)
        with self._database.read() as connection:
            return tuple(_request(row) for row in connection.execute(statement))

    def newest(self, most: int) -> tuple[Request, ...]:
        """The latest requests, closed ones too, the newest first."""
        table = requests
        statement = select(table).order_by(table.c.created.desc(), table.c.code.desc()).limit(most)
        with self._database.read() as connection:
            return tuple(_request(row) for row in connection.execute(statement))

    def open_for(self, contact: str) -> tuple[Matter, ...]:
        """What staff still have to do for this contact, newest first, at most `MOST`."""
        table = requests
        statement = (
            select(table.c.code, table.c.intent, table.c.nickname)
            .where(table.c.contact == storable(contact), table.c.status == "open")
            .order_by(table.c.created.desc(), table.c.code.desc())
            .limit(MOST)
        )
        with self._database.read() as connection:
            rows = connection.execute(statement)
            return tuple(Matter(row.code, row.intent, row.nickname or "") for row in rows)

    def close(self, code: str) -> bool:
        """Close a request; whether it was open."""
        table = requests
        wanted = storable(code).replace(" ", "").upper()
        statement = update(table).where(table.c.code == wanted, table.c.status == "open")
        with self._database.begin() as connection:
            return connection.execute(statement.values(status="closed")).rowcount == 1

    def opt_out(self, contact: str, *, stop: bool, now: datetime) -> None:
        """Remember that this contact wants nothing unasked any more, or wants it again.

        The latest wish counts, whichever order the wishes arrive in.
        """
        row = {"contact": storable(contact), "opted_out": stop, "updated": now}
        with self._database.begin() as connection:
            upsert(connection, contacts, [row], newer="updated")

    def opted_out(self, contact: str) -> bool:
        """Whether this contact wants nothing unasked."""
        table = contacts
        statement = select(table.c.opted_out).where(table.c.contact == storable(contact))
        with self._database.read() as connection:
            return bool(connection.execute(statement).scalar())


def _request(row: Row[tuple[object, ...]]) -> Request:
    return Request(**row._mapping)  # noqa: SLF001
