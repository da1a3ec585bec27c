"""The directory as the conversation asks it: stored records here, pure answers there."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import TYPE_CHECKING

from assistant.core.answer import Found, Query
from assistant.directory.answers import answer_query
from assistant.directory.phrases import spoken
from assistant.directory.search import Index

if TYPE_CHECKING:
    from assistant.core.ports import ServiceFinder
    from assistant.core.service import Records
    from assistant.directory.store import DirectoryStore


class Inquiries:
    """Implements `core.ports.Directory`. Safe from several threads."""

    def __init__(self, store: DirectoryStore, stale_days: int) -> None:
        self._store = store
        self._stale_days = stale_days
        self._guard = threading.Lock()
        self._indexed: tuple[Records, Index] | None = None

    def ask(self, query: Query, now: datetime) -> Found:
        """Answer from the records as they are now."""
        records, index = self._current()
        return answer_query(records, index, query, now, self._stale_days)

    def finder(self) -> ServiceFinder:
        """The index over the records as they are now."""
        return self._current()[1]

    def phrases(self, language: str) -> tuple[str, ...]:
        """Names, aliases and categories as people say them."""
        return spoken(self._current()[0], language)

    def _current(self) -> tuple[Records, Index]:
        records = self._store.records()
        with self._guard:
            if self._indexed is None or self._indexed[0] is not records:
                self._indexed = (records, Index(records))
            return self._indexed
