"""Faults made on a real line, and what they are made with."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from assistant.benchmarks import chaos, chaos_line
from assistant.benchmarks.chaos_faults import FAULTS, Fault
from assistant.benchmarks.chaos_line import Line
from assistant.benchmarks.chaos_parts import NAME, SlowSocket, made_clock
from assistant.benchmarks.postgres_server import PostgresServer, postgres_server, programs
from assistant.benchmarks.running import BenchError
from tests.rendered import share_rendered

NOW = "import time, datetime; print(time.time(), datetime.datetime.now().timestamp())"


@pytest.mark.timeout(120)
def test_a_disk_that_takes_no_byte_costs_no_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """She is greeted and led on; a text asks her to ring; what was promised before stands."""
    monkeypatch.setattr(chaos_line, "SPEED", 8.0)
    share_rendered(tmp_path)
    (row,) = chaos.run(tmp_path, only="disk read-only")["faults"]
    assert row["kept"]
    assert row["heard"]["text"] == "sentence"
    assert row["heard"]["call in progress"][0].startswith("menu.")
    assert row["heard"]["new call"][:2] == ["greeting", "greeting.other"]


def test_a_fault_nobody_knows_is_refused(tmp_path: Path) -> None:
    """With the names of those there are."""
    with pytest.raises(BenchError, match="disk full"):
        chaos.run(tmp_path, only="rain")
    assert len(FAULTS) == 13


def test_what_breaks_in_the_row_itself_is_told() -> None:
    """A fault that cannot be made ends the bench with its own words."""

    def impossible(_: Line) -> AbstractContextManager[None]:
        raise OSError("no such device")

    ended = SimpleNamespace(closed=True, marks=[], listening=False, listen=lambda _: None)
    carrier = SimpleNamespace(
        text=lambda *_: ["GH123456"], call=lambda *_: nullcontext(ended), account="AC"
    )
    line = cast("Line", SimpleNamespace(carrier=carrier, journal=Path("nowhere")))
    with pytest.raises(OSError, match="no such device"):
        chaos._met(line, Fault(impossible))


@pytest.mark.skipif(programs() is None, reason="PostgreSQL is not installed")
def test_a_server_that_died_leaves_no_folder() -> None:
    """Its end is told, and nothing lies about afterwards."""
    folders: list[Path] = []
    with pytest.raises(subprocess.CalledProcessError), postgres_server() as server:
        folders.append(_dead(server))
    assert not folders[0].exists()


def _dead(server: PostgresServer) -> Path:
    """The folder of a server whose first process is no more."""
    first = int((server.folder / "cluster/postmaster.pid").read_text().split()[0])
    os.kill(first, signal.SIGKILL)
    deadline = time.monotonic() + 20
    while Path(f"/proc/{first}").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    return server.folder


def test_a_slow_way_passes_everything_on_late(tmp_path: Path) -> None:
    """What is asked comes late by so much, and its answer comes back whole."""
    (tmp_path / "near").mkdir()
    (tmp_path / "far").mkdir()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "far" / NAME))
        server.listen()
        threading.Thread(target=_echo, args=(server,), daemon=True).start()
        way = SlowSocket(tmp_path / "near", tmp_path / "far", 0.2)
        with way.open(), socket.socket(socket.AF_UNIX) as client:
            client.connect(str(tmp_path / "near" / NAME))
            client.settimeout(20)
            began = time.monotonic()
            client.sendall(b"who is there")
            assert client.recv(100) == b"who is there"
            assert time.monotonic() - began >= 0.2


def _echo(server: socket.socket) -> None:
    taken, _ = server.accept()
    with taken:
        while data := taken.recv(100):
            taken.sendall(data)


def test_a_clock_of_its_own_jumps(tmp_path: Path) -> None:
    """A program sees the other time of day, whichever way it asks."""
    clock = made_clock(tmp_path)
    if clock is None:
        pytest.skip("no C compiler on this machine")
    clock.jump(-3600)
    environment = {**os.environ, **clock.environment}
    command = [sys.executable, "-c", NOW]
    told = subprocess.run(command, env=environment, capture_output=True, check=True, text=True)
    for moment in map(float, told.stdout.split()):
        assert abs(time.time() - 3600 - moment) < 60
