"""What the first start says while it makes itself ready."""

from __future__ import annotations

import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from assistant.commands.models import AGAIN_S, NOT_HAD, fetch_missing
from assistant.commands.serve import _without
from assistant.commands.waiting import told_while
from assistant.config import load_config
from assistant.core.errors import ModelError
from tests.conftest import ROOT


def test_a_short_step_is_not_mentioned() -> None:
    """Later starts take seconds and say nothing of it."""
    said: list[str] = []
    with told_while("learning", said.append, first_s=30.0):
        pass
    assert said == []


def test_a_long_step_is_told_and_then_counted() -> None:
    """First what it is, then how long it has been; nothing after its end."""
    said: list[str] = []
    with told_while("learning", said.append, first_s=0.01, every_s=0.01):
        deadline = time.monotonic() + 10
        while len(said) < 3 and time.monotonic() < deadline:
            time.sleep(0.01)
    ended = list(said)
    time.sleep(0.05)
    assert ended[0] == "learning"
    assert ended[1].endswith("s so far")
    assert said == ended


def test_it_stops_telling_when_the_step_fails() -> None:
    """The error goes on to whoever asked; no thread is left behind."""
    said: list[str] = []
    with pytest.raises(ZeroDivisionError), told_while("learning", said.append, first_s=0.01):
        _ = 1 / len(said)
    said.clear()
    time.sleep(0.05)
    assert said == []


def test_models_that_cannot_be_had_are_asked_for_once_a_day(tmp_path: Path) -> None:
    """Each start would wait for a host that does not answer; the day after it is asked again."""
    asked: list[object] = []
    with ThreadingHTTPServer(("127.0.0.1", 0), _refusing(asked)) as host:
        threading.Thread(target=host.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{host.server_port}/"
        config = load_config(ROOT / "config.yaml", {"ASSISTANT_SPEECH__MODELS_URL": url})

        def start() -> int:
            asked.clear()
            with pytest.raises(ModelError):
                fetch_missing(config, tmp_path)
            return len(asked)

        assert start() > 0
        assert start() == 0
        yesterday = time.time() - AGAIN_S - 1
        os.utime(tmp_path / NOT_HAD, (yesterday, yesterday))
        assert start() > 0
        host.shutdown()


def _refusing(asked: list[object]) -> type[BaseHTTPRequestHandler]:
    class Refusing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(503)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
            pass

    return Refusing


def test_without_a_network_it_says_which_languages_are_heard(tmp_path: Path) -> None:
    """English has a small recogniser among the packages; Chinese has none."""
    told = _without(load_config(ROOT / "config.yaml", {}), tmp_path)
    assert "heard all the same: en" in told
    assert "by keys and texts only: zh" in told
    assert "models install zh" in told
