"""The day and the flood in small, over the real service."""

from __future__ import annotations

import socket
from contextlib import closing
from pathlib import Path
from subprocess import Popen
from types import SimpleNamespace
from typing import cast

import pytest

from assistant.benchmarks import load
from assistant.benchmarks.load_day import Hour, day_hour, look, post
from assistant.benchmarks.running import RunningService
from assistant.benchmarks.sms import Poster, Text
from tests.rendered import share_rendered


def test_an_hour_of_a_district() -> None:
    """The busiest hour has seven calls at once and a hundred texts; at three everybody sleeps."""
    assert day_hour(9, 50) == Hour(calls=7, texts=100, looks=228)
    assert day_hour(3, 50) == Hour(calls=1, texts=1, looks=2)


def test_nobody_there_is_refused(tmp_path: Path) -> None:
    """A line that is gone is counted, and the day goes on."""
    nobody = cast("Popen[bytes]", SimpleNamespace())
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{closed.getsockname()[1]}"
        running = RunningService(base, "s", tmp_path / "journal", nobody)
        assert look(running, 1, ["cookie"]) == "refused"
        with closing(Poster(running)) as poster:
            assert post(poster, Text("SM1", "+8613800000001", "1")) == "refused"


@pytest.mark.timeout(120)
def test_nobody_is_dropped_by_day_or_in_a_flood(tmp_path: Path) -> None:
    """All are answered; of five times as many as there are places each gets a step of the ladder.

    Whoever texts of danger, cries for help, or cannot be heard is told the emergency number.
    """
    share_rendered(tmp_path)
    figures = load.run(tmp_path, minutes=0.05, small=True)
    day, flood = figures["day"], figures["flood"]
    assert (day["dropped"], day["refused"], day["without_words"]) == (0, 0, 0)
    hours = [day_hour(hour, 10) for hour in load.SMALL_HOURS]
    assert day["calls"] == sum(hour.calls for hour in hours)
    assert day["texts"] == sum(hour.texts for hour in hours)
    assert day["looks"] == sum(hour.looks for hour in hours)
    assert day["frames"] > 0
    assert flood["given"] == {"speech": 3, "keys": 2, "number": 1, "carrier": 24}
    assert flood["dropped"] == 0
    assert flood["unheard_told_the_number"] == flood["unheard"] == 27
    assert flood["texts_told_the_number"] == flood["texts_of_danger"]
    assert flood["calls_told_the_number"] == flood["calls_of_danger"] == 1
    assert flood["calls_told_in_an_empty_house"] == 1
    assert max(flood["told_after_s"]) < flood["within_s"]
