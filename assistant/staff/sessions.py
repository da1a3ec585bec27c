"""Sessions: who is signed in where. The cookie holds the secret, the database its hash."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal

from sqlalchemy import delete, insert, select, update

from assistant.database import storable
from assistant.staff.accounts import Account, account_of
from assistant.staff.secrets_kept import digest, fresh_secret
from assistant.staff.tables import sessions, staff

if TYPE_CHECKING:
    from assistant.database import Database

Stage = Literal["code", "enrol", "in"]
"What is still wanted: the one-time code, setting one up, or nothing."

UNFINISHED: Final = timedelta(minutes=10)
"How long half a sign-in may take."
LONGEST: Final = timedelta(hours=12)
"A working day: after it a session is over, however busy (OWASP ASVS 5, 7.3.2)."
KEPT: Final = timedelta(hours=24)
"A locked session is remembered so long, for what was typed into its forms."
NOTED_EVERY: Final = timedelta(seconds=30)
"How exactly the last activity is known; every click would be a write."
DEVICE_MOST: Final = 120


@dataclass(frozen=True, slots=True)
class Session:
    """One browser signed in."""

    id: str
    "The hash of its secret: names it to its owner and signs in nobody."
    account: Account
    stage: Stage
    locked: bool
    "Idle or open for too long: its page still hears alarms, and nothing else."
    created: datetime
    seen: datetime
    device: str


class SessionStore:
    """Keeps sessions; `idle` is how long one stays open without a click."""

    def __init__(self, database: Database, idle: timedelta) -> None:
        self._database = database
        self._idle = idle

    def begin(self, key: str, stage: Stage, device: str, now: datetime) -> str:
        """A new session; returns the secret for its cookie. Forgets those that are long over."""
        secret = fresh_secret()
        row = {
            "hash": digest(secret),
            "key": key,
            "stage": stage,
            "created": now,
            "seen": now,
            "device": storable(device)[:DEVICE_MOST],
        }
        with self._database.begin() as connection:
            connection.execute(delete(sessions).where(sessions.c.seen < now - KEPT))
            connection.execute(insert(sessions).values(**row))
        return secret

    def find(self, secret: str, now: datetime) -> Session | None:
        """The session of a cookie, locked or not; `None` for one that is over or never was."""
        table = sessions
        wanted = (
            select(staff, table.c.hash, table.c.stage, table.c.seen, table.c.device)
            .add_columns(table.c.created.label("began"))
            .join_from(table, staff, table.c.key == staff.c.key)
            .where(table.c.hash == digest(secret), staff.c.active)
        )
        with self._database.read() as connection:
            row = connection.execute(wanted).first()
        if row is None or now - row.seen > KEPT:
            return None
        if row.stage != "in" and now - row.began > UNFINISHED:
            return None
        locked = now - row.seen > self._idle or now - row.began > LONGEST
        return Session(
            row.hash, account_of(row), row.stage, locked, row.began, row.seen, row.device
        )

    def touch(self, session: Session, now: datetime) -> None:
        """Note that its owner is at work."""
        if now - session.seen < NOTED_EVERY:
            return
        ours = sessions.c.hash == session.id
        with self._database.begin() as connection:
            connection.execute(update(sessions).where(ours).values(seen=now))

    def of(self, key: str, now: datetime) -> tuple[Session, ...]:
        """The open sessions of one account, the latest first."""
        wanted = select(sessions.c.hash).where(
            sessions.c.key == key, sessions.c.stage == "in", sessions.c.seen >= now - self._idle
        )
        with self._database.read() as connection:
            hashes = list(connection.execute(wanted).scalars())
            account = connection.execute(select(staff).where(staff.c.key == key)).first()
            rows = connection.execute(select(sessions).where(sessions.c.hash.in_(hashes))).all()
        if account is None:
            return ()
        found = [
            Session(
                row.hash,
                account_of(account),
                row.stage,
                locked=False,
                created=row.created,
                seen=row.seen,
                device=row.device,
            )
            for row in rows
        ]
        return tuple(sorted(found, key=lambda one: one.seen, reverse=True))

    def end(self, session_id: str, key: str) -> bool:
        """End a session of this account; whether there was one."""
        ours = delete(sessions).where(sessions.c.hash == session_id, sessions.c.key == key)
        with self._database.begin() as connection:
            return connection.execute(ours).rowcount == 1
