"""Processes that ring may be killed at any moment: nobody is rung twice, nobody forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assistant.benchmarks.ring_crash import Nursery, crash, nursery

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KILLS = 10
"On each of two databases with one and with four processes; the benchmark has a thousand."


@pytest.fixture(scope="module")
def nest() -> Iterator[Nursery]:
    """Forks the processes that are killed."""
    with nursery() as found:
        yield found


@pytest.mark.timeout(420)
@pytest.mark.parametrize("processes", [1, 4])
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_killed_at_random_moments(
    request: pytest.FixtureRequest, nest: Nursery, tmp_path: Path, kind: str, processes: int
) -> None:
    """Every promise ends, or stands with a person; no ring is made twice or left in doubt."""
    url = f"sqlite:///{tmp_path / 'assistant.db'}"
    if kind == "postgresql":
        url = request.getfixturevalue("postgres").create(f"crash_{processes}")
    found = crash(nest, url, tmp_path, kills=KILLS, processes=processes)
    assert found["settled"], found
    wrong = ("double_rings", "rings_nobody_meant", "lost_promises", "unknown_left")
    assert {name: found[name] for name in wrong} == dict.fromkeys(wrong, 0)
    assert found["rings_left_open"] == 0
    assert found["promises"] == KILLS + 2 * processes
    assert found["rings_to_residents"] >= found["ends"]["done"]
