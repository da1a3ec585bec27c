from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

import pytest
from sqlalchemy import event, select, update

from assistant.alarms.store import AlarmStore, alarms
from assistant.core.conversation import Conversation, Preferences
from assistant.core.errors import TamperedError, VaultError
from assistant.core.event import Alert
from assistant.database import Database, open_database
from assistant.memory.preferences import PreferenceStore
from assistant.vault.rewrap import keys_in_use, rewrap
from assistant.vault.ring import name_of, written
from assistant.vault.rotation import KEPT, retire, rotate
from assistant.vault.sealing import key_name
from assistant.vault.sources import FILE, GivenKeys, KeyFile, fresh_text
from assistant.vault.tables import vault_keys

NOW = datetime.now(UTC)
"The register notes moments of the database's own clock."
LIKED = Preferences("zh")
MANY = 450


@pytest.fixture
def source(tmp_path: Path) -> KeyFile:
    """The key file of `any_database`."""
    return KeyFile(tmp_path / "keys" / FILE)


def fill(database: Database, count: int = MANY) -> None:
    """So many alarms, and as many callers with preferences."""
    store, liked = AlarmStore(database), PreferenceStore(database)
    for number in range(count):
        contact = f"+86138{number:08d}"
        talk = Conversation(f"c{number}", "voice", contact, "zh", NOW, NOW)
        store.raise_(Alert(f"GH{number:06d}", "safety.fall", f"摔倒了 {number}"), talk, NOW)
        liked.keep(contact, LIKED, NOW)


def said(database: Database) -> dict[str, str]:
    """Words by contact."""
    return {alarm.contact: alarm.words for alarm in AlarmStore(database).listing()}


def test_rotation_closes_every_row_anew(any_database: Database, source: KeyFile) -> None:
    """The new key writes and closes all; numbers are found as before; the old key needs nothing."""
    fill(any_database)
    old, before = any_database.vault.ring.writing, said(any_database)
    name, rows = rotate(any_database, source)
    assert (rows, name != old) == (2 * MANY, True)
    assert set(keys_in_use(any_database)) == {name}
    assert said(any_database) == before
    assert PreferenceStore(any_database).load("+8613800000007") == LIKED
    assert rewrap(any_database) == 0


def test_the_service_goes_on_while_keys_are_rotated(
    any_database: Database, reopen: Callable[[], Database], source: KeyFile
) -> None:
    """Another process writes and reads all the time; nothing is lost and nothing is refused."""
    fill(any_database, 120)
    service, stop = reopen(), threading.Event()
    failed: list[object] = []

    def work() -> None:
        store, number = AlarmStore(service), 120
        while not stop.is_set():
            talk = Conversation(f"c{number}", "voice", f"+86139{number:08d}", "zh", NOW, NOW)
            try:
                store.raise_(Alert(f"GH{number:06d}", "safety.fall", "摔倒了"), talk, NOW)
                if any("?" in (item.contact, item.words) for item in store.listing()):
                    failed.append(number)
            except Exception as error:  # noqa: BLE001 - whatever it is, the test names it
                failed.append(error)
            number += 1

    worker = threading.Thread(target=work)
    worker.start()
    try:
        for _ in range(3):
            rotate(any_database, source)
    finally:
        stop.set()
        worker.join()
    assert failed == []
    rewrap(any_database)
    assert set(keys_in_use(any_database)) == {any_database.vault.ring.writing}
    assert len(said(any_database)) > 120


