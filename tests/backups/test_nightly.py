"""The copy of every night: when it is due, what is kept, and what is removed."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from assistant.app import House, open_house
from assistant.backing_up import COPY, Copies, look_for, open_copy
from assistant.clock import ConversationClock
from assistant.config import load_config
from tests.conftest import ROOT
from tests.houses import trees_learnt

NOW = datetime.fromisoformat("2026-11-25T09:00+08:00")
PASSPHRASE = "pear lantern bridge 桂花"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house whose copies are sealed."""
    environment = {"ASSISTANT_BACKUPS__PASSPHRASE": PASSPHRASE}
    config = load_config(ROOT / "config.yaml", environment)
    learnt = trees_learnt()
    data = tmp_path / "data"
    opened = open_house(config, data, ROOT, ConversationClock(NOW), learnt=learnt)
    yield opened
    opened.close()


def made(house: House, at: datetime) -> Path:
    """The file of a copy that was made then."""
    file = house.data / "backups" / at.strftime(COPY)
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"an older copy")
    return file


@pytest.mark.parametrize(
    ("last", "due"),
    [
        ("2026-11-25T02:31+08:00", False),
        ("2026-11-25T02:29+08:00", True),
        ("2026-11-24T02:31+08:00", True),
        (None, True),
    ],
)
def test_a_machine_that_slept_catches_up(house: House, last: str | None, *, due: bool) -> None:
    """Due once after half past two of every night, whenever the machine is on."""
    if last is not None:
        made(house, datetime.fromisoformat(last))
    assert Copies(house).due(NOW) is due


def test_a_copy_is_made_once_a_night(house: House, tmp_path: Path) -> None:
    """It is whole, sealed, and readable by nobody else."""
    copies = Copies(house)
    copies.look()
    copies.look()
    (copy,) = (house.data / "backups").iterdir()
    assert copy.name == "neighbour-line-20261125-0900.backup"
    assert copy.stat().st_mode & 0o077 == 0
    assert copies.last() == NOW
    into = tmp_path / "into"
    into.mkdir()
    assert open_copy(copy, into, PASSPHRASE).with_keys


def test_old_copies_go_and_other_files_stay(house: House) -> None:
    """Thirty days after somebody had her data deleted no copy holds it."""
    old = made(house, NOW - timedelta(days=31))
    recent = made(house, NOW - timedelta(days=29))
    own = house.data / "backups" / "before-the-move.backup"
    own.write_bytes(b"kept by hand")
    fresh = Copies(house).make(NOW)
    assert not old.exists()
    assert {*fresh.parent.iterdir()} == {recent, own, fresh}


def test_a_failed_copy_removes_nothing_and_is_tried_again(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """The old one stays as long as there is no new one; the log says so in a sentence."""
    old = made(house, NOW - timedelta(days=31))
    file = house.data / "neighbour-line.db"
    away = file.rename(file.with_name("away.db"))
    with caplog.at_level(logging.ERROR):
        Copies(house).look()
    assert "no copy could be made" in caplog.text
    assert [*old.parent.iterdir()] == [old]
    away.rename(file)
    Copies(house).look()
    assert not old.exists()


def test_no_hour_means_no_copies(house: House) -> None:
    """As the settings say."""
    backups = house.config.backups.model_copy(update={"at": ""})
    other = replace(house, config=house.config.model_copy(update={"backups": backups}))
    assert look_for(house) is not None
    assert look_for(other) is None
