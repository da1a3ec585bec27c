"""The outbox in the database: the truth about every text we send.

A text is kept before anything is sent. Whoever sends it holds it for a while (a lease); the attempt
is written down before the carrier is asked, so that after a crash in between the text is known to
be *unknown* and is looked up at the carrier instead of being sent again. Its number and what it
says are sealed.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select, update

from assistant.core.errors import TamperedError, UnknownKeyError
from assistant.core.segments import segments
from assistant.core.texts import OutgoingText
from assistant.database import insert_once, storable, upsert
from assistant.outbox.asked import Asked
from assistant.outbox.delivery import REPORTED, State, advance
from assistant.outbox.tables import Held, Kept, early_reports, no_texts, outbox
from assistant.vault.rows import close, open_strictly

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Select

    from assistant.database import Database

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
"Longer than any answer of the carrier is waited for."
EARLY_KEPT = timedelta(days=1)
UNREADABLE_TEXT = "cannot be opened"
"Why a text failed that somebody changed in the database, or whose key is lost."


class Outbox(Asked):
    """Keeps texts; `assistant.core.ports.Outbox`. Called from worker threads."""

    def __init__(self, database: Database, signature: str = "") -> None:
        """`signature` stands before every text and is counted with it."""
        super().__init__(database)
        self._signature = signature

    def put(self, text: OutgoingText, now: datetime, due: datetime | None = None) -> bool:
        """Keep a text for sending, not before `due`; whether its key was new."""
        body = storable(text.body)
        row = {
            "key": storable(text.key),
            "contact": storable(text.contact),
            "body": body,
            "language": text.language,
            "kind": text.kind,
            "asked": text.asked,
            "service": text.service,
            "segments": segments(body, self._signature).parts,
            "state": "waiting",
            "due": due or now,
            "attempt": 0,
            "tries_later": 0,
            "updated": now,
        }
        closed = close(self._database.vault, outbox.name, row)
        with self._database.begin() as connection:
            return insert_once(connection, outbox, closed)

    def claim(self, now: datetime) -> Held | None:
        """The text that is due longest, held for `LEASE`; `None` when none is due.

        Alarms come first. A text whose holder has vanished is given out again, as unknown. One that
        cannot be opened is failed, for a person to see, and does not keep the others waiting.
        """
        with self._database.begin() as connection:
            while (before := connection.execute(_first_due(now)).first()) is not None:
                try:
                    text = open_strictly(self._database.vault, outbox.name, before._asdict())
                except (TamperedError, UnknownKeyError) as error:
                    log.error("a text cannot be sent: %s", error)  # noqa: TRY400 - the sentence says it
                    _set(connection, before.key, state="failed", why=UNREADABLE_TEXT, updated=now)
                    continue
                return self._hold(connection, text, now)
        return None

    def _hold(self, connection: Connection, text: Mapping[str, Any], now: datetime) -> Held:
        in_doubt, attempt = text["state"] in ("sending", "unknown"), text["attempt"] + 1
        _set(
            connection,
            text["key"],
            state="sending",
            attempt=attempt,
            held_until=now + LEASE,
            begun=text["begun"] if in_doubt else now,
            updated=now,
        )
        return Held(
            text["key"],
            text["contact"],
            text["body"],
            text["language"],
            text["kind"],
            text["asked"],
            text["service"],
            attempt,
            text["tries_later"],
            text["begun"] if in_doubt else None,
        )

    def accepted(self, held: Held, sid: str, now: datetime) -> None:
        """The carrier has taken the text; reports that came before its id was known count now."""
        with self._database.begin() as connection:
            changed = self._mine(connection, held, now, state="accepted", sid=sid, error=None)
            if not changed:
                return
            early = connection.execute(
                select(early_reports).where(early_reports.c.sid == sid)
            ).first()
            if early is not None:
                self._report(connection, sid, early.status, early.error, now)

    def postpone(
        self, held: Held, due: datetime, now: datetime, *, error: int | None, later: bool = False
    ) -> None:
        """Nothing was sent: to be tried again at `due`; `later` counts a switched-off telephone."""
        changes = {"due": due, "error": error, "tries_later": held.tries_later + int(later)}
        with self._database.begin() as connection:
            self._mine(connection, held, now, state="waiting", begun=None, **changes)

    def doubt(self, held: Held, again: datetime, now: datetime) -> None:
        """Nobody knows whether the carrier has the text: to be looked up again at `again`."""
        with self._database.begin() as connection:
            self._mine(connection, held, now, state="unknown", held_until=again)

    def end(
        self, held: Held, state: State, now: datetime, *, error: int | None = None, why: str = ""
    ) -> None:
        """The text will not be sent: `failed` for a person to see, or `dropped`."""
        with self._database.begin() as connection:
            self._mine(connection, held, now, state=state, error=error, why=why or None)

    def reported(self, sid: str, status: str, error: int | None, now: datetime) -> Kept | None:
        """The carrier reports on a text; the text as it is then, or `None` for an unknown id.

        The report of an unknown id is kept for a day: it may be faster than the carrier's answer.
        """
        with self._database.begin() as connection:
            known = self._report(connection, sid, status, error, now)
            if known is None:
                row = {"sid": storable(sid), "status": storable(status), "error": error, "at": now}
                upsert(connection, early_reports, [row], newer="at")
                connection.execute(
                    early_reports.delete().where(early_reports.c.at < now - EARLY_KEPT)
                )
            return known

    def _report(
        self, connection: Connection, sid: str, status: str, error: int | None, now: datetime
    ) -> Kept | None:
        table = outbox
        row = connection.execute(
            select(table).where(table.c.sid == storable(sid)).with_for_update()
        ).first()
        if row is None:
            return None
        reported = REPORTED.get(status)
        state = row.state if reported is None else advance(row.state, reported)
        if state != row.state:
            _set(connection, row.key, state=state, error=error, updated=now)
        found = connection.execute(select(table).where(table.c.key == row.key)).one()
        return self._kept(found)

    def again_later(self, key: str, due: datetime, now: datetime) -> None:
        """A text that did not arrive is tried once more at `due`, under the same key."""
        table = outbox
        with self._database.begin() as connection:
            connection.execute(
                update(table)
                .where(table.c.key == key, table.c.state.in_(("undelivered", "failed")))
                .values(
                    state="waiting",
                    due=due,
                    sid=None,
                    begun=None,
                    attempt=0,
                    tries_later=table.c.tries_later + 1,
                    updated=now,
                )
            )

    def _mine(self, connection: Connection, held: Held, now: datetime, **changes: object) -> bool:
        """Change a text we hold; nothing happens once another holder has claimed it."""
        table = outbox
        statement = (
            update(table)
            .where(table.c.key == held.key, table.c.attempt == held.attempt)
            .where(table.c.state == "sending")
            .values(updated=now, **changes)
        )
        return connection.execute(statement).rowcount == 1

    # -- numbers that cannot take texts -----------------------------------------------------

    def takes_no_texts(self, contact: str, why: str, now: datetime) -> None:
        """Remember that this telephone cannot take texts."""
        row = {"contact": storable(contact), "why": why, "at": now}
        closed = close(self._database.vault, no_texts.name, row)
        with self._database.begin() as connection:
            upsert(connection, no_texts, [closed], newer="at")

    def can_text(self, contact: str) -> bool:
        """Whether nothing is known against texting this contact."""
        index = self._database.vault.index(storable(contact))
        statement = select(no_texts.c.contact_index).where(no_texts.c.contact_index == index)
        with self._database.read() as connection:
            return connection.execute(statement).first() is None


def _first_due(now: datetime) -> Select[Any]:
    table = outbox
    waiting = and_(table.c.state == "waiting", table.c.due <= now)
    lost = and_(table.c.state.in_(("sending", "unknown")), table.c.held_until <= now)
    chosen = (
        select(table.c.key)
        .where(or_(waiting, lost))
        .order_by((table.c.kind != "alarm"), table.c.due, table.c.key)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return select(table).where(table.c.key.in_(chosen))


def _set(connection: Connection, key: str, **values: object) -> None:
    connection.execute(update(outbox).where(outbox.c.key == key).values(**values))
