"""A copy is made while the line is used, checked, and put back."""

from __future__ import annotations

import json
import shutil
import threading
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assistant.backing_up import open_copy
from assistant.cli import cli
from assistant.core.conversation import Pace, Preferences
from assistant.core.errors import AssistantError, DataError
from assistant.database import Database, open_database
from assistant.directory.exchange import import_tables
from assistant.memory.preferences import PreferenceStore
from tests.conftest import ROOT

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
DEMO = ROOT / "assistant" / "directory" / "demo"
LIKED = Preferences("zh", Pace())
PASSPHRASE = "pear lantern bridge 桂花"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with the demo community, a recording and a key."""
    folder = tmp_path / "data"
    database = open_database(f"sqlite:///{folder / 'neighbour-line.db'}")
    import_tables([DEMO], database)
    PreferenceStore(database).keep("+8613800000001", LIKED, NOW)
    database.close()
    for name in ("voices/zh/greeting.wav", "keys/stream.key"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(name.encode())
    return folder


@pytest.fixture
def used(data: Path) -> Iterator[Database]:
    """The same database, open as the service has it."""
    database = open_database(f"sqlite:///{data / 'neighbour-line.db'}")
    with database.read():
        pass
    yield database
    database.close()


def run(*arguments: str, passphrase: str | None = None) -> Result:
    """One command."""
    env = {"ASSISTANT_BACKUPS__PASSPHRASE": passphrase or ""}
    return CliRunner().invoke(cli, arguments, env=env)


def liked(data: Path) -> Preferences | None:
    """What the database of a folder says."""
    database = open_database(f"sqlite:///{data / 'neighbour-line.db'}")
    try:
        return PreferenceStore(database).load("+8613800000001")
    finally:
        database.close()


def test_a_copy_goes_to_another_machine(data: Path, tmp_path: Path) -> None:
    """Together with the keys, which travel apart; it answers before it is put in place."""
    copy, other = tmp_path / "copy.zip", tmp_path / "other"
    assert run("backup", str(copy), "--data", str(data)).exit_code == 0
    without = run("restore", str(copy), "--data", str(other))
    assert isinstance(without.exception, AssistantError)
    assert not (other / "neighbour-line.db").exists()
    shutil.copytree(data / "keys", other / "keys", dirs_exist_ok=True)
    done = run("restore", str(copy), "--data", str(other))
    assert done.exit_code == 0, done.output
    assert done.output.count("Asked the copy:") == 3
    assert liked(other) == LIKED
    assert (other / "voices/zh/greeting.wav").read_bytes() == b"voices/zh/greeting.wav"


def test_a_sealed_copy_holds_the_keys_and_tells_nothing(data: Path, tmp_path: Path) -> None:
    """Only the passphrase opens it."""
    copy, other = tmp_path / "copy.sealed", tmp_path / "other"
    run("backup", str(copy), "--data", str(data), passphrase=PASSPHRASE)
    raw = copy.read_bytes()
    assert not any(word in raw for word in (b"13800000001", b"SQLite", b"greeting", b"PK\x03\x04"))
    for wrong in (None, "pear lantern bridge 菊花"):
        refused = run("restore", str(copy), "--data", str(other), passphrase=wrong)
        assert isinstance(refused.exception, DataError)
        assert not (other / "neighbour-line.db").exists()
    assert run("restore", str(copy), "--data", str(other), passphrase=PASSPHRASE).exit_code == 0
    assert (other / "keys/stream.key").read_bytes() == b"keys/stream.key"
    assert liked(other) == LIKED


def test_a_copy_is_one_moment_while_others_write(
    data: Path, used: Database, tmp_path: Path
) -> None:
    """Writers go on; pairs that are written together are both in the copy or neither."""
    store, stop = PreferenceStore(used), threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            store.keep(f"+86139{number:08d}", LIKED, NOW)
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            assert (
                run("backup", str(tmp_path / f"{number}.zip"), "--data", str(data)).exit_code == 0
            )
    finally:
        stop.set()
        writer.join()
    for number in range(3):
        into = tmp_path / f"into{number}"
        into.mkdir()
        open_copy(tmp_path / f"{number}.zip", into, "")


def test_nothing_is_put_in_place_under_a_running_service(
    data: Path, used: Database, tmp_path: Path
) -> None:
    """It would go on writing into a file that is gone."""
    copy = tmp_path / "copy.zip"
    run("backup", str(copy), "--data", str(data))
    PreferenceStore(used).forget("+8613800000001")
    refused = run("restore", str(copy), "--data", str(data))
    assert isinstance(refused.exception, AssistantError)
    assert "stop the service" in str(refused.exception)
    assert liked(data) is None
    assert run("restore", str(copy), "--check", "--data", str(data)).exit_code == 0


def test_what_was_there_is_kept(data: Path, tmp_path: Path) -> None:
    """A wrong restore can be taken back by hand."""
    copy = tmp_path / "copy.zip"
    run("backup", str(copy), "--data", str(data))
    done = run("restore", str(copy), "--data", str(data))
    assert done.exit_code == 0, done.output
    assert [path.name.partition(".before-")[0] for path in data.glob("*.before-*")] == [
        "neighbour-line.db"
    ]


def test_a_file_is_not_replaced_unasked(data: Path, tmp_path: Path) -> None:
    """Yesterday's copy may be the better one."""
    copy = tmp_path / "copy.zip"
    copy.write_bytes(b"yesterday")
    assert isinstance(run("backup", str(copy), "--data", str(data)).exception, DataError)
    assert copy.read_bytes() == b"yesterday"
    assert run("backup", str(copy), "--force", "--data", str(data)).exit_code == 0
    assert zipfile.is_zipfile(copy)


def spoilt(copy: Path, into: Path, **changes: object) -> Path:
    """The copy with other entries in its list, or other bytes in a file."""
    with zipfile.ZipFile(copy) as old, zipfile.ZipFile(into, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "manifest.json":
                content = json.dumps({**json.loads(content), **changes}).encode()
            elif name == changes.get("damage"):
                content = content[:-1] + bytes([content[-1] ^ 1])
            new.writestr(name, content)
    return into


@pytest.mark.parametrize(
    "changes",
    [
        {"format": 2},
        {"schema": "0001"},
        {"digests": {}},
        {"digests": {"../../etc/passwd": "0"}},
        {"digests": {"database.sqlite": "0" * 64}},
        {"digests": {"database.sqlite": "0", "keys/../../x": "0"}},
        {"digests": {"database.sqlite": "0", "models/zh": "0"}},
        {"nothing": "of ours"},
    ],
    ids=str,
)
def test_a_changed_copy_is_refused(data: Path, tmp_path: Path, changes: dict[str, object]) -> None:
    """Before anything of the data folder is touched."""
    copy = tmp_path / "copy.zip"
    run("backup", str(copy), "--data", str(data))
    wrong = spoilt(copy, tmp_path / "spoilt.zip", **changes)
    other = tmp_path / "other"
    refused = run("restore", str(wrong), "--data", str(other))
    assert isinstance(refused.exception, AssistantError), refused.output
    assert not (other / "neighbour-line.db").exists()
    assert not (tmp_path / "etc").exists()


@pytest.mark.parametrize("content", [b"", b"PK", b"no copy at all" * 100], ids=len)
def test_what_is_no_copy_is_refused(tmp_path: Path, content: bytes) -> None:
    """With one plain sentence."""
    copy = tmp_path / "copy.zip"
    copy.write_bytes(content)
    refused = run("restore", str(copy), "--data", str(tmp_path / "other"))
    assert isinstance(refused.exception, DataError)
