"""A stolen disk, a stolen backup, lost keys: what the database gives away by itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, select, text, update

from assistant.alarms.store import UNREADABLE, AlarmStore, alarms
from assistant.backups.snapshot import snapshot
from assistant.core.conversation import Conversation, Pace, Preferences
from assistant.core.errors import UnknownKeyError, VaultError
from assistant.core.event import Alert, AlertNews
from assistant.database import MIGRATIONS, Database, open_database
from assistant.memory.preferences import PreferenceStore, preferences
from assistant.vault.rewrap import seal_new_tables
from assistant.vault.sources import FILE, GivenKeys, KeyFile, WithoutKeys, fresh_text

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
NUMBER = "+8613800000001"
SAID, LATER, NOTE = "我在厨房摔倒了", "门没有锁", "已由女儿送往医院"
AT = "2026-11-25 01:00:00.000000"
LIKED = Preferences("zh", Pace(0.85, 6.0, patient=True))
SECRETS = tuple(
    word.encode(coding)
    for word in (NUMBER[1:], SAID, LATER, NOTE)
    for coding in ("utf-8", "utf-16")
)


def write_everything(database: Database) -> None:
    """One resident in danger, looked after, and how she likes to be spoken to."""
    talk = Conversation("c1", "voice", NUMBER, "zh", NOW, NOW)
    store = AlarmStore(database)
    store.raise_(Alert("GH000001", "safety.fall", SAID), talk, NOW)
    store.add(AlertNews("GH000001", words=LATER))
    store.close("GH000001", "王芳", NOTE, NOW)
    PreferenceStore(database).keep(NUMBER, LIKED, NOW)


def check_everything(database: Database) -> None:
    """It all comes back to whoever has the keys."""
    (alarm,) = AlarmStore(database).listing(closed=True)
    assert (alarm.contact, alarm.words, alarm.note) == (NUMBER, f"{SAID}\n{LATER}", NOTE)
    assert PreferenceStore(database).load(NUMBER) == LIKED


def given_away(folder: Path) -> list[str]:
    """Files of a folder, without the keys', in which a number or a word can be found."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != FILE]
    assert files
    return [path.name for path in files if any(word in path.read_bytes() for word in SECRETS)]


def test_stolen_disk(tmp_path: Path) -> None:
    """Neither file nor write-ahead log holds a number or a word, while open and when closed."""
    database = open_database(f"sqlite:///{tmp_path / 'line.db'}")
    write_everything(database)
    assert (tmp_path / "line.db-wal").stat().st_size > 0
    assert given_away(tmp_path) == []
    check_everything(database)
    database.close()
    assert given_away(tmp_path) == []


def test_stolen_backup(tmp_path: Path) -> None:
    """A copy without its keys gives nothing away, and does not start as if it were whole."""
    database = open_database(f"sqlite:///{tmp_path / 'data' / 'line.db'}")
    write_everything(database)
    copy = tmp_path / "thief" / "line.db"
    copy.parent.mkdir()
    snapshot(tmp_path / "data" / "line.db", copy)
    database.close()
    assert given_away(copy.parent) == []
    with pytest.raises(UnknownKeyError, match="keys of this database are missing"):
        open_database(f"sqlite:///{copy}")
    assert not (copy.parent / "keys").exists()
    looked_at = open_database(f"sqlite:///{copy}", WithoutKeys())
    with pytest.raises(VaultError):
        PreferenceStore(looked_at).load(NUMBER)
    looked_at.close()


def test_the_keys_of_another_house_do_not_open_it(tmp_path: Path) -> None:
    """The key that is missing is named; nothing was changed, so the right keys open it."""
    url = f"sqlite:///{tmp_path / 'line.db'}"
    database = open_database(url)
    write_everything(database)
    missing = database.vault.ring.writing
    database.close()
    with pytest.raises(UnknownKeyError, match=r"privacy\.keys.*is missing") as caught:
        open_database(url, GivenKeys(fresh_text()))
    assert missing in str(caught.value) or "missing" in str(caught.value)
    database = open_database(url)
    check_everything(database)
    database.close()


def test_both_databases_keep_it_sealed(
    any_database: Database, reopen: Callable[[], Database]
) -> None:
    """SQLite and PostgreSQL: what lies in the columns is sealed, and comes back elsewhere."""
    write_everything(any_database)
    with any_database.read() as connection:
        rows = [
            *connection.execute(select(alarms)).mappings(),
            *connection.execute(select(preferences)).mappings(),
        ]
    kept = "\n".join(str(value) for row in rows for value in row.values())
    assert not any(word in kept for word in (NUMBER[1:], SAID, LATER, NOTE))
    check_everything(reopen())


