from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.core.conversation import Pace, Preferences
from assistant.database import Database, open_database
from assistant.memory.preferences import PreferenceStore

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
SLOWLY = Preferences("zh", Pace(0.85, 6.0, patient=True, other_voice=True))
ENGLISH = Preferences("en")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty database in a folder of its own."""
    opened = open_database(f"sqlite:///{tmp_path / 'assistant.db'}")
    yield opened
    opened.close()


def test_what_was_kept_comes_back_in_another_process(database: Database) -> None:
    """A second store over the same database knows what the first was told, for that caller only."""
    PreferenceStore(database).keep("+8613800000001", SLOWLY, NOW)
    assert PreferenceStore(database).load("+8613800000001") == SLOWLY
    assert PreferenceStore(database).load("+8613800000002") is None


def test_the_newest_wins(database: Database) -> None:
    """Whichever order they arrive in."""
    store = PreferenceStore(database)
    store.keep("+86138", ENGLISH, NOW + timedelta(days=1))
    store.keep("+86138", SLOWLY, NOW)
    assert store.load("+86138") == ENGLISH


def test_forgotten_is_forgotten(database: Database) -> None:
    """Nothing is left of the caller; forgetting a stranger does nothing."""
    store = PreferenceStore(database)
    store.keep("+86138", SLOWLY, NOW)
    store.forget("+86138")
    store.forget("+86139")
    assert store.load("+86138") is None


def test_any_contact_can_be_kept(database: Database) -> None:
    """A carrier may hand over anything as the number."""
    store = PreferenceStore(database)
    for contact in ("", "anonymous", "\ud800", "'; DROP TABLE caller_preferences; --"):
        store.keep(contact, SLOWLY, NOW)
        assert store.load(contact) == SLOWLY
