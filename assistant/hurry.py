"""Webhooks that a slow database must not make late: the carrier waits 15 s for an answer, she less.

What was answered is still written down, a little later and on a thread of its own.
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor, wait
from concurrent.futures import TimeoutError as LateError
from typing import TYPE_CHECKING, Final

from assistant.app import CALL_WAITS_S, CALLS
from assistant.core.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from typing import TypeVar

    from assistant.channels.webhook import Replays

    T = TypeVar("T")

log = logging.getLogger(__name__)

THREADS: Final = 8
TEXT_WITHIN_S: Final = 12.0
"""So long a text waits to be taken up, of the carrier's fifteen. It has one of the threads that
serve every webhook: a dozen texts that waited without end would keep calls from being answered."""
KEEPS_WITHIN_S, CALL_KEEPS_WITHIN_S = 2.0, 0.5
"So long an answer waits to be written down before it is given all the same."
MENU_WITHIN_S: Final = 9.0
"Of the carrier's fifteen, for one step of the keys-only menu."


class Hurry:
    """Does work on threads of its own and waits for it only so long."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="hurry")

    def within(self, seconds: float, work: Callable[[], T]) -> T:
        """What `work` returns. Raises `LateError` when it is not done in time.

        What has begun by then goes on; what has not is never done: nobody waits for it any more.
        """
        begun = self._pool.submit(work)
        try:
            return begun.result(seconds)
        finally:
            begun.cancel()

    def soon(self, seconds: float, work: Callable[[], object]) -> bool:
        """Whether `work` was done in time; if not, it is done later all the same."""
        done, _ = wait([self._pool.submit(work)], seconds)
        return bool(done)

    def close(self) -> None:
        """Let go of what has not begun."""
        self._pool.shutdown(wait=False, cancel_futures=True)


class HastyReplays:
    """`assistant.channels.webhook.Replays` that keeps nobody waiting for long."""

    def __init__(self, replays: Replays, calls: Hurry, texts: Hurry) -> None:
        """Each with threads of its own: texts that wait for the database hold no call up."""
        self._replays, self._calls, self._texts = replays, calls, texts

    def before(self, key: str, now: datetime) -> str | None:
        """The earlier answer. A call is not kept waiting for it: it may be led twice.

        Raises `DatabaseError` for a text, also where it would have to wait for too long.
        """
        call = key.startswith(CALLS)
        hurry, seconds = (self._calls, CALL_WAITS_S) if call else (self._texts, TEXT_WITHIN_S)
        try:
            return hurry.within(seconds, lambda: self._replays.before(key, now))
        except LateError as error:
            if not call:
                raise DatabaseError("The database does not answer.") from error
            log.warning("a call does not wait for the database")
            return None

    def after(self, key: str, answer: str, now: datetime) -> None:
        """Keep the answer, now or soon."""
        call = key.startswith(CALLS)
        hurry, seconds = (
            (self._calls, CALL_KEEPS_WITHIN_S) if call else (self._texts, KEEPS_WITHIN_S)
        )
        if not hurry.soon(seconds, lambda: self._replays.after(key, answer, now)):
            log.warning("an answer is kept behind the webhook's back: the database is slow")

    def failed(self, key: str) -> None:
        """Give the key out again."""
        self._replays.failed(key)
