"""What staff say was meant becomes something the line knows: tried first, then live, undoable.

The reader is always made anew from what the files taught and everything accepted, so that undoing
a correction leaves nothing of it behind. Blocks for seconds: for worker threads.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from assistant.core.errors import DataError
from assistant.core.turn import Utterance
from assistant.corrections.replay import Case, Taken, replay, taken
from assistant.corrections.store import CorrectionStore
from assistant.directory import history
from assistant.directory.editing import add_name
from assistant.directory.exchange import touch
from assistant.directory.search import Index

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from assistant.app import House
    from assistant.core.ports import ServiceFinder
    from assistant.corrections.store import Correction, Kind
    from assistant.understanding.reader import Reader

MOST_CASES = 2000
"Requests that are tried, the newest first: some 5 s of reading."


class Corrector:
    """Proposes, tries, accepts and undoes corrections for one house."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._base = house.talk.rooms.reader
        self._known: tuple[int, ...] = ()
        self._guard = threading.Lock()
        self.store = CorrectionStore(house.database)

    def propose(
        self, words: str, language: str, kind: Kind, meant: str, *, by: str, code: str | None = None
    ) -> int:
        """Keep a proposal and return its number.

        Raises `DataError` for an intent, service or language the line does not know.
        """
        if language not in self._base.matchers:
            raise DataError(f"The line does not speak {language}.")
        if kind == "intent" and meant not in self._house.library.entries:
            raise DataError(f"There is no intent {meant}; choose one of the list.")
        known = (item.id for item in self._house.store.records().services)
        if kind == "service" and meant not in set(known):
            raise DataError(f"There is no service {meant}; it may have been removed.")
        now = self._house.clock.now()
        return self.store.propose(words, language, kind, meant, by=by, at=now, case_code=code)

    def try_out(self, number: int) -> Correction:
        """Find out which stored cases a proposal would change, and keep that with it."""
        proposal = self.store.get(number)
        now = self._house.clock.now()
        reader, finder = self._house.talk.rooms.reader, self._house.inquiries.finder()
        before = _understanding(reader, finder, now)
        if proposal.kind == "intent":
            told = self._reader((*self.store.accepted(), proposal))
            after = _understanding(told, finder, now)
        else:
            after = _understanding(reader, self._named(proposal), now)
        cases = list(self._cases(proposal))
        self.store.tried(number, len(cases), list(replay(cases, before, after)))
        return self.store.get(number)

    def accept(self, number: int, *, by: str) -> None:
        """Let the line know it from the next turn on.

        Raises `DataError` where it was not tried, was decided before, or the service has that name.
        """
        found, now = self.store.get(number), self._house.clock.now()
        if found.state != "tried":
            raise DataError(
                f"Correction {number} is {found.state}; only what was tried is accepted."
            )
        change = None
        if found.kind == "service":
            own = self._house.config.site.languages[0]
            database, words, service = self._house.database, found.words, found.meant
            report = add_name(database, service, words, found.language, own=own, by=by, at=now)
            change = report.number
        self.store.decide(number, "accepted", by=by, at=now, directory_change=change)
        self.catch_up()

    def reject(self, number: int, *, by: str) -> None:
        """Leave everything as it is. Raises `DataError` where it was decided before."""
        self.store.decide(number, "rejected", by=by, at=self._house.clock.now())

    def undo(self, number: int, *, by: str) -> None:
        """Make the line forget it again.

        Raises `DataError` where it was not accepted, or the directory was changed since.
        """
        found, now = self.store.get(number), self._house.clock.now()
        if found.state != "accepted":
            raise DataError(f"Correction {number} is {found.state}; there is nothing to undo.")
        if found.directory_change is not None:
            with self._house.database.begin() as connection:
                history.undo(connection, found.directory_change)
                touch(connection)
        self.store.decide(number, "undone", by=by, at=now)
        self.catch_up()

    def catch_up(self) -> bool:
        """Know exactly what is accepted, here or on another node; whether that was news."""
        with self._guard:
            accepted = self.store.accepted()
            numbers = tuple(item.id for item in accepted if item.kind == "intent")
            if numbers == self._known:
                return False
            self._house.talk.read_with(self._reader(accepted))
            self._known = numbers
            return True

    def _reader(self, corrections: Iterable[Correction]) -> Reader:
        """What the files taught, and these."""
        examples: dict[str, list[tuple[str, str]]] = {}
        for item in corrections:
            if item.kind == "intent":
                examples.setdefault(item.language, []).append((item.words, item.meant))
        reader = self._base
        for language, told in examples.items():
            reader = reader.learn(told, language)
        return reader

    def _named(self, proposal: Correction) -> ServiceFinder:
        """The index as if the service had one more name."""
        records = self._house.store.records()
        services = tuple(
            replace(item, alternate_names=(*item.alternate_names, proposal.words))
            if item.id == proposal.meant
            else item
            for item in records.services
        )
        return Index(replace(records, services=services))

    def _cases(self, proposal: Correction) -> Iterator[Case]:
        """What residents have asked, and what staff have said was meant; each once."""
        corrected = (
            Case(item.words, item.language, item.case_code or "", item.meant)
            for item in (*self.store.accepted(), proposal)
        )
        asked = (
            Case(item.words, item.language, item.code)
            for item in self._house.requests.newest(MOST_CASES)
            if item.words
        )
        seen: set[tuple[str, str]] = set()
        for case in chain(corrected, asked):
            if (case.words, case.language) not in seen:
                seen.add((case.words, case.language))
                yield case


def _understanding(reader: Reader, finder: ServiceFinder, now: datetime) -> Callable[[Case], Taken]:
    def understand(case: Case) -> Taken:
        return taken(reader.read(Utterance(case.words, case.language), case.language, now, finder))

    return understand
