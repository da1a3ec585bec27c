"""Callbacks as tests need them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from assistant.callbacks.row import Callback
from assistant.callbacks.rules import Rules
from assistant.core.callback import Window

if TYPE_CHECKING:
    from assistant.core.callback import State

NOW = datetime(2026, 11, 25, 1, 30, tzinfo=UTC)
"Wednesday, half past nine in Shanghai."
WINDOW = Window(NOW - timedelta(minutes=30), NOW + timedelta(minutes=90))
LATER = Window(NOW + timedelta(hours=5), NOW + timedelta(hours=8))
RULES = Rules(zone=ZoneInfo("Asia/Shanghai"))
WANTED = Callback(
    "GH000001",
    "+8613800000001",
    "zh",
    "case.report",
    "楼道灯坏了",
    "voice",
    "c1",
    asked=NOW - timedelta(days=1),
)


def wanted(number: int = 1, **changes: Any) -> Callback:  # noqa: ANN401 - any field of a callback
    """A callback nobody has promised anything yet; each number has a telephone of its own."""
    fresh = replace(WANTED, code=f"GH{number:06d}", phone=f"+8613800{number:06d}")
    return replace(fresh, **changes)


def in_state(state: State, **changes: Any) -> Callback:  # noqa: ANN401 - as above
    """A callback as it is in this state, half an hour into its window."""
    row = replace(WANTED, state=state, priority="P2", safe_word="桂花")
    if state not in {"new", "offered"}:
        row = replace(row, window=WINDOW)
    return replace(row, **_usual(state), **changes)


def _usual(state: State) -> dict[str, Any]:
    rung = {"attempt": 1, "spent": 1, "rung_at": NOW - timedelta(minutes=1), "owner": "staff"}
    usual: dict[State, dict[str, Any]] = {
        "new": {"priority": "P3", "lifts_at": NOW},
        "offered": {"offered": (WINDOW, LATER), "priority": "P3", "lifts_at": NOW},
        "booked": {"next_at": WINDOW.start},
        "ringing_staff": {"owner": "staff"},
        "ringing_resident": {**rung, "staff_ready": True},
        "talking": {**rung, "staff_ready": True},
        "no_answer": {**rung, "owner": None, "next_at": NOW},
        "unknown": {**rung, "staff_ready": True, "lost": "resident"},
        "unreached": {**rung, "owner": None, "attempt": 4, "spent": 4, "extra_day": True},
        "done": {"why": "talked"},
        "cancelled": {"why": "resident"},
    }
    return usual.get(state, {})
