"""Exports: whole numbers and words leave the desk only when two people want it."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from flask import Response, abort, request

from assistant.desk.routes import Route
from assistant.desk.shell import REASONS, after, field
from assistant.desk.visitor import me

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flask.typing import ResponseReturnValue

    from assistant.cases.store import Request
    from assistant.desk.parts import DeskParts
    from assistant.desk.shell import Shell

COLUMNS: Final = ("code", "intent", "created", "channel", "contact", "language", "place", "words")
ROWS_AT_ONCE: Final = 500
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"What makes a spreadsheet calculate a cell instead of showing it."


class Exports:
    """Wishes for an export, a colleague's word on each, and the file."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._parts = shell.parts
        self._approvals = shell.parts.people.approvals

    def routes(self) -> Sequence[Route]:
        """Its addresses."""
        return (
            Route("/exports", self.exports, "exports.ask"),
            Route("/exports", self.ask_export, "exports.ask", "POST"),
            Route("/exports/<identity>/decide", self.decide_export, "exports.approve", "POST"),
            Route("/exports/<identity>/file", self.export_file, "exports.ask", "POST"),
        )

    def exports(self) -> ResponseReturnValue:
        """The latest wishes."""
        return self._page()

    def _page(self, status: int = 200, error: str | None = None) -> ResponseReturnValue:
        names = {one.key: one.name for one in self._parts.people.accounts.listing()}
        return self._shell.page(
            "exports",
            "exports",
            status,
            wishes=self._approvals.listing(),
            names=names,
            moment_now=self._parts.machine_now(),
            error=error,
        )

    def ask_export(self) -> ResponseReturnValue:
        """Ask for all open requests as a table."""
        reason = field("reason")
        if reason not in REASONS:
            return self._page(422, self._shell.say("reveal.choose"))
        self._shell.note("export.ask", "requests", reason)
        self._approvals.ask("requests.export", reason, me().key, self._parts.machine_now())
        return after("/desk/exports", "export_asked")

    def decide_export(self, identity: str) -> ResponseReturnValue:
        """A second person says yes or no."""
        answer = request.form.get("answer", "")
        if answer not in {"yes", "no"}:
            abort(400, "refused.form")
        self._shell.note("export.decide", identity, answer)
        now, granted = self._parts.machine_now(), answer == "yes"
        if self._approvals.decide(identity, me().key, now, granted=granted):
            return after("/desk/exports", "export_decided")
        return self._page(409, self._shell.say("late.export"))

    def export_file(self, identity: str) -> ResponseReturnValue:
        """The table, once, for who asked."""
        wish = self._approvals.use(identity, me().key, self._parts.machine_now())
        if wish is None:
            return self._page(409, self._shell.say("late.export"))
        self._shell.note("export.take", "requests", wish.reason)
        answer = Response(_table(self._parts), mimetype="text/csv")
        answer.headers["Content-Disposition"] = "attachment; filename=requests.csv"
        return answer


def _table(parts: DeskParts) -> Iterator[str]:
    """CSV with a byte order mark, so that a spreadsheet reads the Chinese; page by page."""
    yield "\ufeff" + _line(COLUMNS)
    after_code: str | None = None
    while found := parts.request_desk.page(after_code, ROWS_AT_ONCE):
        yield "".join(_line(_cells(one)) for one in found)
        after_code = found[-1].code


def _cells(one: Request) -> tuple[str, ...]:
    created = one.created.isoformat(timespec="seconds")
    place = one.place or ""
    return (
        *(one.code, one.intent, created, one.channel),
        *(one.contact, one.language, place, one.words),
    )


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([harmless(cell) for cell in cells])
    return out.getvalue()


def harmless(cell: str) -> str:
    """The text so that no spreadsheet takes it for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