def test_a_rotation_cut_off_is_finished_by_the_next(
    any_database: Database, source: KeyFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half the rows are of each key; saying it again makes no third key."""
    fill(any_database)
    real, closed = any_database.vault.seal, []

    def failing(*where: str) -> str:
        closed.append(1)
        if len(closed) > MANY:
            raise VaultError("the power failed")
        return real(*where)

    with monkeypatch.context() as patch:
        patch.setattr(any_database.vault, "seal", failing)
        with pytest.raises(VaultError, match="the power failed"):
            rotate(any_database, source)
    assert len(keys_in_use(any_database)) == 2
    rotate(any_database, source)
    ring = source.read()
    assert ring is not None
    assert len(ring.seals) == 2
    assert set(keys_in_use(any_database)) == {ring.writing}


def test_rotation_stops_at_a_row_nobody_here_wrote(any_database: Database, source: KeyFile) -> None:
    """What was put into the database in the clear is not made ours by sealing it."""
    fill(any_database, 3)
    with any_database.begin() as connection:
        connection.execute(
            update(alarms).where(alarms.c.code == "GH000001").values(words="put in by hand")
        )
    with pytest.raises(TamperedError, match=r"alarms\.words"):
        rotate(any_database, source)


def test_an_old_key_is_kept_for_the_backups(any_database: Database, source: KeyFile) -> None:
    """Taken out after thirty days, not before; then the database opens without it."""
    fill(any_database, 3)
    old = any_database.vault.ring.writing
    rotate(any_database, source)
    assert retire(any_database, source, NOW + KEPT - timedelta(days=1)) == ()
    assert retire(any_database, source, NOW + KEPT + timedelta(days=1)) == (old,)
    ring = source.read()
    assert ring is not None
    assert old not in ring.seals
    assert len(said(any_database)) == 3


def test_a_key_that_rows_need_is_never_taken_out(any_database: Database, source: KeyFile) -> None:
    """Also when a service that had not noticed went on writing with it."""
    fill(any_database, 1)
    with any_database.read() as connection:
        old_row = connection.execute(select(alarms.c.words)).scalar_one()
    rotate(any_database, source)
    with any_database.begin() as connection:
        connection.execute(update(alarms).values(words=old_row))
    with pytest.raises(VaultError, match=rf"need the key {key_name(old_row)}"):
        retire(any_database, source, NOW + KEPT + timedelta(days=1))


def test_keys_of_a_setting_are_rotated_by_whoever_brings_them(tmp_path: Path) -> None:
    """Without a new key it says what to do; with one at the end every row is closed with it."""
    url, text = f"sqlite:///{tmp_path / 'line.db'}", fresh_text()
    database = open_database(url, GivenKeys(text))
    fill(database, 3)
    with pytest.raises(VaultError, match=r"run\.py keys new"):
        rotate(database, GivenKeys(text))
    database.close()
    new = bytes(range(32))
    longer = GivenKeys(f"{text} {written('seal', new)}")
    database = open_database(url, longer)
    assert rotate(database, longer) == (name_of(new), 6)
    assert len(said(database)) == 3
    database.close()


def test_the_register_names_keys_and_holds_none(any_database: Database, source: KeyFile) -> None:
    """Names, kinds and moments; nothing of a key itself."""
    PreferenceStore(any_database).keep("+8613800000001", LIKED, NOW)
    rotate(any_database, source)
    with any_database.read() as connection:
        rows = connection.execute(select(vault_keys).order_by(vault_keys.c.since)).all()
    assert sorted(row.kind for row in rows) == ["index", "seal", "seal"]
    assert [row.until is None for row in rows if row.kind == "seal"].count(True) == 1
    kept = source.path.read_text()
    assert all(len(row.name) == 12 and row.name not in kept for row in rows)


def test_a_batch_holds_the_write_lock_for_less_than_a_tenth_of_a_second(tmp_path: Path) -> None:
    """Calls go on while rows are closed anew: from the lock to the commit, in the usual case."""
    database = open_database(f"sqlite:///{tmp_path / 'line.db'}")
    fill(database, 400)
    KeyFile(tmp_path / "keys" / FILE).add()
    database.vault.reload()
    began, held = [0.0], list[float]()
    event.listen(database.engine, "begin", lambda _: began.append(perf_counter()))
    event.listen(database.engine, "commit", lambda _: held.append(perf_counter() - began[-1]))
    assert rewrap(database) == 800
    database.close()
    assert len(held) >= 16
    assert sorted(held)[len(held) // 2] < 0.1
