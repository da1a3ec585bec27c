"""The queue of callbacks: who is to be rung, the most pressing first, in views staff work by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import abort, request

from assistant.desk.masking import until
from assistant.desk.routes import Route
from assistant.desk.shell import after
from assistant.desk.visitor import me

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from assistant.callbacks.row import Callback
    from assistant.callbacks.worklist import View
    from assistant.desk.shell import Shell

PAGE: Final = 50
VIEWS: Final[tuple[View, ...]] = (
    "all", "mine", "free", "soon", "overdue", "unreached", "waiting",
)  # fmt: skip


class Queue:
    """The list, and taking a row of it."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._parts = shell.parts

    def routes(self) -> Sequence[Route]:
        """Its addresses."""
        return (
            Route("/queue", self.queue, "requests.see"),
            Route("/queue/<code>/claim", self.claim_callback, "requests.act", "POST"),
            Route("/queue/<code>/release", self.release_callback, "requests.act", "POST"),
        )

    def queue(self) -> ResponseReturnValue:
        """One view of it, with how many rows each view has."""
        return self._page()

    def _page(self, status: int = 200, **values: object) -> ResponseReturnValue:
        callbacks, by, now = self._parts.callbacks, me().name, self._parts.now()
        wanted: Sequence[View] = [one for one in VIEWS if one == request.args.get("show")]
        show: View = wanted[0] if wanted else "all"
        behind = request.args.get("after", "")
        found = callbacks.worklist.page(show, by, now, behind, PAGE + 1)
        shown = found[:PAGE]
        finish = callbacks.worklist.to_finish(by, now) if show == "mine" and not behind else ()
        rows = (*finish, *shown)
        return self._shell.page(
            "queue",
            "queue",
            status,
            show=show,
            rows=rows,
            finish={row.code for row in finish},
            more=shown[-1].code if len(found) > PAGE else None,
            views=VIEWS,
            counts=callbacks.worklist.counts(by, now),
            waiting=callbacks.outcomes.waiting(tuple(row.code for row in rows)),
            watchers={row.code: self._others(row.code) for row in rows},
            due=self.due,
            **values,
        )

    def _others(self, code: str) -> tuple[str, ...]:
        return self._parts.presence.at(code, self._parts.machine_now(), me().name)

    def due(self, row: Callback) -> str:
        """How long until it should be rung, in words."""
        key, count = until(self._parts.callbacks.due_by(row) - self._parts.now())
        return self._shell.say(key, n=count)

    def claim_callback(self, code: str) -> ResponseReturnValue:
        """Take it: its page opens, ready to ring."""
        row = self._parts.callbacks.get(code) or abort(404)
        self._shell.note("callback.claim", row.code)
        refused = self._parts.callbacks.claim(row.code, me().name, self._parts.now())
        if refused is None:
            return after(f"/desk/queue/{row.code}", "callback_claimed")
        return self._page(409, error=self._shell.say(f"not_done.{refused}", name=row.owner or ""))

    def release_callback(self, code: str) -> ResponseReturnValue:
        """Give it back to the others: also what undoes taking it."""
        row = self._parts.callbacks.get(code) or abort(404)
        self._shell.note("callback.release", row.code)
        refused = self._parts.callbacks.release(row.code, me().name, self._parts.now())
        if refused is None:
            self._parts.presence.gone(row.code, me().name)
            return after("/desk/queue", "callback_released")
        return self._page(409, error=self._shell.say(f"not_done.{refused}", name=row.owner or ""))
