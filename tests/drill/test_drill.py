"""Whole drills: the command, a real service, the real media socket."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.live.caller import SECRET
from tests.live.service import Live, free_port, start, stop

ROOM_FOR_ALL = {f"ASSISTANT_CALLS__{name}": "20" for name in ("SPEECH", "KEYS", "NUMBER")}
ROOM_FOR_NONE = {f"ASSISTANT_CALLS__{name}": "0" for name in ("SPEECH", "KEYS", "NUMBER")}

NO_ACCOUNT = {"ASSISTANT_TWILIO__AUTH_TOKEN": "", "ASSISTANT_SIMULATOR": "false"}


def drill(
    *options: str, secret: str = SECRET, **environment: str
) -> subprocess.CompletedProcess[str]:
    """`run.py drill`, its callers in a hurry."""
    command = [sys.executable, "-m", "assistant.cli", "drill", "--speed", "6", "--at-once", "9"]
    return subprocess.run(
        [*command, *options],
        cwd=ROOT,
        env={**os.environ, "ASSISTANT_TWILIO__AUTH_TOKEN": secret, **environment},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )


def running(data: Path, room: dict[str, str]) -> Iterator[Live]:
    """A service that hears English by the bundled model, as long as a module needs it."""
    process, service = start(data, room)
    yield service
    stop(process)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A service in order, of an office that has no account with a carrier and no simulator."""
    yield from running(tmp_path_factory.mktemp("whole"), ROOM_FOR_ALL | NO_ACCOUNT)


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A service that takes no call."""
    yield from running(tmp_path_factory.mktemp("broken"), ROOM_FOR_NONE)


def test_every_task_is_reached_and_nothing_is_left(whole: Live) -> None:
    """Nine callers; by keys where no model hears them. The result is shown by `check`."""
    none = {"ASSISTANT_SIMULATOR": "false"}
    done = drill("--url", whole.base, "--data", str(whole.data), "--json", secret="", **none)
    result = json.loads(done.stdout)
    assert (result["reachable"], result["of"], result["wrong"]) == (9, 9, 0), done.stdout
    assert done.returncode == 0
    assert 0 < result["slowest_reply_s"] < 20
    ways = {task["language"]: task["heard"] for task in result["tasks"]}
    assert ways == {"zh": False, "en": True}
    assert {item["contact"][:4] for item in whole.events()} == {"+999"}
    assert not (whole.data / "drill.jsonl").exists()
    left = command("requests", "list", "--all", data=whole.data)
    assert "Nothing is waiting." in left.stdout
    shown = command("check", data=whole.data).stdout
    assert "ok    fire drill: 9 of 9 tasks reachable" in shown


def command(*arguments: str, data: Path) -> subprocess.CompletedProcess[str]:
    """Another command on the same data."""
    return subprocess.run(
        [sys.executable, "-m", "assistant.cli", *arguments, "--data", str(data)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )


def test_a_line_that_takes_no_call_fails_the_drill(broken: Live) -> None:
    """Every task says why, and the command exits 1."""
    done = drill("--url", broken.base, "--data", str(broken.data))
    assert done.returncode == 1
    *tasks, summary = done.stdout.splitlines()
    assert len(tasks) == 9
    assert all(line.startswith("FAIL") and "carrier's menu" in line for line in tasks)
    assert summary.startswith("0 of 9 tasks reachable")
    assert "note  fire drill: 0 of 9" in command("check", data=broken.data).stdout


def test_a_line_that_does_not_believe_us_fails_the_drill(broken: Live) -> None:
    """Another secret than the service's: every webhook is refused."""
    done = drill("--url", broken.base, "--data", str(broken.data), secret="another")
    assert done.returncode == 1
    assert "403" in done.stdout


def test_nobody_there(tmp_path: Path) -> None:
    """One plain sentence, exit 1."""
    done = drill("--url", f"http://127.0.0.1:{free_port()}", "--data", str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.startswith("no service is ready at http://127.0.0.1:")
