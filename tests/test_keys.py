from __future__ import annotations

import re
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from assistant.core.errors import ConfigError
from assistant.database import open_database
from assistant.keys import house_secret, own_secret
from assistant.vault.shared import shared_secrets
from assistant.vault.sources import GivenKeys, fresh_text
from assistant.vault.tables import vault_secrets


def test_a_key_is_made_once_and_kept(tmp_path: Path) -> None:
    """The second start reads what the first one made."""
    made = own_secret(tmp_path / "keys", "stream.key")
    assert own_secret(tmp_path / "keys", "stream.key") == made
    assert (tmp_path / "keys" / "stream.key").read_text("ascii") == made


def test_a_key_is_long_and_plain(tmp_path: Path) -> None:
    """256 bits in characters that any header and file can carry."""
    made = own_secret(tmp_path, "a.key")
    assert re.fullmatch(r"[\w-]{43,}", made, re.ASCII)


def test_every_key_is_another(tmp_path: Path) -> None:
    """Two names, two installations: four keys."""
    made = {own_secret(tmp_path / place, name) for place in "ab" for name in ("x.key", "y.key")}
    assert len(made) == 4


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    """Mode 600, from the first moment on."""
    own_secret(tmp_path, "a.key")
    assert stat.S_IMODE((tmp_path / "a.key").stat().st_mode) == 0o600


def test_a_key_put_there_by_hand_is_used(tmp_path: Path) -> None:
    """A line break at its end is no part of it."""
    (tmp_path / "a.key").write_text("by-hand\n", "ascii")
    assert own_secret(tmp_path, "a.key") == "by-hand"


def test_many_first_starts_get_one_key(tmp_path: Path) -> None:
    """Several ask at the same moment: each gets the key that is kept, and nothing else is left."""
    for round_ in range(20):
        folder, together = tmp_path / str(round_), threading.Barrier(8)

        def ask(folder: Path = folder, together: threading.Barrier = together) -> str:
            together.wait(10)
            return own_secret(folder, "a.key")

        with ThreadPoolExecutor(8) as threads:
            given = {asked.result() for asked in [threads.submit(ask) for _ in range(8)]}
        assert given == {(folder / "a.key").read_text("ascii")}
        assert [path.name for path in folder.iterdir()] == ["a.key"]


@pytest.mark.parametrize("content", [b"", b" \n", b"\xff\xfe"], ids=["empty", "blank", "bytes"])
def test_a_damaged_key_is_no_key(tmp_path: Path, content: bytes) -> None:
    """Nothing is ever signed with an empty secret: the file and the remedy are named."""
    path = tmp_path / "a.key"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as raised:
        own_secret(tmp_path, "a.key")
    assert str(path) in str(raised.value)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    blocked = tmp_path / "keys"
    blocked.write_text("a file", "ascii")
    with pytest.raises(ConfigError, match="make the folder writable") as raised:
        own_secret(blocked, "a.key")
    assert str(blocked) in str(raised.value)


def test_nodes_on_a_server_share_what_the_first_one_had(postgres_url: str, tmp_path: Path) -> None:
    """An office that grows keeps its key; a node without a file, or with another, takes that."""
    keys = GivenKeys(fresh_text())
    kept = own_secret(tmp_path / "first", "audit.key")
    own_secret(tmp_path / "third", "audit.key")
    told = []
    for node in ("first", "second", "third"):
        database = open_database(postgres_url, keys)
        told.append(house_secret(database, tmp_path / node, "audit.key"))
        other = house_secret(database, tmp_path / node, "desk.key")
        with database.read() as connection:
            stored = connection.execute(select(vault_secrets.c.secret)).scalars().all()
        assert set(shared_secrets(database)) == {kept, other}
        database.close()
        assert other != kept
        assert not any(kept in secret or other in secret for secret in stored)
    assert told == [kept] * 3
    assert not (tmp_path / "second").exists()


def test_an_office_on_its_own_keeps_files(tmp_path: Path) -> None:
    """On SQLite nothing of it is in the database, so a stolen copy has no keys."""
    database = open_database(f"sqlite:///{tmp_path / 'line.db'}")
    made = house_secret(database, tmp_path / "keys", "desk.key")
    with database.read() as connection:
        assert connection.execute(select(vault_secrets)).all() == []
    assert shared_secrets(database) == ()
    database.close()
    assert own_secret(tmp_path / "keys", "desk.key") == made
