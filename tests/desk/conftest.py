from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher

from assistant.staff import secrets_kept
from tests.desk.around import NAMES, Around, Browser, open_around, prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from assistant.staff.roles import Role


@contextmanager
def hashing_quickly() -> Iterator[None]:
    """Passwords hashed in a millisecond; `tests/staff` tries the real figures."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secrets_kept, "_hasher", PasswordHasher(1, 8, 1))
        yield


@pytest.fixture(scope="module")
def quick_passwords() -> Iterator[None]:
    """For a module that makes people of its own."""
    with hashing_quickly():
        yield


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A database with everybody in it, made once and copied for every test."""
    folder = tmp_path_factory.mktemp("desk")
    with hashing_quickly():
        return folder, prepare(folder)


@pytest.fixture
def around(tmp_path: Path, prepared: tuple[Path, dict[str, str]]) -> Iterator[Around]:
    """A desk with everybody at it."""
    with hashing_quickly():
        opened = open_around(tmp_path, prepared)
        yield opened
        opened.database.close()


@pytest.fixture
def browser(around: Around) -> Browser:
    """A browser nobody has signed in with."""
    return Browser(around, around.app().test_client())


@pytest.fixture
def signed_in(around: Around) -> Callable[[Role], Browser]:
    """Opens a browser and signs in with it, in a role."""

    def one(role: Role) -> Browser:
        opened = Browser(around, around.app().test_client())
        assert opened.sign_in(NAMES[role]).status_code == 200
        return opened

    return one
