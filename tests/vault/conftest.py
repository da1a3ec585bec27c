"""A pair of keys that is the same in every run, and a vault that uses it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.benchmarks.postgres_server import PostgresServer
from assistant.vault.ring import KeyRing, name_of
from assistant.vault.sealing import Vault

INDEX, FIRST, SECOND = (bytes([number]) * 32 for number in (1, 2, 3))


def ring_of(*seals: bytes, index: bytes = INDEX) -> KeyRing:
    """A ring with these sealing keys, the last one writing."""
    return KeyRing(index, {name_of(key): key for key in seals})


@pytest.fixture
def postgres_empty(postgres: PostgresServer) -> Iterator[str]:
    """The address of a PostgreSQL database without any table."""
    yield postgres.create("vault_empty")
    postgres.drop("vault_empty")


@pytest.fixture
def vault() -> Vault:
    """With one sealing key."""
    return Vault(ring_of(FIRST))
