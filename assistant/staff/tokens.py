"""Tokens of the JSON interface: shown once, kept as a hash, bound to a role and a day."""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import insert, select, update

from assistant.database import storable
from assistant.staff.roles import Role, as_role
from assistant.staff.secrets_kept import digest, fresh_secret
from assistant.staff.tables import tokens

if TYPE_CHECKING:
    from sqlalchemy import Row

    from assistant.database import Database

LASTS: Final = timedelta(days=365)
_SHAPE: Final = re.compile(r"nl_([0-9a-f]{12})_([A-Za-z0-9_-]{20,80})")
NAME_MOST: Final = 60


@dataclass(frozen=True, slots=True)
class Token:
    """One program that may ask."""

    id: str
    name: str
    role: Role
    made_by: str
    created: datetime
    until: datetime
    revoked: datetime | None


class TokenStore:
    """Keeps tokens."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def make(self, name: str, role: Role, by: str, now: datetime) -> tuple[Token, str]:
        """A token for a year, and its text, which cannot be shown again."""
        identity, secret = secrets.token_hex(6), fresh_secret()
        shown = storable(name).strip()[:NAME_MOST]
        token = Token(identity, shown, role, by, now, now + LASTS, None)
        row = {
            "id": token.id,
            "hash": digest(secret),
            "name": token.name,
            "role": role,
            "made_by": by,
            "created": now,
            "until": token.until,
        }
        with self._database.begin() as connection:
            connection.execute(insert(tokens).values(**row))
        return token, f"nl_{identity}_{secret}"

    def find(self, text: str, now: datetime) -> Token | None:
        """The token of that text while it is valid."""
        parts = _SHAPE.fullmatch(text)
        if parts is None:
            return None
        with self._database.read() as connection:
            row = connection.execute(select(tokens).where(tokens.c.id == parts[1])).first()
        if row is None or not hmac.compare_digest(row.hash, digest(parts[2])):
            return None
        return None if row.revoked is not None or row.until <= now else _token(row)

    def listing(self) -> tuple[Token, ...]:
        """Every token, the newest first."""
        with self._database.read() as connection:
            rows = connection.execute(select(tokens).order_by(tokens.c.created.desc()))
            return tuple(_token(row) for row in rows)

    def revoke(self, identity: str, now: datetime) -> bool:
        """End a token; whether it was still good."""
        ours = update(tokens).where(tokens.c.id == storable(identity), tokens.c.revoked.is_(None))
        with self._database.begin() as connection:
            return connection.execute(ours.values(revoked=now)).rowcount == 1


def _token(row: Row[tuple[object, ...]]) -> Token:
    return Token(
        row.id, row.name, as_role(row.role), row.made_by, row.created, row.until, row.revoked
    )
