"""Requests: what residents asked of the staff, one page at a time, and how each ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import abort, request

from assistant.core.closing import OUTCOMES, as_outcome
from assistant.desk.reading import talks
from assistant.desk.routes import Route
from assistant.desk.shell import NOTE_MOST, REASONS, after, field
from assistant.desk.visitor import me

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from assistant.cases.store import Request
    from assistant.desk.shell import Shell

PAGE: Final = 50


class Requests:
    """The list, the item, its end."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._parts = shell.parts

    def routes(self) -> Sequence[Route]:
        """Its addresses."""
        return (
            Route("/requests", self.requests, "requests.see"),
            Route("/requests/<code>", self.request, "requests.see"),
            Route("/requests/<code>/close", self.close_request, "requests.act", "POST"),
            Route("/requests/<code>/reveal", self.reveal_request, "numbers.reveal", "POST"),
        )

    def requests(self) -> ResponseReturnValue:
        """A page of the open ones, the oldest first; with `?show=closed` the closed ones."""
        closed = request.args.get("show") == "closed"
        desk = self._parts.request_desk
        found = desk.page(request.args.get("after"), PAGE + 1, closed=closed)
        shown = found[:PAGE]
        return self._shell.page(
            "requests",
            "requests",
            shown=shown,
            more=shown[-1].code if len(found) > PAGE else None,
            closed=closed,
            waiting=desk.waiting(),
        )

    def request(self, code: str) -> ResponseReturnValue:
        """One request with what was said."""
        found = self._find(code)
        self._shell.saw("request.view", found.code)
        path = f"/desk/requests/{found.code}/close"
        return self._item(found, draft=self._shell.draft(path))

    def _find(self, code: str) -> Request:
        return self._parts.requests.get(code) or abort(404)

    def _item(self, found: Request, status: int = 200, **values: object) -> ResponseReturnValue:
        closing = self._parts.request_desk.closing(found.code)
        heard = self._parts.hearings.about(found.code, found.conversation_id)
        return self._shell.page(
            "request",
            "requests",
            status,
            item=found,
            closing=closing,
            talks=talks(heard, found.contact),
            outcomes=OUTCOMES,
            **values,
        )

    def close_request(self, code: str) -> ResponseReturnValue:
        """Close it: an outcome is wanted, a note is welcome."""
        found, outcome = self._find(code), as_outcome(field("outcome"))
        note = field("note", NOTE_MOST)
        wrong = "note.long" if len(note) > NOTE_MOST else None if outcome else "outcome.missing"
        if wrong is not None or outcome is None:
            typed = {"note": request.form.get("note", ""), "outcome": field("outcome")}
            said = self._shell.say(wrong or "outcome.missing", n=NOTE_MOST)
            return self._item(found, 422, error=said, draft=typed)
        self._shell.note("request.close", found.code, outcome)
        now = self._parts.now()
        if self._parts.request_desk.close(found.code, outcome, me().name, note, now):
            return after("/desk/requests", "request_closed")
        late = self._shell.say("late.request_closed")
        return self._item(self._find(code), 409, error=late, draft={"note": note})

    def reveal_request(self, code: str) -> ResponseReturnValue:
        """Show the number, for a reason that is written down first."""
        found, reason = self._find(code), field("reason")
        if reason not in REASONS:
            return self._item(found, 422, error=self._shell.say("reveal.choose"))
        self._shell.note("number.reveal", found.code, reason)
        return self._item(found, revealed=found.contact)
