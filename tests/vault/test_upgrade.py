"""A database of the version before, which sealed three tables only, opened by this one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from assistant.callbacks.life import DEFAULT_RULES
from assistant.callbacks.outcomes import OutcomeStore
from assistant.callbacks.people import Person
from assistant.callbacks.roster import Office, Roster
from assistant.callbacks.row import Callback
from assistant.callbacks.store import CallbackStore
from assistant.cards.store import CardStore
from assistant.cases.closings import RequestDesk
from assistant.cases.history import history
from assistant.cases.store import RequestStore
from assistant.core.conversation import Conversation
from assistant.core.errors import DataError
from assistant.corrections.store import CorrectionStore
from assistant.database import MIGRATIONS, Database, open_database
from assistant.memory.store import ConversationStore, WebhookLog, state_json
from assistant.outbox.store import Outbox
from assistant.privacy.holds import HoldStore
from assistant.staff.drafts import DraftStore
from assistant.vault.rewrap import keys_in_use
from assistant.vault.rotation import rotate
from assistant.vault.sources import FILE, KeyFile

BEFORE = "0018"
NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
AT = "2026-11-25 01:00:00.000000"
NUMBER, MOBILE = "+8613800000001", "+8613900000007"
SAID = {
    name: f"{words}，三号楼"
    for name, words in {
        "words": "楼道的灯坏了", "place": "二单元门口", "nickname": "李奶奶",
        "note": "灯泡换好了", "why": "她还不满意", "feedback": "师傅很客气",
        "callback": "想问助听器", "safe": "桂花", "outcome": "明天再去", "body": "您的助听器到了",
        "card": "周三上午来取", "draft": "她说腿疼", "corrected": "灯又不亮了",
        "changed": "路灯也不亮", "held": "法院来函", "answer": "好的记下了",
    }.items()
}  # fmt: skip
TALK = Conversation("c1", "sms", NUMBER, "zh", NOW, NOW)
ROWS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("conversations", {
        "id": "c1", "channel": "sms", "contact": NUMBER, "state": state_json(TALK), "updated": AT,
        "ended": False,
    }),
    ("webhooks", {
        "key": "sms:SM1", "text": SAID["answer"], "status": 200, "content_type": "text/xml",
        "at": AT,
    }),
    ("contacts", {"contact": NUMBER, "opted_out": True, "updated": AT}),
    ("requests", {
        "code": "GH000001", "intent": "case.report", "words": SAID["words"],
        "place": SAID["place"], "conversation_id": "c1", "channel": "voice", "contact": NUMBER,
        "language": "zh", "created": AT, "status": "open", "nickname": SAID["nickname"],
    }),
    ("requests", {
        "code": "GH000002", "intent": "case.report", "words": "", "place": None,
        "conversation_id": "c2", "channel": "voice", "contact": "", "language": "zh",
        "created": AT, "status": "closed", "nickname": None,
    }),
    ("request_closings", {
        "code": "GH000002", "outcome": "solved", "closed_by": "王芳", "closed": AT,
        "note": SAID["note"],
    }),
    ("case_history", {
        "code": "GH000001", "seq": 1, "at": AT, "deed": "reopen", "before": "closed",
        "after": "working", "by": "resident", "why": SAID["why"],
    }),
    ("case_feedback", {
        "code": "GH000002", "closing": 1, "how": "sms", "words": SAID["feedback"], "given": AT,
    }),
    ("callbacks", {
        "code": "GH000003", "phone": NUMBER, "language": "zh", "intent": "callback.book",
        "words": SAID["callback"], "channel": "voice", "conversation": "c3", "asked": AT,
        "priority": "P2", "rank": 3, "state": "booked", "window_start": AT, "window_end": AT,
        "offered": "[]", "safe_word": SAID["safe"], "staff_ready": False, "staff_tries": 0,
        "attempt": 0, "spent": 0, "extra_day": False, "version": 1, "updated": AT, "fence": 0,
    }),
    ("callback_outcomes", {
        "code": "GH000003", "nth": 1, "outcome": "more", "by": "王芳", "at": AT,
        "note": SAID["outcome"], "carried_out": False,
    }),
    ("roster_people", {
        "name": "王芳", "phone": MOBILE, "languages": '["zh"]', "shifts": "[]", "removed": False,
    }),
    ("outbox", {
        "key": "k1", "contact": NUMBER, "body": SAID["body"], "language": "zh", "kind": "answer",
        "asked": AT, "segments": 1, "state": "waiting", "due": AT, "attempt": 0, "tries_later": 0,
        "updated": AT,
    }),
    ("no_texts", {"contact": MOBILE, "why": "landline", "at": AT}),
    ("cards", {
        "key": "k2", "contact": NUMBER, "language": "zh", "lines": f'["{SAID["card"]}"]',
        "created": AT, "status": "waiting",
    }),
    ("corrections", {
        "id": 7, "words": SAID["corrected"], "language": "zh", "kind": "intent",
        "meant": "case.report", "state": "tried", "proposed_by": "王芳", "proposed_at": AT,
        "looked_at": 3,
        "changes": f'[{{"words": "{SAID["changed"]}", "language": "zh", "code": "", '
        '"before": "a", "after": "b", "wrong": false}]',
    }),
    ("staff_drafts", {
        "key": "王芳", "path": "/desk/requests", "fields": f'{{"note": "{SAID["draft"]}"}}',
        "kept": AT,
    }),
    ("legal_holds", {
        "id": "H0001", "kind": "case", "which": "GH000001", "reason": SAID["held"],
        "placed_by": "王芳", "placed": AT,
    }),
)  # fmt: skip
"A row of every table that was in the clear, and one whose number is withheld."
SECRETS = [word.encode() for word in (NUMBER[1:], MOBILE[1:], *SAID.values())]


def released(url: str) -> None:
    """A database as the version before left it."""
    migrated(url, BEFORE)
    engine = create_engine(url)
    with engine.begin() as connection:
        for name, row in ROWS:
            columns = ", ".join(f'"{column}"' for column in row)
            values = ", ".join(f":{column}" for column in row)
            connection.execute(text(f"INSERT INTO {name} ({columns}) VALUES ({values})"), row)  # noqa: S608 - names of this test
    engine.dispose()


def migrated(url: str, revision: str) -> None:
    """Bring empty tables to a revision, and do nothing else that opening one does."""
    engine = create_engine(url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


def check_residents(database: Database) -> None:
    """What residents said and asked for, by number and by code."""
    requests = RequestStore(database)
    assert [matter.code for matter in requests.open_for(NUMBER)] == ["GH000001"]
    found = requests.get("GH000001")
    assert found is not None
    assert (found.words, found.place) == (SAID["words"], SAID["place"])
    assert (found.nickname, found.contact) == (SAID["nickname"], NUMBER)
    assert requests.opted_out(NUMBER)
    assert not requests.opted_out(MOBILE)
    assert ConversationStore(database).load("sms", NUMBER) == TALK
    closing = RequestDesk(database).closing("GH000002")
    assert closing is not None
    assert closing.note == SAID["note"]
    with database.read() as connection:
        assert [line.why for line in history(connection, "GH000001")] == [SAID["why"]]
    repeated = WebhookLog(database).first("sms:SM1", NOW)
    assert repeated is not None
    assert repeated.text == SAID["answer"]


def check_office(database: Database) -> None:
    """What the office wrote, and whom it rings."""
    promise = CallbackStore(database, DEFAULT_RULES).get("GH000003")
    assert promise is not None
    assert (promise.phone, promise.words) == (NUMBER, SAID["callback"])
    assert promise.safe_word == SAID["safe"]
    assert [given.note for given in OutcomeStore(database).of("GH000003")] == [SAID["outcome"]]
    office = Office(ZoneInfo("Asia/Shanghai"), "CN", list, [])
    assert Roster(database, office).staff().people == (Person("王芳", MOBILE, ("zh",)),)
    assert not Outbox(database).can_text(MOBILE)
    (card,) = CardStore(database).listing("waiting")
    assert (card.contact, card.lines) == (NUMBER, (SAID["card"],))
    corrected = CorrectionStore(database).get(7)
    assert (corrected.words, corrected.changes[0].words) == (SAID["corrected"], SAID["changed"])
    assert DraftStore(database).look("王芳", "/desk/requests", NOW) == {"note": SAID["draft"]}
    (hold,) = HoldStore(database).listing()
    assert hold.reason == SAID["held"]


def check_uniqueness(database: Database) -> None:
    """One open promise a telephone, one proposal of the same words, one hold of a case."""
    store = CallbackStore(database, DEFAULT_RULES)
    again = Callback("GH000009", NUMBER, "zh", "callback.book", "", "sms", "c9", asked=NOW)
    assert store.keep(again, NOW, "test").code == "GH000003"
    propose = CorrectionStore(database).propose
    assert propose(SAID["corrected"], "zh", "intent", "case.report", by="李明", at=NOW) == 7
    with pytest.raises(DataError, match="held already"):
        HoldStore(database).place("case", "GH000001", reason="again", by="李明", now=NOW)


@pytest.mark.filterwarnings("ignore:The default datetime adapter:DeprecationWarning")
def test_a_released_database_is_sealed_whole(tmp_path: Path) -> None:
    """Every row is found as before, and the file keeps none of it in the clear."""
    url, file = f"sqlite:///{tmp_path / 'line.db'}", tmp_path / "line.db"
    released(url)
    assert all(secret in file.read_bytes() for secret in SECRETS)
    database = open_database(url)
    check_residents(database)
    check_office(database)
    check_uniqueness(database)
    database.close()
    assert [secret.decode() for secret in SECRETS if secret in file.read_bytes()] == []


def test_a_released_server_is_sealed_whole(postgres_empty: str, tmp_path: Path) -> None:
    """The same on PostgreSQL, keys and rotation included."""
    released(postgres_empty)
    source = KeyFile(tmp_path / FILE)
    database = open_database(postgres_empty, source)
    check_residents(database)
    check_office(database)
    rotate(database, source)
    assert set(keys_in_use(database)) == {database.vault.ring.writing}
    check_residents(database)
    check_office(database)
    check_uniqueness(database)
    database.close()


@pytest.mark.filterwarnings("ignore:The default datetime adapter:DeprecationWarning")
def test_a_text_that_waited_is_sent_after_the_upgrade(tmp_path: Path) -> None:
    """The order of claims is untouched, and the body comes out as it was written."""
    url = f"sqlite:///{tmp_path / 'line.db'}"
    released(url)
    database = open_database(url)
    held = Outbox(database).claim(NOW + timedelta(minutes=1))
    database.close()
    assert held is not None
    assert (held.contact, held.body) == (NUMBER, SAID["body"])


@pytest.mark.filterwarnings("ignore:The default datetime adapter:DeprecationWarning")
def test_indexes_stand_after_the_first_sealing(tmp_path: Path) -> None:
    """They are taken away meanwhile; afterwards they are as the migrations alone make them.

    A fresh database is no measure: its empty tables are sealed in the same way.
    """
    released(f"sqlite:///{tmp_path / 'old.db'}")
    open_database(f"sqlite:///{tmp_path / 'old.db'}").close()
    migrated(f"sqlite:///{tmp_path / 'never-sealed.db'}", "head")
    made = []
    for name in ("old.db", "never-sealed.db"):
        with closing(sqlite3.connect(tmp_path / name)) as database:
            wanted = "SELECT name, sql FROM sqlite_master WHERE type = 'index' ORDER BY name"
            made.append(database.execute(wanted).fetchall())
    assert made[0] == made[1]
    assert len(made[0]) > 20
