"""What was heard in each turn and what the line answered, for whoever works on the case.

A row is written in the transaction that saves its conversation. Words and answers are sealed;
retention keeps them only where a case, a callback or an alarm stands that they belong to.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Column, Index, Integer, Table, Text, or_, select

from assistant.core.errors import VaultError
from assistant.core.turn import Channel, Utterance
from assistant.database import UtcDateTime, metadata, storable, upsert

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from assistant.database import Database

log = logging.getLogger(__name__)

hearings = Table(
    "hearings",
    metadata,
    Column("id", Text, primary_key=True),
    Column("conversation_id", Text, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("channel", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("words", Text, nullable=False),
    Index(None, "conversation_id", "turn"),
    Index(None, "code"),
    Index(None, "at"),
)
MOST: Final = 200
"Turns shown of one case; a long call has forty."


@dataclass(frozen=True, slots=True)
class Answer:
    """One sentence, or one text, of the line's."""

    prompt: str
    "Its name in the prompts; of a text that holds several sentences all of them, in turn."
    text: str
    "As it was said or sent."
    language: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """What is sealed of a turn."""

    heard: Utterance | None
    "With every other hypothesis; `None` where she pressed a key, whose digit is not kept."
    answered: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Hearing:
    """One turn of a conversation."""

    conversation_id: str
    turn: int
    "Counts the conversation's moves; read anew, a turn has the same number and replaces itself."
    at: datetime
    channel: Channel
    code: str
    "The case that the turn was about; empty where it was about none."
    exchange: Exchange


UNREADABLE: Final = Exchange(Utterance("?", ""), ())
"Stands for what cannot be opened: the page is shown all the same."
WORDS = TypeAdapter(Exchange)


def write(connection: Connection, database: Database, hearing: Hearing) -> None:
    """Keep a turn, or replace an earlier reading of it, inside the caller's transaction.

    Raises `VaultError` where the database was opened without its keys.
    """
    talk = storable(hearing.conversation_id)
    key = f"{talk}:{hearing.turn}"
    words = json.dumps(WORDS.dump_python(hearing.exchange, mode="json"), ensure_ascii=False)
    row = {
        "id": key,
        "conversation_id": talk,
        "turn": hearing.turn,
        "at": hearing.at,
        "channel": hearing.channel,
        "code": storable(hearing.code),
        "words": database.vault.seal(hearings.name, "words", key, storable(words)),
    }
    upsert(connection, hearings, [row], newer="at")


class HearingStore:
    """Reads them for the desk. Called from web threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def about(self, code: str, conversation: str) -> tuple[Hearing, ...]:
        """The turns of the talk a case came from, and of any later talk that was about it.

        In the order in which they were said, the latest `MOST` of them.
        """
        table = hearings
        ours = [table.c.conversation_id == storable(conversation)]
        if code:
            ours.append(table.c.code == storable(code))
        latest = (
            select(table).where(or_(*ours)).order_by(table.c.at.desc(), table.c.turn.desc())
        ).limit(MOST)
        with self._database.read() as connection:
            rows = connection.execute(latest).all()
        return tuple(self._hearing(row) for row in reversed(rows))

    def _hearing(self, row: Row[tuple[object, ...]]) -> Hearing:
        values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name of a row's columns
        key, sealed = values.pop("id"), values.pop("words")
        return Hearing(**values, exchange=self._open(key, sealed))

    def _open(self, key: str, sealed: str) -> Exchange:
        try:
            words = self._database.vault.open_(hearings.name, "words", key, sealed)
            return WORDS.validate_json(words)
        except VaultError:
            log.exception("a turn of conversation %s cannot be opened", key)
        except ValidationError:
            log.warning("a turn of conversation %s has a form this version cannot read", key)
        return UNREADABLE
