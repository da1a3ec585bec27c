"""Corrections tried beside the pages: a trial reads for seconds, and no page waits for it."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from assistant.core.errors import AssistantError

if TYPE_CHECKING:
    from assistant.correcting import Corrector

log = logging.getLogger(__name__)


class Trials:
    """One trial at a time; used from web threads."""

    def __init__(self, corrector: Corrector) -> None:
        self._corrector = corrector
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="trials")
        self._under_way: set[int] = set()
        self._guard = threading.Lock()

    def begin(self, number: int) -> None:
        """Try a proposal, unless that is under way."""
        with self._guard:
            if number in self._under_way:
                return
            self._under_way.add(number)
        self._pool.submit(self._try, number)

    def under_way(self, number: int) -> bool:
        """Whether a proposal is being tried, or waits for it."""
        with self._guard:
            return number in self._under_way

    def _try(self, number: int) -> None:
        try:
            self._corrector.try_out(number)
        except AssistantError:
            log.warning("correction %d could not be tried; the desk offers to try again", number)
        except Exception:
            log.exception("correction %d could not be tried", number)
        finally:
            with self._guard:
                self._under_way.discard(number)
