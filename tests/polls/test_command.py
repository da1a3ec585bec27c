"""`run.py polls`: what there is, and what came of it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from click.testing import CliRunner

from assistant.app import open_records
from assistant.cli import cli
from assistant.clock import ConversationClock
from assistant.config import load_config
from assistant.core.errors import DataError
from tests.conftest import ROOT

NOW = datetime.fromisoformat("2026-11-25T09:00+08:00")


def test_votes_are_listed_and_nothing_is_counted_before_the_end(tmp_path: Path) -> None:
    """Choices with their published numbers; an unknown vote and an open one are refused plainly."""
    config = load_config(ROOT / "config.yaml", {})
    open_records(config, tmp_path, ConversationClock(NOW)).database.close()
    listed = CliRunner().invoke(cli, ["polls", "list", "--data", str(tmp_path)])
    assert listed.exit_code == 0
    assert "小公园里先添什么？" in listed.output
    assert "  2  遮雨的亭子" in listed.output
    refused = CliRunner().invoke(cli, ["polls", "results", "nonsense", "--data", str(tmp_path)])
    assert isinstance(refused.exception, DataError)
    assert "run.py polls list" in str(refused.exception)
