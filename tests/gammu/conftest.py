"""A gammu-smsd of its own for each test, and a house behind it on a Wednesday at nine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.teaching import Taught
from tests.gammu.daemon import Modem, daemon
from tests.kannel.served import Served, opened
from tests.scenarios.conftest import open_at

__all__ = ["open_at"]


@dataclass
class Village:
    """What a test has in its hands."""

    modem: Modem
    served: Served


@pytest.fixture
def modem(tmp_path: Path) -> Iterator[Modem]:
    """A daemon and its telephone."""
    folder = tmp_path / "gammu"
    folder.mkdir()
    with daemon(folder) as running:
        yield running


@pytest.fixture
def village(modem: Modem, demo_data: Path, learnt: Taught, tmp_path: Path) -> Iterator[Village]:
    """A house whose texts go and come by a modem."""
    block = {"kind": "gammu", "database": modem.url}
    with opened(demo_data, tmp_path, learnt, {"modem": block}) as served:
        yield Village(modem, served)