def test_an_alarm_somebody_tampered_with_is_still_shown(
    any_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """A person may be lying there: what cannot be read is marked, the alarm stays on the desk."""
    write_everything(any_database)
    with any_database.begin() as connection:
        connection.execute(update(alarms).values(words="nothing at all"))
    (alarm,) = AlarmStore(any_database).listing(closed=True)
    assert (alarm.contact, alarm.words) == (NUMBER, UNREADABLE)
    assert "GH000001" in caplog.text
    assert "nothing at all" not in caplog.text


def as_before_the_vault(url: str) -> None:
    """A database of the version that sealed nothing, with rows in it."""
    engine = create_engine(url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    alarm = {
        "code": "GH000001", "intent": "safety.fall", "words": f"{SAID}\n{LATER}",
        "conversation_id": "c1", "channel": "voice", "contact": NUMBER, "language": "zh",
        "created": AT, "answer": "none", "status": "closed", "note": NOTE,
    }  # fmt: skip
    liked = {
        "contact": NUMBER, "language": "zh", "rate": 0.85, "gain_db": 6.0, "patient": True,
        "other_voice": False, "updated": AT,
    }  # fmt: skip
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0014")
        for name, row in (("alarms", alarm), ("caller_preferences", liked)):
            columns, values = ", ".join(row), ", ".join(f":{key}" for key in row)
            statement = text(f"INSERT INTO {name} ({columns}) VALUES ({values})")  # noqa: S608 - names of this test
            connection.execute(statement, row)
    engine.dispose()


@pytest.mark.filterwarnings("ignore:The default datetime adapter:DeprecationWarning")
def test_rows_from_before_are_sealed_and_leave_no_trace(tmp_path: Path) -> None:
    """After the upgrade the old words are in no page of the file, not even in a free one."""
    url = f"sqlite:///{tmp_path / 'line.db'}"
    as_before_the_vault(url)
    assert given_away(tmp_path) == ["line.db"]
    database = open_database(url)
    check_everything(database)
    assert seal_new_tables(database) == 0
    assert given_away(tmp_path) == []
    database.close()
    assert given_away(tmp_path) == []


def test_rows_from_before_are_sealed_on_a_server(postgres_empty: str, tmp_path: Path) -> None:
    """The same on PostgreSQL; opened without keys the rows wait for the next opening."""
    as_before_the_vault(postgres_empty)
    open_database(postgres_empty, WithoutKeys()).close()
    database = open_database(postgres_empty, KeyFile(tmp_path / FILE))
    check_everything(database)
    with database.read() as connection:
        raw = connection.execute(select(alarms.c.words, alarms.c.contact)).one()
    database.close()
    assert all(value.startswith("1.") for value in raw)


def test_first_sealing_cut_off_is_taken_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash after sealing and before the file was cleaned: the next start cleans it."""
    url = f"sqlite:///{tmp_path / 'line.db'}"
    as_before_the_vault(url)

    def crash(*_: object) -> None:
        raise VaultError("the power failed")

    with monkeypatch.context() as patch:
        patch.setattr("assistant.vault.rewrap._scrub", crash)
        with pytest.raises(VaultError, match="the power failed"):
            open_database(url)
    database = open_database(url)
    check_everything(database)
    database.close()
    assert given_away(tmp_path) == []


def test_a_copy_of_the_file_opens_with_a_copy_of_the_keys(tmp_path: Path) -> None:
    """Moving to another machine is copying both."""
    database = open_database(f"sqlite:///{tmp_path / 'a' / 'line.db'}")
    write_everything(database)
    database.close()
    other = tmp_path / "b"
    (other / "keys").mkdir(parents=True)
    with sqlite3.connect(tmp_path / "a" / "line.db") as source:
        source.execute("VACUUM INTO ?", (str(other / "line.db"),))
    source.close()
    keys = other / "keys" / FILE
    keys.write_bytes((tmp_path / "a" / "keys" / FILE).read_bytes())
    keys.chmod(0o600)
    moved = open_database(f"sqlite:///{other / 'line.db'}")
    check_everything(moved)
    moved.close()
