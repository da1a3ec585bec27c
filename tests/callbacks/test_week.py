from __future__ import annotations

import json
from typing import Any

import pytest

from assistant.benchmarks.office_town import Habits
from assistant.benchmarks.office_week import run_week
from assistant.callbacks.ledger import BINS

SMALL = Habits(callbacks=30, staff=1, moves=0.2, takes_back=0.2, asks_twice=0.3)
"One member of staff, who is ill on Wednesday: promises slip."


def week(url: str, days: int = 3) -> dict[str, Any]:
    """A small week up to Wednesday; without what the stopwatch said."""
    figures = run_week(url, SMALL, days=days)
    figures.pop("seconds")
    return figures


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What one such week came to."""
    return week(f"sqlite:///{tmp_path_factory.mktemp('week') / 'week.db'}")


def test_every_promise_is_in_one_bin(figures: dict[str, Any]) -> None:
    """The ledger adds up, over the week and over its days."""
    assert set(figures["ledger"]) == set(BINS)
    assert sum(figures["ledger"].values()) == figures["promises"] > 0
    by_day = [sum(n for name, n in day.items() if name in BINS) for day in figures["days"].values()]
    assert sum(by_day) == figures["promises"]


def test_nobody_is_rung_twice_and_nothing_is_lost(figures: dict[str, Any]) -> None:
    """One ring an attempt; whatever is still open has a next step or stands with a person."""
    assert (figures["double_rings"], figures["lost"]) == (0, 0)
    assert figures["rings"] > 0


def test_an_absence_is_told_before_it_breaks_a_promise(figures: dict[str, Any]) -> None:
    """With nobody at work on Wednesday residents hear of it, and some take another time."""
    assert figures["told"] > 0
    assert figures["moved_when_told"] > 0
    assert figures["ledger"]["moved"] >= figures["moved_when_told"]


def test_the_same_seed_is_the_same_week(figures: dict[str, Any], postgres_url: str) -> None:
    """Figures can be compared between versions and machines; on PostgreSQL they are the same."""
    assert json.dumps(week(postgres_url)) == json.dumps(figures)
