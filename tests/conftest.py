"""What every test may use: where things lie, golden files, and no network beyond this machine."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.rendered import RENDERED

pytest_plugins = ["tests.houses", "tests.live.service", "tests.callbacks.postgres"]
"""The real service in a process of its own: fixtures `live` and `live_server`. Real
databases of both kinds: `any_database`. A house on demo data to copy: `demo_data`, `learnt`."""

ROOT = Path(__file__).resolve().parent.parent

DEAD_PROXY = "http://127.0.0.1:9"
"""Port 9 (discard) is closed: a child process that asks for another machine is refused at once."""

LOOPBACK = frozenset({"", "localhost", "127.0.0.1", "::1", "0.0.0.0", "::"})  # noqa: S104  # names looked up, not bound

SEEN_WITHIN_MS = 20_000
"How long a browser test waits for what it expects; Playwright's 5 s are short on a busy machine."

LONGEST = (
    "tests/benchmarks/test_calls.py",
    "tests/desk/test_tables_pages.py",
    "tests/drill/test_drill.py",
    "tests/desk/test_pages.py",
    "tests/desk/test_end_to_end.py",
    "tests/nodes/",
    "tests/live/",
    "tests/sip/",
    "tests/kannel/",
    "tests/gammu/",
    "tests/asterisk/",
    "tests/deploy/",
    "tests/browser/",
    "tests/backups/",
    "tests/test_commands.py",
    "tests/corrections/",
    "tests/callbacks/",
)
"Begun first, so that towards the end no processor waits for one long file on another."

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


def pytest_configure(config: pytest.Config) -> None:
    """Close the ways out that pytest-socket does not watch: name look-ups and child processes."""
    if RENDERED not in os.environ:  # the processes that xdist starts inherit it
        os.environ[RENDERED] = tempfile.mkdtemp(prefix="rendered-")
        config.add_cleanup(_remove_rendered)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # hundreds of processes would compile it all
    config.option.loadscopereorder = False  # by number of tests: the longest files would come last
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        os.environ[name] = os.environ[name.upper()] = DEAD_PROXY
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = "127.0.0.1,localhost,::1"
    socket.getaddrinfo = _look_up_loopback


def pytest_unconfigure() -> None:
    """Give the name look-up back."""
    socket.getaddrinfo = _look_up


def _remove_rendered() -> None:
    shutil.rmtree(os.environ.pop(RENDERED), ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, each in its own order; browsers are waited for patiently."""
    items.sort(key=_turn)
    if (playwright := sys.modules.get("playwright.sync_api")) is not None:
        playwright.expect.set_options(timeout=SEEN_WITHIN_MS)


def _turn(item: pytest.Item) -> int:
    """The place of its file among the longest."""
    ranks = (rank for rank, path in enumerate(LONGEST) if item.nodeid.startswith(path))
    return next(ranks, len(LONGEST))


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
