"""What every test may use: where things lie, golden files, and no network beyond this machine."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

pytest_plugins = ["tests.live.service", "tests.callbacks.postgres"]
"""The real service in a process of its own: fixtures `live` and `live_server`. Real
databases of both kinds: `any_database`."""

ROOT = Path(__file__).resolve().parent.parent

DEAD_PROXY = "http://127.0.0.1:9"
"""Port 9 (discard) is closed: a child process that asks for another machine is refused at once."""

LOOPBACK = frozenset({"", "localhost", "127.0.0.1", "::1", "0.0.0.0", "::"})  # noqa: S104  # names looked up, not bound

_look_up = socket.getaddrinfo


settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("wander", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))
"""Made-up cases are the same in every run; `HYPOTHESIS_PROFILE=wander` looks for new ones."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--update-golden`."""
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write what the program does now into the golden files; read the difference after",
    )


def pytest_configure() -> None:
    """Close the ways out that pytest-socket does not watch: name look-ups and child processes."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        os.environ[name] = os.environ[name.upper()] = DEAD_PROXY
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = "127.0.0.1,localhost,::1"
    socket.getaddrinfo = _look_up_loopback


def pytest_unconfigure() -> None:
    """Give the name look-up back."""
    socket.getaddrinfo = _look_up


def _look_up_loopback(host: Any, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401  # the signature of socket.getaddrinfo is not ours
    name = host.decode() if isinstance(host, bytes) else host
    if name is not None and name not in LOOPBACK:
        pytest.fail(f"a test looked up {name!r}: tests talk to this machine only")
    return _look_up(host, *arguments, **options)


@pytest.fixture(scope="session")
def project() -> Path:
    """The project's top folder."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """Recordings, models and data shared between projects; `ASSISTANT_SHARED` says where else."""
    folder = Path(os.environ.get("ASSISTANT_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        reason = f"the shared folder {folder} is missing; set ASSISTANT_SHARED to where it is"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


@pytest.fixture(scope="session")
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be rewritten."""
    return bool(request.config.getoption("--update-golden"))
