"""Conversations and answered webhooks in the database, with what was said in them sealed."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError
from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    Table,
    Text,
    bindparam,
    delete,
    func,
    select,
    update,
)

from assistant.core.conversation import Conversation
from assistant.core.errors import TamperedError, UnknownKeyError
from assistant.database import UtcDateTime, insert_once, metadata, storable, upsert
from assistant.memory.hearings import write
from assistant.vault.rows import close, open_strictly

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Row, Select

    from assistant.database import Database
    from assistant.memory.hearings import Hearing

log = logging.getLogger(__name__)

conversations = Table(
    "conversations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("contact", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("updated", UtcDateTime, nullable=False),
    Column("ended", Boolean, nullable=False),
    Column("contact_index", Text),
    Index(None, "channel", "contact_index", "updated"),
)
webhooks = Table(
    "webhooks",
    metadata,
    Column("key", Text, primary_key=True),
    Column("text", Text),
    Column("status", Integer),
    Column("content_type", Text),
    Column("at", UtcDateTime, nullable=False, index=True),
)

LATEST = (
    select(conversations.c.id, conversations.c.state)
    .where(
        conversations.c.channel == bindparam("channel"),
        conversations.c.contact_index == bindparam("contact_index"),
    )
    .order_by(conversations.c.updated.desc(), conversations.c.id.desc())
    .limit(1)
)
BY_ID = select(conversations.c.id, conversations.c.state).where(
    conversations.c.id == bindparam("identifier")
)
"Built once: building a statement costs more than running it."

STATE = TypeAdapter(Conversation)
ABANDONED = timedelta(seconds=30)
"Twilio gives a webhook 15 s; whoever took one twice as long ago and never answered has died."


class ConversationStore:
    """Keeps conversations between turns; `assistant.core.ports.ConversationStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def counts_since(self, since: datetime) -> dict[str, int]:
        """Conversations that went on since then, by channel."""
        table = conversations
        counted = select(table.c.channel, func.count()).where(table.c.updated >= since)
        with self._database.read() as connection:
            return dict(connection.execute(counted.group_by(table.c.channel)).all())

    def load(self, channel: str, contact: str) -> Conversation | None:
        """The latest conversation of this contact in this channel, or `None`."""
        index = self._database.vault.index(storable(contact))
        return self._read(LATEST, channel=channel, contact_index=index)

    def get(self, identifier: str) -> Conversation | None:
        """One conversation by its id, or `None`."""
        return self._read(BY_ID, identifier=storable(identifier))

    def save(self, conversation: Conversation) -> None:
        """Insert or replace; the newest `updated` wins, of two equal ones the later call."""
        self.save_turn(conversation, None)

    def save_turn(self, conversation: Conversation, hearing: Hearing | None) -> None:
        """The same, with what was heard in the turn that led here: both are kept, or neither."""
        row = {
            "id": storable(conversation.id),
            "channel": conversation.channel,
            "contact": storable(conversation.contact),
            "state": state_json(conversation),
            "updated": conversation.updated,
            "ended": conversation.ended,
        }
        closed = close(self._database.vault, conversations.name, row)
        with self._database.begin() as connection:
            upsert(connection, conversations, [closed], newer="updated")
            if hearing is not None:
                write(connection, self._database, hearing)

    def _read(self, statement: Select[tuple[str, str]], **named: str) -> Conversation | None:
        with self._database.read() as connection:
            row = connection.execute(statement, named).first()
        if row is None:
            return None
        try:
            values = open_strictly(self._database.vault, conversations.name, row._asdict())
            return STATE.validate_json(values["state"])
        except (TamperedError, UnknownKeyError) as error:
            log.error("conversation %s begins anew: %s", row.id, error)  # noqa: TRY400 - the sentence says it
        except ValidationError:
            log.warning(
                "conversation %s has a state this version cannot read; it begins anew", row.id
            )
        return None


def state_json(conversation: Conversation) -> str:
    """The conversation as JSON. Halves of characters, which no JSON may hold, become `?`."""
    try:
        return STATE.dump_json(conversation).decode("utf-8")
    except (PydanticSerializationError, UnicodeEncodeError):
        return storable(
            json.dumps(STATE.dump_python(conversation, mode="json"), ensure_ascii=False)
        )


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What a webhook was answered before."""

    text: str = ""
    status: int = 200
    content_type: str = ""
    done: bool = True
    "False while the first delivery is still being worked on: answer with nothing to do."


class WebhookLog:
    """Lets a webhook that is delivered twice have its effect once. Called from worker threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def first(self, key: str, now: datetime) -> StoredAnswer | None:
        """`None` to exactly one caller, who acts and then calls `answered`; the answer to others.

        A webhook taken longer than `ABANDONED` ago and never answered is given out once more.
        """
        claim = {"key": storable(key), "at": now}
        with self._database.begin() as connection:
            if insert_once(connection, webhooks, claim):
                return None
            table = webhooks
            row = connection.execute(
                select(table).where(table.c.key == claim["key"]).with_for_update()
            ).one()
            if row.status is not None:
                return self._answer(row)
            if row.at > now - ABANDONED:
                return StoredAnswer(done=False)
            connection.execute(update(table).where(table.c.key == claim["key"]).values(at=now))
            return None

    def once(self, key: str, now: datetime) -> bool:
        """Whether this is the first time that any node brings `key`; it is remembered."""
        with self._database.begin() as connection:
            return insert_once(connection, webhooks, {"key": storable(key), "at": now})

    def answered(self, key: str, answer: StoredAnswer, now: datetime) -> None:
        """Remember what the webhook was answered, for every later delivery."""
        row = {
            "key": storable(key),
            "text": storable(answer.text),
            "status": answer.status,
            "content_type": answer.content_type,
            "at": now,
        }
        closed = close(self._database.vault, webhooks.name, row)
        with self._database.begin() as connection:
            upsert(connection, webhooks, [closed])

    def release(self, key: str) -> None:
        """Let the webhook be acted on again, unless it was answered."""
        unanswered = webhooks.c.status.is_(None)
        with self._database.begin() as connection:
            connection.execute(delete(webhooks).where(webhooks.c.key == storable(key), unanswered))

    def _answer(self, row: Row[Any]) -> StoredAnswer:
        """What was answered; what cannot be opened is not repeated, as if it were still at work."""
        try:
            values = open_strictly(self._database.vault, webhooks.name, row._asdict())
        except (TamperedError, UnknownKeyError) as error:
            log.error("an answer cannot be repeated: %s", error)  # noqa: TRY400 - the sentence says it
            return StoredAnswer(done=False)
        return StoredAnswer(values["text"], values["status"], values["content_type"])

    def forget(self, before: datetime) -> int:
        """Drop what is older than any carrier repeats; how many were dropped."""
        with self._database.begin() as connection:
            return connection.execute(delete(webhooks).where(webhooks.c.at < before)).rowcount
