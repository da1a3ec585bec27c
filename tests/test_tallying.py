from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from assistant.config import load_config
from assistant.core.conversation import Conversation
from assistant.core.errors import DatabaseError
from assistant.database import Database, open_database
from assistant.drill.numbers import fresh_number
from assistant.journal import NoJournal
from assistant.scorecard.store import ContactStore
from assistant.scorecard.tables import contact_facts
from assistant.tallying import Tallies, TallyingJournal
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 11, 25, 15, 30, tzinfo=UTC)
"Half past eleven at night at the office."
LANDLINE, MOBILE = "+862112345678", "+8613800000001"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty one."""
    opened = open_database(f"sqlite:///{tmp_path / 'line.db'}")
    yield opened
    opened.close()


@pytest.fixture
def journal() -> TallyingJournal:
    """A journal that tallies and writes nothing."""
    return TallyingJournal(NoJournal(), Tallies(load_config(ROOT / "config.yaml", {})))


def talk(channel: str, contact: str, name: str = "c1") -> Conversation:
    """A conversation that began half an hour before midnight."""
    return Conversation(name, channel, contact, "zh", NOW, NOW)  # type: ignore[arg-type] # one of two


def kept(database: Database) -> list[tuple[str, str, str, int, str]]:
    """Id, day, line, sentences and ending of every contact."""
    table = contact_facts.c
    wanted = select(table.id, table.day, table.line, table.heard, table.ending).order_by(table.id)
    with database.read() as connection:
        return [tuple(row) for row in connection.execute(wanted)]


def test_a_call_is_one_contact_over_midnight(journal: TallyingJournal, database: Database) -> None:
    """It belongs to the day it began on, whatever is kept of it in between."""
    call = talk("voice", LANDLINE)
    journal.write("said", call, NOW, prompt="greeting", text="您好")
    journal.write("heard", call, NOW, text="食堂几点开门")
    journal.tallies.keep(database)
    journal.write("outcome", call, NOW + timedelta(hours=1), kind="answered", facts={})
    journal.tallies.keep(database)
    assert kept(database) == [("c1", "2026-11-25", "landline", 1, "answered")]


def test_texts_are_one_contact_a_day(journal: TallyingJournal, database: Database) -> None:
    """A talk by text goes on for days; a reminder of ours makes no contact."""
    texts = talk("sms", MOBILE)
    journal.write("said", talk("sms", MOBILE, "c2"), NOW, prompt="callback.reminder")
    for hours in (0, 0.1, 1):
        journal.write("heard", texts, NOW + timedelta(hours=hours), text="食堂")
    journal.tallies.keep(database)
    assert kept(database) == [
        ("c1:2026-11-25", "2026-11-25", "mobile", 2, "none"),
        ("c1:2026-11-26", "2026-11-26", "mobile", 1, "none"),
    ]


def test_a_drill_is_no_resident(journal: TallyingJournal, database: Database) -> None:
    """Nor is a ring of ours."""
    journal.write("heard", talk("voice", fresh_number()), NOW, text="x")
    journal.write("ring", talk("voice", MOBILE), NOW, callback="GH000001")
    journal.tallies.keep(database)
    assert kept(database) == []


def test_no_word_is_kept(journal: TallyingJournal, database: Database) -> None:
    """What she said, and her number, are in no column."""
    journal.write("heard", talk("voice", MOBILE), NOW, text="我摔倒了")
    journal.tallies.keep(database)
    with database.read() as connection:
        row = str(connection.execute(select(contact_facts)).one())
    assert "摔倒" not in row
    assert MOBILE not in row


def test_what_cannot_be_kept_is_kept_later(
    journal: TallyingJournal, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk loses no contact, and what came meanwhile is added."""

    def full(*_: object) -> None:
        raise DatabaseError("the disk is full")

    call = talk("voice", MOBILE)
    journal.write("heard", call, NOW, text="x")
    with monkeypatch.context() as patch:
        patch.setattr(ContactStore, "keep", full)
        journal.tallies.keep(database)
        journal.write("heard", call, NOW, text="x")
    journal.tallies.keep(database)
    assert [row[3] for row in kept(database)] == [2]
