"""The directory as the conversation asks it: stored records here, pure answers there."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from assistant.core.answer import Found, Query
from assistant.directory.answers import answer_query, services_by_id
from assistant.directory.phrases import spoken
from assistant.directory.pronunciation import Pronouncer
from assistant.directory.search import Index
from assistant.directory.vouching import Vouching

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.core.event import Flag
    from assistant.core.ports import ServiceFinder
    from assistant.core.service import Records, Service
    from assistant.directory.checks import CheckStore
    from assistant.directory.store import DirectoryStore


@dataclass(frozen=True, slots=True)
class _Indexed:
    """The records, and what was made of them to find things quickly."""

    records: Records
    index: Index
    known: Mapping[str, Service]


class Inquiries:
    """Implements `core.ports.Directory`. Safe from several threads."""

    def __init__(self, store: DirectoryStore, checks: CheckStore, stale_days: int) -> None:
        self._store = store
        self._checks = checks
        self._stale_days = stale_days
        self._guard = threading.Lock()
        self._indexed: _Indexed | None = None

    def ask(self, query: Query, now: datetime) -> Found:
        """Answer from the records as they are now."""
        held = self._current()
        vouching = Vouching(self._stale_days, self._checks.wrong(held.records))
        return answer_query(held.records, held.index, query, now, vouching, known=held.known)

    def flag(self, flag: Flag, now: datetime) -> None:
        """Open a task to check a fact."""
        self._checks.open(flag, now)

    def finder(self) -> ServiceFinder:
        """The index over the records as they are now."""
        return self._current().index

    def phrases(self, language: str) -> tuple[str, ...]:
        """Names, aliases and categories as people say them."""
        return spoken(self._current().records, language)

    def pronouncer(self) -> Pronouncer:
        """How the names in the records are said."""
        return Pronouncer(self._store.records())

    def _current(self) -> _Indexed:
        records = self._store.records()
        with self._guard:
            if self._indexed is None or self._indexed.records is not records:
                self._indexed = _Indexed(records, Index(records), services_by_id(records))
            return self._indexed
