"""The real service in a process of its own, on a free port of this machine."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.live.caller import SECRET, Carrier
from tests.rendered import share_rendered

ROOT = Path(__file__).parents[2]
READY_WITHIN_S = 90


@dataclass(frozen=True, slots=True)
class Live:
    """A running service."""

    base: str
    journal: Path
    data: Path
    carrier: Carrier
    log: Path

    def events(self, conversation: str | None = None, contact: str | None = None) -> list[Any]:
        """The journal so far, of one conversation or one contact."""
        lines = [json.loads(line) for line in self.journal.read_text("utf-8").splitlines()]
        return [
            line
            for line in lines
            if conversation in {None, line["conversation"]} and contact in {None, line["contact"]}
        ]


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(
    data: Path, environment: dict[str, str] | None = None
) -> tuple[subprocess.Popen[bytes], Live]:
    """Start the service over `data` and wait until it can hear and speak."""
    port = free_port()
    journal, log = data / "journal.jsonl", data / "service.log"
    share_rendered(data)
    journal.touch()
    settings = {
        "ASSISTANT_TWILIO__AUTH_TOKEN": SECRET,
        "ASSISTANT_DRILL__AT": "",
        **(environment or {}),
    }
    command = [sys.executable, "-m", "assistant.cli", "serve", "--port", str(port)]
    command += ["--data", str(data), "--journal", str(journal)]
    with log.open("wb") as stream:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **settings}, stdout=stream, stderr=stream
        )
    base = f"http://127.0.0.1:{port}"
    _until_ready(process, base, log)
    return process, Live(base, journal, data, Carrier(base), log)


def _until_ready(process: subprocess.Popen[bytes], base: str, log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text("utf-8", "replace")
        try:
            with urllib.request.urlopen(base + "/readyz", timeout=2) as answer:  # noqa: S310 - loopback
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    process.kill()
    pytest.fail("the service was not ready in time:\n" + log.read_text("utf-8", "replace"))


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the service as Ctrl-C does."""
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5)


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Iterator[Live]:
    """The service with the Mandarin model of the shared folder installed."""
    data = tmp_path_factory.mktemp("live")
    install = [
        sys.executable,
        "-m",
        "assistant.cli",
        "models",
        "install",
        "zh",
        "--data",
        str(data),
    ]
    source = shared / "models" / "pocketsphinx-zh-tdt-sc-8k"
    subprocess.run([*install, "--from", str(source)], cwd=ROOT, check=True, capture_output=True)
    process, service = start(data)
    yield service
    stop(process)


@pytest.fixture(scope="module")
def live_server(live: Live) -> str:
    """The service's address."""
    return live.base
