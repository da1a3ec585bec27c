"""The soak in small, and what it takes for a leak."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.benchmarks import soak
from assistant.benchmarks.soak import BOUNDS, Sample
from tests.rendered import share_rendered


def test_a_leak_is_a_slope_after_the_warm_up() -> None:
    """What fills at the start is none; two files an hour are one."""
    samples = [
        Sample(hour, 500.0 if hour > 1 else 100.0, 40 + 2 * hour, 30, 100.0) for hour in range(1, 9)
    ]
    growth = soak.slopes(samples)
    assert growth == {"memory_mb": 0.0, "files": 2.0, "threads": 0.0, "database_kb": 0.0}
    assert growth["files"] > BOUNDS["files"]


@pytest.mark.timeout(120)
def test_the_service_is_watched_while_it_works(tmp_path: Path) -> None:
    """Six steps: every sample is of a live service, and files do not pile up call by call."""
    share_rendered(tmp_path)
    figures = soak.run(tmp_path, small=True)
    samples = figures["samples"]
    assert len(samples) == 6
    assert figures["unanswered"] == 0
    assert all(min(one["memory_mb"], one["files"], one["threads"]) > 0 for one in samples)
    assert samples[-1]["database_kb"] > samples[0]["database_kb"]
    assert samples[-1]["files"] - samples[2]["files"] < 3 * soak.AT_ONCE
    assert figures["within"].keys() == BOUNDS.keys()
