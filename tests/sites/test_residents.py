"""The rooms, asked by one site for what another has: the same codes, numbers, keys and locks."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Table

from assistant.alarms.store import AlarmStore
from assistant.audit.store import LOCK, AuditLog
from assistant.callbacks.claims import Claims
from assistant.callbacks.store import CallbackStore
from assistant.callbacks.writing import lock
from assistant.cases.store import RequestStore
from assistant.config.privacy import RetentionDays
from assistant.core.conversation import Conversation, Pace, Preferences
from assistant.core.errors import TamperedError, UnknownKeyError
from assistant.core.event import TakeDown
from assistant.core.texts import OutgoingText
from assistant.database import insert_once
from assistant.memory.preferences import PreferenceStore
from assistant.memory.store import ConversationStore, WebhookLog, webhooks
from assistant.nodes import one_after_the_other, the_only_one
from assistant.outbox.store import Outbox
from assistant.privacy.person import Whose, bury, erase, holdings
from assistant.privacy.retention import Retention
from assistant.privacy.rules import RULES
from assistant.staff.accounts import AccountStore
from assistant.staff.secrets_kept import OneTimeCodes
from assistant.vault.shared import shared_secret
from assistant.vault.sources import GivenKeys, fresh_text
from tests.callbacks import rows
from tests.callbacks.rows import WINDOW, wanted
from tests.test_database import ROOMS

if TYPE_CHECKING:
    from assistant.database import Database
    from tests.sites.conftest import Shared

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
HERS = "+8613800000001"
TALK = Conversation("c1", "sms", HERS, "zh", NOW, NOW)
SAID = "楼道的灯坏了"
KEY = "made-up"


def lived_in(database: Database) -> str:
    """She has rung, texted and been promised a call; the code of her case."""
    ConversationStore(database).save(TALK)
    requests = RequestStore(database)
    code = requests.next_code()
    requests.take_down(TakeDown(code, "case.report", SAID), TALK, NOW)
    CallbackStore(database, rows.RULES).reserve(wanted(), WINDOW, 3, NOW, "test")
    Outbox(database).put(OutgoingText("k1", HERS, SAID, "zh", "answer", NOW), NOW)
    PreferenceStore(database).keep(HERS, Preferences("en", Pace()), NOW)
    WebhookLog(database).first("sms:SM1", NOW)
    return code


def test_codes_and_ids_of_another_site_are_nobodys(north: Database, south: Database) -> None:
    """Guessed right, and in vain: nothing is found, nothing changes, codes begin at one."""
    code = lived_in(north)
    assert RequestStore(south).get(code) is None
    assert not RequestStore(south).close(code)
    assert CallbackStore(south, rows.RULES).get("GH000001") is None
    assert CallbackStore(south, rows.RULES).reword("GH000001", None, NOW, "test") is None
    assert Claims(south, rows.RULES).open_windows(NOW + timedelta(days=1)) == 0
    assert Claims(south, rows.RULES).claim("south", 60) is None
    assert Outbox(south).get("k1") is None
    assert Outbox(south).claim(NOW + timedelta(days=1)) is None
    assert AlarmStore(south).listing(closed=True) == ()
    assert RequestStore(south).next_code() == code == "GH000001"
    found = RequestStore(north).get(code)
    assert found is not None
    assert (found.status, found.words) == ("open", SAID)
    assert Claims(north, rows.RULES).open_windows(NOW + timedelta(days=1)) == 1


def test_a_conversation_is_not_taken_up_elsewhere(north: Database, south: Database) -> None:
    """Neither by her number nor by its id; a webhook of the same name is a new one there."""
    lived_in(north)
    store = ConversationStore(south)
    assert (store.load("sms", HERS), store.get("c1")) == (None, None)
    with south.begin() as connection:
        assert insert_once(connection, webhooks, {"key": "sms:SM1", "at": NOW})
    later = replace(TALK, language="en", updated=NOW + timedelta(minutes=1))
    store.save(later)
    assert store.load("sms", HERS) == store.get("c1") == later
    assert ConversationStore(north).load("sms", HERS) == TALK


def test_one_number_at_two_sites_is_two_residents(north: Database, south: Database) -> None:
    """Each site has its own of her, and its own promise."""
    lived_in(north)
    assert PreferenceStore(south).load(HERS) is None
    assert RequestStore(south).open_for(HERS) == ()
    PreferenceStore(south).keep(HERS, Preferences("zh", Pace()), NOW)
    kept = CallbackStore(south, rows.RULES).keep(wanted(7, phone=HERS), NOW, "test")
    assert kept.code == "GH000007"
    liked = [PreferenceStore(site).load(HERS) for site in (north, south)]
    assert [one.language for one in liked if one is not None] == ["en", "zh"]
    again = CallbackStore(north, rows.RULES).keep(wanted(8, phone=HERS), NOW, "test")
    assert again.code == "GH000001"


def test_what_one_site_forgets_the_other_keeps(north: Database, south: Database) -> None:
    """Her wish to be deleted, the terms of retention, and a tombstone, at one of two."""
    for site in (north, south):
        lived_in(site)
    whole = holdings(north, Whose(HERS))
    erase(south, Whose(HERS), NOW, "GH000002")
    with south.begin() as connection:
        bury(connection, south, HERS, "GH000002", NOW + timedelta(days=400))
    declared = {
        table.name for room in ROOMS for table in vars(room).values() if isinstance(table, Table)
    }
    assert {rule.table for rule in RULES} <= declared
    days = dict.fromkeys(RetentionDays.model_fields, 1)
    Retention(south, days).run(NOW + timedelta(days=4000))
    assert ConversationStore(south).get("c1") is None
    assert holdings(north, Whose(HERS)) == whole
    assert ConversationStore(north).load("sms", HERS) == TALK
    Retention(north, dict.fromkeys(days, 3650)).run(NOW)
    assert holdings(north, Whose(HERS)) == whole
    assert len(Retention(north, days).reports()) == 1


def test_a_row_moved_by_whoever_may_do_everything_does_not_open(
    shared: Shared, north: Database, south: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """Under the same keys: the site is bound into what is sealed, and into a number's index."""
    code = lived_in(north)
    assert north.vault.ring.names == south.vault.ring.names
    assert north.vault.index(HERS) != south.vault.index(HERS)
    shared.as_superuser(
        "UPDATE conversations SET site = 'south'", "UPDATE requests SET site = 'south'"
    )
    with caplog.at_level(logging.ERROR):
        assert ConversationStore(south).get("c1") is None
    assert "begins anew" in caplog.text
    assert ConversationStore(south).load("sms", HERS) is None
    moved = RequestStore(south).get(code)
    assert moved is not None
    assert SAID not in (moved.words, moved.contact)
    sealed = north.vault.seal("requests", "words", code, SAID)
    with pytest.raises(TamperedError):
        south.vault.open_("requests", "words", code, sealed)
    assert north.vault.open_("requests", "words", code, sealed) == SAID


