from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from assistant.database import Database, open_database
from assistant.staff import secrets_kept
from assistant.staff.accounts import AccountStore, StaffError
from assistant.staff.approvals import ApprovalStore
from assistant.staff.lockout import FIRST_WAIT, LONGEST_WAIT, Lockout, wait_after
from assistant.staff.roles import as_role
from assistant.staff.secrets_kept import OneTimeCodes
from assistant.staff.sessions import SessionStore
from assistant.staff.tokens import TokenStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
PASSWORD = "seven grey herons"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One database; every test uses names of its own."""
    opened = open_database(f"sqlite:///{tmp_path_factory.mktemp('staff') / 'assistant.db'}")
    yield opened
    opened.close()


@pytest.fixture
def accounts(database: Database, monkeypatch: pytest.MonkeyPatch) -> AccountStore:
    """Accounts whose passwords are hashed in a millisecond."""
    monkeypatch.setattr(secrets_kept, "_hasher", PasswordHasher(1, 8, 1))
    return AccountStore(database, OneTimeCodes("key"))


def test_a_stolen_database_signs_nobody_in(
    accounts: AccountStore, database: Database, tmp_path: Path
) -> None:
    """No password, session, link, token or one-time secret stands in it as it is."""
    person = accounts.add("a thief's wish", "admin", NOW, PASSWORD)
    secret, _ = accounts.begin_second_factor(person.key, "x")
    session = SessionStore(database, timedelta(minutes=15)).begin(person.key, "in", "", NOW)
    token = TokenStore(database).make("city", "reader", "x", NOW)[1]
    link = accounts.make_link(person.key, NOW)
    copy = tmp_path / "stolen.db"
    connection = sqlite3.connect(database.where)
    connection.execute("VACUUM INTO ?", (str(copy),))
    connection.close()
    raw = copy.read_bytes()
    kept = (PASSWORD, secret, session, token.split("_", 2)[2], link)
    assert [one for one in kept if one.encode() in raw] == []


def test_an_outdated_hash_is_made_anew(
    accounts: AccountStore, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the next sign-in, without anybody noticing."""
    accounts.add("old hash", "reader", NOW, PASSWORD)
    monkeypatch.setattr(secrets_kept, "_hasher", PasswordHasher(2, 8, 1))
    assert accounts.proves("old hash", PASSWORD) is not None
    with database.read() as connection:
        row = connection.execute(text("SELECT password FROM staff WHERE key = 'old hash'")).one()
    assert ",t=2," in row.password
    assert accounts.proves("old hash", PASSWORD) is not None


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, "a\x07b", "zero\u200bwidth"])
def test_bad_names_are_refused(accounts: AccountStore, name: str) -> None:
    """With what to do instead."""
    with pytest.raises(StaffError, match="name"):
        accounts.add(name, "reader", NOW)


def test_a_weak_password_makes_no_account(accounts: AccountStore) -> None:
    """Nor does a taken name."""
    with pytest.raises(StaffError, match="12 characters"):
        accounts.add("weak", "reader", NOW, "short")
    assert accounts.get("weak") is None
    accounts.add("taken", "reader", NOW)
    with pytest.raises(StaffError, match="already"):
        accounts.add("Taken", "reader", NOW)


def test_an_account_without_a_password_opens_with_none(accounts: AccountStore) -> None:
    """Not with an empty one either; and a closed account with none at all."""
    person = accounts.add("no password", "agent", NOW)
    assert accounts.proves("no password", "") is None
    accounts.set_password(person.key, PASSWORD)
    accounts.add("another admin", "admin", NOW)
    accounts.set_active(person.key, active=False)
    assert accounts.proves("no password", PASSWORD) is None


def test_roles_are_those_of_the_table() -> None:
    """Another word is refused with the list."""
    with pytest.raises(ValueError, match="auditor"):
        as_role("boss")


@given(count=st.integers(0, 10_000), free=st.integers(1, 50))
def test_waits_double_up_to_an_hour(count: int, free: int) -> None:
    """None for the first few, never shorter for one more, never longer than an hour."""
    wait = wait_after(count, free)
    assert (wait == timedelta()) == (count < free)
    assert wait <= wait_after(count + 1, free) <= LONGEST_WAIT
    if free <= count < free + 7:
        assert wait == FIRST_WAIT * 2 ** (count - free)


def test_a_stranger_cannot_keep_a_colleague_out(database: Database) -> None:
    """Guesses from elsewhere count there at once and for the name only after many."""
    lockout = Lockout(database)
    for _ in range(10):
        lockout.failed("victim", "203.0.113.9", NOW)
    assert lockout.waits("victim", "203.0.113.9", NOW) > timedelta()
    assert lockout.waits("victim", "192.168.1.20", NOW) == timedelta()
    for _ in range(10):
        lockout.failed("VICTIM", "203.0.113.9", NOW)
    assert lockout.waits("victim", "192.168.1.20", NOW) > timedelta()


def test_one_address_cannot_try_every_name(database: Database) -> None:
    """Twenty names with one guess each are too many; after a day all is forgotten."""
    lockout = Lockout(database)
    for number in range(20):
        lockout.failed(f"name {number}", "203.0.113.10", NOW)
    assert lockout.waits("untouched", "203.0.113.10", NOW) > timedelta()
    later = NOW + timedelta(hours=25)
    assert lockout.waits("untouched", "203.0.113.10", later) == timedelta()


def test_success_forgives_the_name_and_not_the_address(database: Database) -> None:
    """A guesser with one account of his own does not clear the way for the others."""
    lockout = Lockout(database)
    for _ in range(20):
        lockout.failed("mine", "203.0.113.11", NOW)
    lockout.succeeded("mine", "203.0.113.11")
    assert lockout.waits("mine", "192.168.1.20", NOW) == timedelta()
    assert lockout.waits("theirs", "203.0.113.11", NOW) > timedelta()


def test_a_wish_is_decided_and_used_once(database: Database) -> None:
    """By another person, within a day."""
    store = ApprovalStore(database)
    wish = store.ask("requests.export", "mistake", "a", NOW)
    assert not store.decide(wish.id, "a", NOW, granted=True)
    assert store.use(wish.id, "a", NOW) is None
    assert store.decide(wish.id, "b", NOW, granted=True)
    assert not store.decide(wish.id, "c", NOW, granted=False)
    assert store.use(wish.id, "b", NOW) is None
    assert store.use(wish.id, "a", NOW + timedelta(hours=25)) is None
    assert store.use(wish.id, "a", NOW) is not None
    assert store.use(wish.id, "a", NOW) is None


@pytest.mark.parametrize(
    "given_text", ["", "nl_", "nl_000000000000_", "nl_000000000000_" + "x" * 43]
)
def test_no_other_text_is_a_token(database: Database, given_text: str) -> None:
    """Nor is a right one with another secret."""
    store = TokenStore(database)
    right = store.make("city", "reader", "x", NOW)[1]
    assert store.find(right, NOW) is not None
    assert store.find(right[:-1] + ("A" if right[-1] != "A" else "B"), NOW) is None
    assert store.find(given_text, NOW) is None
