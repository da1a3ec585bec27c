"""A machine burns: one sealed file and a passphrase are enough to go on with another one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.core.errors import VaultError
from assistant.database import open_database
from assistant.keys import own_secret
from tests.conftest import ROOT

PASSPHRASE = "pear lantern bridge 桂花"
HERS = "+8613800000021"


def line(data: Path, *arguments: str) -> str:
    """One command as an operator types it; what it printed."""
    command = [sys.executable, "-m", "assistant.cli", *arguments, "--data", str(data)]
    environment = {**os.environ, "ASSISTANT_BACKUPS__PASSPHRASE": PASSPHRASE}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.mark.timeout(300)
def test_a_talk_goes_on_at_the_machine_that_took_over(tmp_path: Path) -> None:
    """The copy answers three questions, then its residents: with what they had spoken of before."""
    first, second, copy = tmp_path / "first", tmp_path / "second", tmp_path / "line.backup"
    second.mkdir()
    assert "食堂" in line(first, "text", "--from", HERS, "食堂电话多少")
    secret = own_secret(first / "keys", "audit.key")
    line(first, "backup", str(copy))
    told = line(second, "restore", str(copy))
    assert told.count("Asked the copy:") == 3
    assert own_secret(second / "keys", "audit.key") == secret
    assert "食堂" in line(second, "text", "--from", HERS, "几点开门")


def test_a_copy_without_its_keys_opens_nowhere(tmp_path: Path) -> None:
    """What was sealed stays so: new keys are never made beside an old database."""
    database = open_database(f"sqlite:///{tmp_path / 'line.db'}")
    database.close()
    (tmp_path / "keys" / "vault.keys").unlink()
    with pytest.raises(VaultError, match="keys of this database are missing"):
        open_database(f"sqlite:///{tmp_path / 'line.db'}")
