"""Webhooks that a slow database must not make late: the carrier waits 15 s for an answer, she less.

What was answered is still written down, a little later and on a thread of its own.
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as LateError
from typing import TYPE_CHECKING, Final

from assistant.app import CALL_WAITS_S, CALLS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from typing import TypeVar

    from assistant.channels.webhook import Replays

    T = TypeVar("T")

log = logging.getLogger(__name__)

THREADS: Final = 8
KEEPS_WITHIN_S, CALL_KEEPS_WITHIN_S = 2.0, 0.5
"So long an answer waits to be written down before it is given all the same."
MENU_WITHIN_S: Final = 9.0
"Of the carrier's fifteen, for one step of the keys-only menu."


class Hurry:
    """Does work on threads of its own and waits for it only so long."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="hurry")

    def within(self, seconds: float, work: Callable[[], T]) -> T:
        """What `work` returns. Raises `LateError` when it is not done in time; it goes on then."""
        return self._pool.submit(work).result(seconds)

    def close(self) -> None:
        """Let go of what has not begun."""
        self._pool.shutdown(wait=False, cancel_futures=True)


class HastyReplays:
    """`assistant.channels.webhook.Replays` that keeps nobody waiting for long."""

    def __init__(self, replays: Replays, hurry: Hurry) -> None:
        self._replays, self._hurry = replays, hurry

    def before(self, key: str, now: datetime) -> str | None:
        """The earlier answer. A call is not kept waiting for it: it may be led twice.

        Raises `DatabaseError` for a text.
        """
        if not key.startswith(CALLS):
            return self._replays.before(key, now)
        try:
            return self._hurry.within(CALL_WAITS_S, lambda: self._replays.before(key, now))
        except LateError:
            log.warning("a call does not wait for the database")
            return None

    def after(self, key: str, answer: str, now: datetime) -> None:
        """Keep the answer, now or soon."""
        within = CALL_KEEPS_WITHIN_S if key.startswith(CALLS) else KEEPS_WITHIN_S
        try:
            self._hurry.within(within, lambda: self._replays.after(key, answer, now))
        except LateError:
            log.warning("an answer is kept behind the webhook's back: the database is slow")

    def failed(self, key: str) -> None:
        """Give the key out again."""
        self._replays.failed(key)
