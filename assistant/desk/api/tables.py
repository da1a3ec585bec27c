"""What the JSON interface answers about cases and the directory."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from assistant.core.errors import DataError
from assistant.desk.api.asking import RefusedError, begin, body, choice, limit, text
from assistant.desk.api.noting import note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.core.case import Case
    from assistant.desk.api.asking import Asking
    from assistant.desk.api.views import Answer
    from assistant.desk.parts import DeskParts
    from assistant.directory.counter import Listed

SHOWN: Final = ("open", "overdue", "closed")
WORDS_MOST, ID_MOST = 200, 300


class CaseViews:
    """Each takes an `Asking` and returns a JSON object, or raises `RefusedError`."""

    def __init__(self, parts: DeskParts) -> None:
        self._parts = parts
        self._book = parts.tables.cases

    def cases(self, asking: Asking) -> Answer:
        """A page of cases, the one due first at the top."""
        show, most, skip, now = choice("show", SHOWN), limit(), begin(), self._parts.now()
        if show == "overdue":
            found = self._book.overdue(now, most=most, skip=skip)
        else:
            found = self._book.listing(closed=show == "closed", most=most, skip=skip)
        note(self._parts, asking, "case.list")
        return {"cases": [self._shown(case) for _, case in found]}

    def case(self, asking: Asking) -> Answer:
        """One case with its life; what was said of it are the requests of its `voices`."""
        found = self._book.get(asking.code)
        if found is None:
            raise RefusedError(404, "No case has this code.")
        note(self._parts, asking, "case.view", found.code)
        return {
            **self._shown(found),
            "voices": [one.code for one in self._book.voices(found.code)],
            "history": [
                {
                    "at": one.at.isoformat(),
                    "deed": one.deed,
                    "before": one.before,
                    "after": one.after,
                    "by": one.by,
                }
                for one in self._book.history(found.code)
            ],
        }

    def _shown(self, case: Case) -> Answer:
        return {
            "code": case.code,
            "kind": case.kind,
            "topic": case.topic,
            "confirmed": case.sorted,
            "state": case.state,
            "since": case.since.isoformat(),
            "begun": case.begun.isoformat(),
            "take_by": case.take_by.isoformat(),
            "due": case.due.isoformat(),
            "overdue": bool(self._book.late((case,), self._parts.now())),
            "owner": case.owner,
            "merged_into": case.merged_into,
        }


class ServiceViews:
    """The directory as staff see it; nothing in it is about a resident."""

    def __init__(self, parts: DeskParts) -> None:
        self._parts = parts
        self._directory = parts.tables.directory

    def services(self, asking: Asking) -> Answer:
        """Services that fit all of the words: said to be wrong and stale ones first."""
        del asking
        words, first, most = text("words", 0, WORDS_MOST), begin(), limit()
        found = self._directory.listing(words, self._parts.now().date())
        return {"services": [_listed(one) for one in found[first : first + most]]}

    def service(self, asking: Asking) -> Answer:
        """Everything that can be corrected of one service, in every language."""
        del asking
        with _known():
            found = self._find(text("id", 1, ID_MOST))
            return {**_listed(found), "sheet": self._sheet(found.id)}

    def check_service(self, asking: Asking) -> Answer:
        """A named person says that it was checked today."""
        sent = body({"id": ID_MOST, "by": 40})
        with _known():
            found = self._find(sent["id"])
            note(self._parts, asking, "directory.verified", found.id)
            self._directory.verified(found.id, sent["by"].strip(), self._parts.now())
            return _listed(self._find(found.id))

    def _find(self, identity: str) -> Listed:
        return self._directory.service(identity, self._parts.now().date())

    def _sheet(self, identity: str) -> list[Answer]:
        return [
            {
                "table": row.table,
                "id": row.id,
                "cells": dict(row.cells),
                "texts": [
                    {"column": column, "language": language, "text": said}
                    for column, language, said in row.texts
                ],
            }
            for row in self._directory.sheet(identity).rows
        ]


@contextmanager
def _known() -> Iterator[None]:
    """A service that is not there, or was removed a moment ago, is refused with 404."""
    try:
        yield
    except DataError:
        raise RefusedError(404, "No service has this id.") from None


def _listed(one: Listed) -> Answer:
    return {
        "id": one.id,
        "name": dict(one.name.texts),
        "assured_date": None if one.assured is None else one.assured.isoformat(),
        "findings": [
            {"kind": found.kind, "text": found.text, "remedy": found.remedy}
            for found in one.findings
        ],
    }
