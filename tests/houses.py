"""What was learnt, and a house on demo data to copy: made once a process, for every test."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path

import pytest

from assistant.app import open_house
from assistant.clock import ConversationClock
from assistant.config import load_config
from assistant.teaching import FOLDER, Taught, taught

ROOT = Path(__file__).resolve().parent.parent


@cache
def trees_learnt() -> Taught:
    """Both trees and the live understanding, taken up once a process; nobody changes them."""
    return taught(ROOT, ("zh", "en"), [ROOT / FOLDER])


@pytest.fixture(scope="session")
def learnt() -> Taught:
    """Both trees and the live understanding, learnt once a machine."""
    return trees_learnt()


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the demo community, to be copied."""
    folder = tmp_path_factory.mktemp("demo")
    clock = ConversationClock(datetime.fromisoformat("2026-11-25T09:00+08:00"))
    config = load_config(ROOT / "config.yaml", {})
    open_house(config, folder, ROOT, clock, learnt=trees_learnt()).close()
    return folder
