"""Cases: how each stands, whose it is, and which are past their day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import request

from assistant.desk.routes import Route
from assistant.desk.visitor import here

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from assistant.desk.shell import Shell

PAGE: Final = 50
TABS: Final = ("open", "overdue", "closed")
DEEPEST: Final = 1_000_000
COUNTED: Final = 1000
"Cases past their day are counted so far; more of them are no news."


class Cases:
    """The list of cases."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._parts = shell.parts
        self._tables = shell.parts.tables

    def routes(self) -> Sequence[Route]:
        """Its addresses."""
        return (Route("/cases", self.cases, "requests.see"),)

    def cases(self) -> ResponseReturnValue:
        """A page of them, the one due first at the top; `?show=` overdue or closed ones."""
        tab, book = request.args.get("show", "open"), self._tables.cases
        begin = max(0, min(request.args.get("from", 0, int), DEEPEST))
        now = self._parts.now()
        if tab == "overdue":
            found = book.overdue(now, most=PAGE + 1, skip=begin)
        else:
            found = book.listing(closed=tab == "closed", most=PAGE + 1, skip=begin)
        return self._shell.page(
            "cases",
            "cases",
            shown=found[:PAGE],
            more=begin + PAGE if len(found) > PAGE else None,
            late=book.late((case for _, case in found), now),
            late_count=book.overdue_count(now, COUNTED) if tab == "open" else 0,
            counted=COUNTED,
            tab=tab,
            tabs=TABS,
            topic=self._topic,
        )

    def _topic(self, identity: str) -> str:
        """A topic's name in the visitor's language."""
        found = self._tables.topics.get(identity)
        return found.name.text(here().view.language) if found is not None else ""