def test_each_site_has_keys_of_its_own(shared: Shared, north: Database) -> None:
    """They need not even know each other's; secrets of the house are made for each."""
    other = shared.open("south", GivenKeys(fresh_text()))
    assert not north.vault.ring.names.keys() & other.vault.ring.names.keys()
    sealed = north.vault.seal("requests", "words", "GH000001", SAID)
    with pytest.raises(UnknownKeyError):
        other.vault.open_("requests", "words", "GH000001", sealed)
    assert shared_secret(north, "audit.key", "a") == "a"
    assert shared_secret(other, "audit.key", "b") == "b"
    assert shared_secret(north, "audit.key", "c") == "a"


def test_audit_chains_are_apart(shared: Shared, north: Database, south: Database) -> None:
    """Each counts from one and is whole; an entry smuggled from one into the other is found."""
    logs = [AuditLog(site, KEY) for site in (north, south)]
    for number in range(3):
        for log in logs[: 2 - number // 2]:
            log.note("王芳", "number.reveal", NOW, which=f"GH00000{number}")
    assert [log.head().number for log in logs] == [3, 2]
    assert [log.fault() for log in logs] == [None, None]
    shared.as_superuser(
        "INSERT INTO audit SELECT * FROM jsonb_populate_recordset(null::audit, (SELECT"
        ' jsonb_agg(to_jsonb(a) || \'{"site": "south"}\') FROM audit a'
        " WHERE site = 'north' AND number = 3))"
    )
    assert logs[0].fault() is None
    assert logs[1].fault() is not None


def test_locks_of_one_site_hold_nobody_else_up(north: Database, south: Database) -> None:
    """Held in the north all the while; the south would fail after three seconds of waiting."""
    promise = wanted()
    with (
        north.begin() as connection,
        the_only_one(north, "drill") as ours,
        one_after_the_other(north, "her"),
    ):
        lock(connection, f"phone {promise.phone}")
        lock(connection, f"window {WINDOW.start.timestamp()}")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
        with the_only_one(south, "drill") as theirs:
            assert (ours, theirs) == (True, True)
        with one_after_the_other(south, "her"):
            pass
        assert CallbackStore(south, rows.RULES).reserve(promise, WINDOW, 1, NOW, "test") is not None
        AuditLog(south, KEY).note("王芳", "number.reveal", NOW)
    with north.begin() as connection, the_only_one(north, "drill"):
        lock(connection, "anything")
        with the_only_one(north, "drill") as second:
            assert not second


def test_places_in_a_window_are_counted_by_site(north: Database, south: Database) -> None:
    """A full morning at one office takes no place at another."""
    assert CallbackStore(north, rows.RULES).reserve(wanted(1), WINDOW, 1, NOW, "test") is not None
    assert CallbackStore(north, rows.RULES).reserve(wanted(2), WINDOW, 1, NOW, "test") is None
    assert CallbackStore(south, rows.RULES).reserve(wanted(2), WINDOW, 1, NOW, "test") is not None


def test_staff_of_one_site_are_strangers_at_another(north: Database, south: Database) -> None:
    """The same name may be somebody else; her password opens one desk."""
    stores = [AccountStore(site, OneTimeCodes(KEY)) for site in (north, south)]
    stores[0].add("王芳", "admin", NOW, "seven grey herons at dawn")
    assert stores[1].proves("王芳", "seven grey herons at dawn") is None
    stores[1].add("王芳", "admin", NOW, "eleven red kites at dusk")
    assert stores[1].proves("王芳", "seven grey herons at dawn") is None
    assert stores[0].proves("王芳", "seven grey herons at dawn") is not None
    assert [len(store.listing()) for store in stores] == [1, 1]
