"""Requests for staff, and contacts who want nothing unasked, in the database.

Numbers, words, places and what somebody calls herself are sealed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, select, update

from assistant.core.answer import Matter
from assistant.core.errors import DatabaseError
from assistant.database import UtcDateTime, insert_once, metadata, storable, upsert
from assistant.vault.rows import close, open_row

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from assistant.core.conversation import Conversation
    from assistant.core.event import TakeDown
    from assistant.database import Database
    from assistant.vault.sealing import Vault

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
    Column("contact_index", Text),
    Index(None, "status", "created"),
    Index(None, "code", "status", "created"),
    Index(None, "contact_index", "created"),
    Index(None, "conversation_id"),
)
contacts = Table(
    "contacts",
    metadata,
    Column("contact_index", Text, primary_key=True),
    Column("contact", Text, nullable=False),
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
        """`opened` is told of every new row as it is meant, in the transaction that keeps it."""
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
            closed = close(self._database.vault, requests.name, row)
            new = insert_once(connection, requests, closed)
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
        return None if row is None else request_of(row, self._database.vault)

    def listing(self, status: Status | None = "open") -> tuple[Request, ...]:
        """Requests for the staff, the oldest first; `None` for all."""
        table = requests
        statement = select(table).order_by(table.c.created, table.c.code)
        if status is not None:
            statement = statement.where(table.c.status == status)
        with self._database.read() as connection:
            return tuple(
                request_of(row, self._database.vault) for row in connection.execute(statement)
            )

    def newest(self, most: int) -> tuple[Request, ...]:
        """The latest requests, closed ones too, the newest first."""
        table = requests
        statement = select(table).order_by(table.c.created.desc(), table.c.code.desc()).limit(most)
        with self._database.read() as connection:
            return tuple(
                request_of(row, self._database.vault) for row in connection.execute(statement)
            )

    def open_for(self, contact: str) -> tuple[Matter, ...]:
        """What staff still have to do for this contact, newest first, at most `MOST`."""
        table, vault = requests, self._database.vault
        index = vault.index(storable(contact))
        statement = (
            select(table.c.code, table.c.intent, table.c.nickname)
            .where(table.c.contact_index == index, table.c.status == "open")
            .order_by(table.c.created.desc(), table.c.code.desc())
            .limit(MOST)
        )
        with self._database.read() as connection:
            rows = connection.execute(statement).all()
        opened = (open_row(vault, table.name, row) for row in rows)
        return tuple(Matter(one["code"], one["intent"], one["nickname"] or "") for one in opened)

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
        closed = close(self._database.vault, contacts.name, row)
        with self._database.begin() as connection:
            upsert(connection, contacts, [closed], newer="updated")

    def opted_out(self, contact: str) -> bool:
        """Whether this contact wants nothing unasked."""
        table, index = contacts, self._database.vault.index(storable(contact))
        statement = select(table.c.opted_out).where(table.c.contact_index == index)
        with self._database.read() as connection:
            return bool(connection.execute(statement).scalar())


def request_of(row: Row[tuple[Any, ...]], vault: Vault) -> Request:
    """The request of a row that holds all columns of `requests`, and no others."""
    return Request(**open_row(vault, requests.name, row))
