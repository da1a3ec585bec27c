from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from assistant.alarms.store import AlarmStore
from assistant.cases.store import RequestStore
from assistant.core.conversation import Conversation
from assistant.core.event import Alert, AlertNews
from assistant.database import MIGRATIONS, Database, open_database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
TALK = Conversation("c1", "voice", "+8610", "zh", NOW, NOW)
FALL = Alert("GH000001", "safety.fall", "我摔倒了")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty database in a folder of its own."""
    opened = open_database(f"sqlite:///{tmp_path / 'assistant.db'}")
    yield opened
    opened.close()


@pytest.fixture
def store(database: Database) -> AlarmStore:
    """With one alarm in it."""
    kept = AlarmStore(database)
    kept.raise_(FALL, TALK, NOW)
    return kept


def test_the_same_alarm_twice_is_one(store: AlarmStore) -> None:
    """A webhook delivered again raises nothing new and changes nothing."""
    store.raise_(Alert("GH000001", "safety.chest", "else"), TALK, NOW + timedelta(hours=1))
    assert [(item.intent, item.words, item.created) for item in store.listing()] == [
        ("safety.fall", "我摔倒了", NOW)
    ]


def test_everything_she_says_later_is_kept_in_order(store: AlarmStore) -> None:
    """Her answer and her words, an utterance a line; a note without news changes nothing."""
    for news in (
        AlertNews("GH000001"),
        AlertNews("GH000001", words="我在三号楼"),
        AlertNews("GH000001", "silent"),
        AlertNews("GH000001", "confirmed", "\x00快来"),
    ):
        store.add(news)
    alarm = store.get("gh 000001")
    assert alarm is not None
    assert (alarm.words, alarm.answer) == ("我摔倒了\n我在三号楼\n快来", "confirmed")


def test_one_person_takes_it_and_a_named_person_closes_it(store: AlarmStore) -> None:
    """The second to take it is told so; closed is closed, and by whom and why stays."""
    later = NOW + timedelta(minutes=3)
    assert [store.take("GH000001", "王芳", NOW), store.take("GH000001", "李强", later)] == [
        True,
        False,
    ]
    assert store.status("GH000001") == "open"
    assert [store.close("GH000001", "王芳", "已送医", later), store.listing()] == [True, ()]
    assert not store.close("GH000001", "李强", "again", later)
    (alarm,) = store.listing(closed=True)
    assert (alarm.taken_by, alarm.taken, alarm.closed_by, alarm.closed, alarm.note) == (
        "王芳",
        NOW,
        "王芳",
        later,
        "已送医",
    )
    assert (store.status("GH000001"), store.status("GH000002")) == ("closed", None)


def test_what_a_contact_is_in_danger_of_is_known_until_it_is_closed(store: AlarmStore) -> None:
    """Of this telephone only, though its number is sealed."""
    store.raise_(Alert("GH000002", "safety.medicine", "药没了"), TALK, NOW)
    assert store.open_kinds("+8610") == {"safety.fall", "safety.medicine"}
    assert store.open_kinds("+8611") == frozenset()
    store.take("GH000002", "王芳", NOW)
    assert "safety.medicine" in store.open_kinds("+8610")
    store.close("GH000002", "王芳", "送到了", NOW)
    assert store.open_kinds("+8610") == {"safety.fall"}


def test_alarms_of_the_first_schema_are_carried_over(tmp_path: Path) -> None:
    """An alarm that stood among the requests stands among the alarms after the upgrade."""
    address = f"sqlite:///{tmp_path / 'old.db'}"
    _first_schema(address)
    database = open_database(address)
    carried = AlarmStore(database).listing()
    left = [item.code for item in RequestStore(database).listing()]
    database.close()
    assert [(item.code, item.intent, item.words, item.answer, item.status) for item in carried] == [
        ("GH000007", "safety.fall", "救命", "none", "open")
    ]
    assert left == ["GH000008"]


def _first_schema(address: str) -> None:
    """A database as the first version left it, with one alarm and one request in it."""
    engine = create_engine(address)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for code, kind, intent, words in (
            ("GH000007", "alert", "safety.fall", "救命"),
            ("GH000008", "request", "case.report", "灯坏了"),
        ):
            connection.execute(
                text(
                    "INSERT INTO requests VALUES (:code, :kind, 'normal', :intent, :words, NULL,"
                    " 'c1', 'voice', '+8610', 'zh', '2026-11-25 01:00:00', 'open')"
                ),
                {"code": code, "kind": kind, "intent": intent, "words": words},
            )
    engine.dispose()
