from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest

from assistant.core.errors import VaultError
from assistant.vault.ring import read_ring
from assistant.vault.sources import (
    FILE,
    GivenKeys,
    KeyFile,
    KeysOfCommand,
    KeySource,
    WithoutKeys,
    fresh_text,
    key_source,
)


@pytest.fixture
def file(tmp_path: Path) -> KeyFile:
    """A key file that is not there yet."""
    return KeyFile(tmp_path / "keys" / FILE)


def test_keys_are_made_once_and_for_the_owner_only(file: KeyFile) -> None:
    """None before; afterwards the same ones, in a file nobody else reads."""
    assert file.read() is None
    made = file.make()
    assert (file.read(), file.make()) == (made, made)
    assert file.path.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file.path.parent.iterdir()] == [FILE]


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_keys_others_can_read_are_refused(file: KeyFile) -> None:
    """The sentence says what to do."""
    file.make()
    file.path.chmod(0o640)
    with pytest.raises(VaultError, match="chmod 600"):
        file.read()


def test_two_first_starts_have_the_same_keys(file: KeyFile) -> None:
    """Eight threads at once: one makes them."""
    start, made = threading.Barrier(8), []

    def make() -> None:
        start.wait()
        made.append(file.make())

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 8
    assert all(ring == made[0] for ring in made)


def test_a_key_is_added_at_the_end_and_taken_out_by_name(file: KeyFile) -> None:
    """The new one writes; the index key and the other keys stay; the last one cannot be taken."""
    first = file.make()
    second = file.add()
    assert second.writing != first.writing
    assert (second.index, set(second.seals) > set(first.seals)) == (first.index, True)
    left = file.drop([first.writing])
    assert (list(left.seals), left.index) == ([second.writing], first.index)
    with pytest.raises(VaultError):
        file.drop([second.writing])
    assert file.read() == left


def test_a_setting_brings_keys() -> None:
    """The text of `run.py keys new` is what it reads."""
    text = fresh_text()
    assert GivenKeys(text).read() == read_ring(text, "")
    with pytest.raises(VaultError, match=r"run\.py keys new"):
        GivenKeys(text).make()


def test_a_command_brings_keys() -> None:
    """What it writes to its standard output."""
    text = fresh_text()
    source = KeysOfCommand((sys.executable, "-c", f"print({text!r})"))
    assert source.read() == read_ring(text, "")


@pytest.mark.parametrize(
    "command", [("/no/such/program",), (sys.executable, "-c", "raise SystemExit(3)")]
)
def test_a_command_that_fails_is_named(command: tuple[str, ...]) -> None:
    """And nothing of what it wrote."""
    with pytest.raises(VaultError, match=r"privacy\.keys_command"):
        KeysOfCommand(command).read()


def test_settings_choose_the_source(tmp_path: Path) -> None:
    """A text before a command, a command before the file."""
    kinds = [
        type(key_source(text, command, tmp_path))
        for text, command in (("x", ("y",)), ("", ("y",)), ("", ()))
    ]
    assert kinds == [GivenKeys, KeysOfCommand, KeyFile]


def test_without_keys_none_are_made() -> None:
    """A copy that is only looked at gets no keys of its own."""
    source: KeySource = WithoutKeys()
    assert source.read() is None
    with pytest.raises(VaultError):
        WithoutKeys().make()
