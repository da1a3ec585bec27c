"""What `POST /simulator/clock` may ask: forward by seconds, or to a moment. Never back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from assistant.simulator.guard import RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.simulator.parts import SimulatorParts

FURTHEST: Final = timedelta(days=3660)
"Ten years: beyond it calendars of holidays end and a mistyped year is likelier than a wish."

_SHAPE: Final = 'Give {"advance_seconds": 3600} or {"set": "2026-11-25T09:00:00+08:00"}.'


def move_clock(parts: SimulatorParts, asked: Mapping[str, object]) -> datetime:
    """Move the service's clock as asked and return its new time.

    Raises `RefusedError`: 400 for what is no time, 409 for a time that has passed.
    """
    if set(asked) == {"advance_seconds"}:
        return parts.advance(_step(asked["advance_seconds"]))
    if set(asked) == {"set"}:
        moment = _moment(asked["set"], parts.now())
        try:
            return parts.set_to(moment)
        except (ValueError, OverflowError):
            raise RefusedError(409, "The clock never goes back; give a later time.") from None
    raise RefusedError(400, _SHAPE)


def _step(seconds: object) -> timedelta:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise RefusedError(400, "advance_seconds must be a number of seconds.")
    if seconds < 0:
        raise RefusedError(409, "The clock never goes back; give a number of 0 or more.")
    if not seconds <= FURTHEST.total_seconds():
        raise RefusedError(400, "advance_seconds must be at most ten years.")
    return timedelta(seconds=seconds)


def _moment(text: object, now: datetime) -> datetime:
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.utcoffset() is None:
        raise RefusedError(400, "set must be an ISO time with its zone: 2026-11-25T09:00:00+08:00.")
    if moment - now > FURTHEST:
        raise RefusedError(400, "set must be within ten years.")
    return moment
