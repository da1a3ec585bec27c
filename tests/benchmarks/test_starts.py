"""The benches of a box's life in small: power-on, upgrade, a copy during a call."""

from __future__ import annotations

import signal
import subprocess
import time
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from assistant.benchmarks import backup, power_on, running, upgrade
from assistant.benchmarks.running import BenchError, begun
from assistant.database import newest_revision
from assistant.upgrading import SEALED_SINCE
from tests.rendered import share_rendered

CONTACTS = 2_000
DEAF = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    " print('deaf', flush=True); time.sleep(300)"
)
"Does not end when it is asked to, from when it has said so."


@pytest.mark.timeout(120)
def test_a_box_answers_after_power_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages come first, then a call is answered; it was rung until then."""
    monkeypatch.setattr(power_on, "TRIES", 1)
    share_rendered(tmp_path)
    figures = power_on.run(tmp_path)
    (start,) = figures["starts"]
    assert 0 < start["open_s"] <= start["answered_s"] <= start["hears_s"] < power_on.WITHIN_S
    assert figures["median_answered_s"] == start["answered_s"]


def test_contacts_survive_both_upgrades(tmp_path: Path) -> None:
    """From the first tables and from the first that were sealed, to those of today."""
    figures = upgrade.run(tmp_path, contacts=CONTACTS)
    assert (figures["contacts"], figures["to"]) == (CONTACTS, newest_revision())
    assert [row["from"] for row in figures["upgrades"]] == [upgrade.FIRST, SEALED_SINCE]
    assert all(row["seconds"] > 0 for row in figures["upgrades"])


def test_a_talk_that_is_lost_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One fewer than there should be ends the bench."""
    talks = upgrade._talks
    monkeypatch.setattr(upgrade, "_talks", lambda many, chance: talks(many - 1, chance))
    with pytest.raises(BenchError, match="lost"):
        upgrade.run(tmp_path, contacts=20)


@pytest.mark.timeout(120)
def test_a_copy_is_made_while_somebody_talks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The copy is as large as what was filled, and her frames are counted all the while."""
    monkeypatch.setattr(backup, "LOOK_EVERY_S", 3.0)
    share_rendered(tmp_path)
    figures = backup.run(tmp_path, gb=0.02)
    assert figures["database_mb"] >= 20
    assert figures["copy_mb"] >= 15
    for stretch in (figures["before"], figures["meanwhile"]):
        assert stretch["frames"] > 0
        assert 0 <= stretch["late"] <= stretch["frames"]


def test_a_call_that_ended_early_measures_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No frame is late where none was sent: that is no figure."""
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups" / "a.backup").touch()
    gone = SimpleNamespace(closed=True)
    carrier = SimpleNamespace(call=lambda *_: nullcontext(gone))
    monkeypatch.setattr(backup, "Carrier", lambda *_: carrier)
    monkeypatch.setattr(backup, "_mark", lambda *_: (0.0, 0, 0.0))
    nobody = cast("subprocess.Popen[bytes]", SimpleNamespace(poll=lambda: None))
    with pytest.raises(BenchError, match="the call ended"):
        backup._copied(tmp_path, "", nobody, "s")


def test_who_does_not_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that a bench started is left running, whatever went wrong in between."""
    monkeypatch.setattr(running, "ENDS_WITHIN_S", 0.5)
    started: list[subprocess.Popen[bytes]] = []
    with pytest.raises(BenchError, match="wrong"):
        _fails(tmp_path / "log", started)
    assert started[0].poll() == -signal.SIGKILL


def _fails(log: Path, started: list[subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + 30
    with begun([], log, {}, program=("-c", DEAF)) as (_, process):
        started.append(process)
        while "deaf" not in log.read_text() and time.monotonic() < deadline:
            time.sleep(0.02)
        raise BenchError("something is wrong")
