"""Alarms in the database. An alarm is open until a named person has closed it with a note.

Nothing closes by itself: that the resident said no, or nothing at all, is noted beside the alarm
for whoever rings her back (SENIOR 4). Her number, her words and the note are sealed.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlalchemy import Column, Index, Table, Text, select, update

from assistant.core.errors import VaultError
from assistant.core.event import AlarmAnswer
from assistant.database import UtcDateTime, insert_once, metadata, storable

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Row

    from assistant.core.conversation import Conversation
    from assistant.core.event import Alert, AlertNews
    from assistant.database import Database

log = logging.getLogger(__name__)

Status = Literal["open", "taken", "closed"]

alarms = Table(
    "alarms",
    metadata,
    Column("code", Text, primary_key=True),
    Column("intent", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("conversation_id", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("contact", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("answer", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("taken_by", Text),
    Column("taken", UtcDateTime),
    Column("closed_by", Text),
    Column("closed", UtcDateTime),
    Column("note", Text),
    Column("contact_index", Text),
    Index(None, "status", "created"),
    Index(None, "contact_index"),
    Index(None, "conversation_id"),
)
SEALED = ("contact", "words", "note")
UNREADABLE = "?"
"Stands for what cannot be opened: an alarm is shown all the same."


@dataclass(frozen=True, slots=True)
class Alarm:
    """One resident in danger, as the desk sees it."""

    code: str
    intent: str
    "One of `safety.*`."
    words: str
    "What was said, one utterance a line, oldest first."
    conversation_id: str
    channel: str
    contact: str
    language: str
    created: datetime
    "In UTC, as every moment here."
    answer: AlarmAnswer
    "What she said when asked whether it is an emergency."
    status: Status
    taken_by: str | None
    taken: datetime | None
    closed_by: str | None
    closed: datetime | None
    note: str | None


class AlarmStore:
    """Keeps alarms; `assistant.core.ports.AlarmStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def raise_(self, alert: Alert, conversation: Conversation, now: datetime) -> None:
        """Put an alarm before the staff; the same code twice is kept once."""
        contact = storable(conversation.contact)
        row = {
            "code": alert.code,
            "intent": alert.intent,
            "words": self._seal("words", alert.code, alert.words),
            "conversation_id": storable(conversation.id),
            "channel": conversation.channel,
            "contact": self._seal("contact", alert.code, contact),
            "contact_index": self._database.vault.index(contact),
            "language": conversation.language,
            "created": now,
            "answer": "none",
            "status": "open",
        }
        with self._database.begin() as connection:
            insert_once(connection, alarms, row)

    def add(self, news: AlertNews) -> None:
        """Note what the resident answered or said since; an unknown code is ignored."""
        if news.answer == "none" and not news.words:
            return
        ours = alarms.c.code == news.code
        changes: dict[str, object] = {} if news.answer == "none" else {"answer": news.answer}
        with self._database.begin() as connection:
            row = connection.execute(select(alarms).where(ours).with_for_update()).first()
            if row is None:
                return
            if news.words:
                said = f"{self._open(row, 'words')}\n{news.words}"
                changes["words"] = self._seal("words", row.code, said)
            connection.execute(update(alarms).where(ours).values(changes))

    def status(self, code: str) -> str | None:
        """`open` or `closed` as a resident is told it, or `None` for a code nobody was given."""
        found = self.get(code)
        if found is None:
            return None
        return "closed" if found.status == "closed" else "open"

    def get(self, code: str) -> Alarm | None:
        """One alarm by its code, however it is written, or `None`."""
        with self._database.read() as connection:
            row = connection.execute(select(alarms).where(alarms.c.code == _plain(code))).first()
        return None if row is None else self._alarm(row)

    def open_kinds(self, contact: str) -> frozenset[str]:
        """What this contact is in danger of: intents of its alarms that nobody has closed."""
        statement = select(alarms.c.intent).where(
            alarms.c.contact_index == self._database.vault.index(storable(contact)),
            alarms.c.status != "closed",
        )
        with self._database.read() as connection:
            return frozenset(connection.execute(statement).scalars())

    def listing(self, *, closed: bool = False) -> tuple[Alarm, ...]:
        """Alarms nobody has closed, the oldest first; with `closed`, every one."""
        statement = select(alarms).order_by(alarms.c.created, alarms.c.code)
        if not closed:
            statement = statement.where(alarms.c.status != "closed")
        with self._database.read() as connection:
            return tuple(self._alarm(row) for row in connection.execute(statement))

    def take(self, code: str, by: str, now: datetime) -> bool:
        """A named person takes an alarm on; whether it was still free."""
        statement = (
            update(alarms)
            .where(alarms.c.code == _plain(code), alarms.c.status == "open")
            .values(status="taken", taken_by=storable(by), taken=now)
        )
        with self._database.begin() as connection:
            return connection.execute(statement).rowcount == 1

    def close(self, code: str, by: str, note: str, now: datetime) -> bool:
        """A named person closes an alarm and writes down why; whether it was not closed yet."""
        sealed = self._seal("note", _plain(code), note)
        statement = (
            update(alarms)
            .where(alarms.c.code == _plain(code), alarms.c.status != "closed")
            .values(status="closed", closed_by=storable(by), closed=now, note=sealed)
        )
        with self._database.begin() as connection:
            return connection.execute(statement).rowcount == 1

    def _seal(self, column: str, code: str, text: str) -> str:
        return self._database.vault.seal(alarms.name, column, code, storable(text))

    def _open(self, row: Row[tuple[object, ...]], column: str) -> str:
        """What was sealed; what cannot be opened is logged and stands as `UNREADABLE`."""
        values = row._mapping  # noqa: SLF001 - the public name of a row's columns in SQLAlchemy
        try:
            return self._database.vault.open_(
                alarms.name, column, values["code"], values[column] or ""
            )
        except VaultError:
            log.exception("alarm %s: a value cannot be opened", values["code"])
            return UNREADABLE

    def _alarm(self, row: Row[tuple[object, ...]]) -> Alarm:
        values = dict(row._mapping)  # noqa: SLF001 - as above
        del values["contact_index"]
        opened = {name: self._open(row, name) for name in SEALED if values[name] is not None}
        return Alarm(**{**values, **opened})


def _plain(code: str) -> str:
    return storable(code).replace(" ", "").upper()
