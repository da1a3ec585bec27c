"""Accounts in the database: adding, signing in, second factor, roles."""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, insert, select, update

from assistant.core.errors import AssistantError
from assistant.database import insert_once, storable
from assistant.staff.roles import Role, as_role
from assistant.staff.secrets_kept import (
    OneTimeCodes,
    digest,
    fresh_recovery_codes,
    fresh_secret,
    hash_password,
    outdated,
    password_fits,
    plain_code,
    why_weak,
)
from assistant.staff.tables import recovery_codes, sessions, staff

if TYPE_CHECKING:
    from sqlalchemy import Row

    from assistant.database import Database

LINK_LASTS: Final = timedelta(hours=24)
"How long a one-time sign-in link may be used."
NAME_MOST: Final = 40


class StaffError(AssistantError, ValueError):
    """An account cannot be made or changed so; says what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """One person at the desk."""

    key: str
    "The name as it is compared: same letters, whatever their case and width."
    name: str
    role: Role
    has_password: bool
    second_factor: bool
    "A one-time code has been set up and confirmed."
    active: bool
    created: datetime


def key_of(name: str) -> str:
    """The name as accounts are found by."""
    return " ".join(unicodedata.normalize("NFKC", storable(name)).casefold().split())


class AccountStore:
    """Keeps accounts. `codes` derives one-time codes from the installation's key."""

    def __init__(self, database: Database, codes: OneTimeCodes) -> None:
        self._database = database
        self._codes = codes

    def add(self, name: str, role: Role, now: datetime, password: str | None = None) -> Account:
        """Make an account. Raises `StaffError` for a bad or taken name or a weak password."""
        shown = " ".join(storable(name).split())
        if not shown or len(shown) > NAME_MOST or not shown.replace(" ", "").isprintable():
            raise StaffError(f"A name has 1 to {NAME_MOST} plain characters; give another.")
        if password is not None and why_weak(password, shown):
            raise StaffError("This password is easy to guess; take 12 characters or more.")
        key = key_of(shown)
        row = {
            "key": key,
            "name": shown,
            "role": role,
            "password": None if password is None else hash_password(password),
            "confirmed": False,
            "last_step": 0,
            "active": True,
            "created": now,
        }
        with self._database.begin() as connection:
            if not insert_once(connection, staff, row):
                raise StaffError(f"There is an account named {shown} already; give another name.")
        return Account(
            key, shown, role, password is not None, second_factor=False, active=True, created=now
        )

    def get(self, name: str) -> Account | None:
        """The account of that name, or `None`."""
        with self._database.read() as connection:
            row = connection.execute(select(staff).where(staff.c.key == key_of(name))).first()
        return None if row is None else account_of(row)

    def listing(self) -> tuple[Account, ...]:
        """Everybody, by name."""
        with self._database.read() as connection:
            rows = connection.execute(select(staff).order_by(staff.c.key))
            return tuple(account_of(row) for row in rows)

    # -- passwords and links ----------------------------------------------------------------

    def proves(self, name: str, password: str) -> Account | None:
        """The account if it is active and this is its password; else `None`, after as long."""
        with self._database.read() as connection:
            row = connection.execute(select(staff).where(staff.c.key == key_of(name))).first()
        kept: str | None = row.password if row is not None and row.active else None
        if not password_fits(kept, password) or row is None or kept is None:
            return None
        if outdated(kept):
            self._change(row.key, password=hash_password(password))
        return account_of(row)

    def set_password(self, key: str, password: str) -> str | None:
        """Keep a new password, which ends every link; or the word key of what is wrong with it."""
        wrong = why_weak(password, key)
        if wrong is None:
            self._change(key, password=hash_password(password), link=None, link_until=None)
        return wrong

    def make_link(self, key: str, now: datetime) -> str:
        """The secret of a one-time sign-in link; the password is gone and so are the sessions."""
        secret = fresh_secret()
        self._change(key, link=digest(secret), link_until=now + LINK_LASTS, password=None)
        self._forget_sessions(key)
        return secret

    def linked(self, secret: str, now: datetime) -> Account | None:
        """Whose link this is, while it lasts."""
        wanted = select(staff).where(staff.c.link == digest(secret), staff.c.active)
        with self._database.read() as connection:
            row = connection.execute(wanted).first()
        return None if row is None or row.link_until < now else account_of(row)

    # -- second factor ----------------------------------------------------------------------

    def begin_second_factor(self, key: str, issuer: str) -> tuple[str, str]:
        """The secret and its `otpauth://` address; the same until it is confirmed."""
        with self._database.begin() as connection:
            row = connection.execute(select(staff).where(staff.c.key == key)).one()
            seed = row.seed
            if seed is None:
                seed = secrets.token_hex(16)
                connection.execute(update(staff).where(staff.c.key == key).values(seed=seed))
        return self._codes.secret(seed), self._codes.address(seed, row.name, issuer)

    def confirm_second_factor(self, key: str, code: str, now: datetime) -> tuple[str, ...] | None:
        """Recovery codes, shown once, if the app's code is right; else `None`."""
        if not self.code_fits(key, code, now):
            return None
        made = fresh_recovery_codes()
        with self._database.begin() as connection:
            connection.execute(update(staff).where(staff.c.key == key).values(confirmed=True))
            connection.execute(delete(recovery_codes).where(recovery_codes.c.key == key))
            rows = [{"hash": digest(plain_code(one)), "key": key} for one in made]
            connection.execute(insert(recovery_codes), rows)
        return made

    def code_fits(self, key: str, code: str, now: datetime) -> bool:
        """Whether the code is the app's of this moment; the same one is good once only."""
        with self._database.begin() as connection:
            row = connection.execute(select(staff).where(staff.c.key == key)).first()
            if row is None or row.seed is None:
                return False
            step = self._codes.step_of(row.seed, code, now, row.last_step)
            if step is None:
                return False
            connection.execute(update(staff).where(staff.c.key == key).values(last_step=step))
        return True

    def recovers(self, key: str, code: str) -> bool:
        """Use up a recovery code; whether it was one."""
        table = recovery_codes
        ours = delete(table).where(table.c.hash == digest(plain_code(code)), table.c.key == key)
        with self._database.begin() as connection:
            return connection.execute(ours).rowcount == 1

    def forget_second_factor(self, key: str) -> None:
        """Let a person set up a new telephone at the next sign-in; ends their sessions."""
        self._change(key, seed=None, confirmed=False, last_step=0)
        with self._database.begin() as connection:
            connection.execute(delete(recovery_codes).where(recovery_codes.c.key == key))
        self._forget_sessions(key)

    # -- role and state ---------------------------------------------------------------------

    def set_role(self, key: str, role: Role) -> None:
        """Give another role; the sessions end. Raises `StaffError` for the last admin."""
        self._keep_an_admin(key, goes=role != "admin")
        self._change(key, role=role)
        self._forget_sessions(key)

    def set_active(self, key: str, *, active: bool) -> None:
        """Close an account or open it again. Raises `StaffError` for the last admin."""
        self._keep_an_admin(key, goes=not active)
        self._change(key, active=active)
        self._forget_sessions(key)

    def _keep_an_admin(self, key: str, *, goes: bool) -> None:
        others = [
            one for one in self.listing() if one.role == "admin" and one.active and one.key != key
        ]
        if goes and not others:
            raise StaffError("One admin has to stay; make another person admin first.")

    def _change(self, key: str, **values: object) -> None:
        with self._database.begin() as connection:
            connection.execute(update(staff).where(staff.c.key == key).values(**values))

    def _forget_sessions(self, key: str) -> None:
        with self._database.begin() as connection:
            connection.execute(delete(sessions).where(sessions.c.key == key))


def account_of(row: Row[tuple[object, ...]]) -> Account:
    """The account in a row of the table `staff`."""
    return Account(
        key=row.key,
        name=row.name,
        role=as_role(row.role),
        has_password=row.password is not None,
        second_factor=row.confirmed,
        active=row.active,
        created=row.created,
    )
