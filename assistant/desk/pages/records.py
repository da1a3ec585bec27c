"""The audit log for those who read it, the help of every view, and the desk's first page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from flask import abort, redirect, request

from assistant.desk.routes import Route
from assistant.desk.shell import NAVIGATION
from assistant.desk.visitor import me
from assistant.staff.roles import may

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from assistant.desk.shell import Shell

PAGE: Final = 100
_NUMBER: Final = re.compile(r"[0-9]{1,9}")


class Records:
    """What is only read."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._parts = shell.parts

    def routes(self) -> Sequence[Route]:
        """Its addresses."""
        return (
            Route("/", self.first, "someone"),
            Route("/audit", self.audit, "audit.read"),
            Route("/help/<name>", self.help, "someone"),
            Route("/<path:rest>", self.nowhere, "nobody"),
        )

    def first(self) -> ResponseReturnValue:
        """On to the first view this person may see."""
        seen = (address for _, address, needs, _ in NAVIGATION if may(me().role, needs))
        return redirect(next(seen), 303)

    def audit(self) -> ResponseReturnValue:
        """The log, the newest first, and whether the chain is whole."""
        given = request.args.get("before", "")
        before = int(given) if _NUMBER.fullmatch(given) else None
        entries = self._parts.audit.latest(before, PAGE)
        more = entries[-1].number if entries and entries[-1].number > 1 else None
        head = self._parts.audit.head()
        return self._shell.page("audit", "audit", entries=entries, more=more, head=head)

    def help(self, name: str) -> ResponseReturnValue:
        """One page on a view, for the screen and for the wall beside it."""
        if not self._shell.words.knows(f"help.{name}.title"):
            abort(404)
        return self._shell.page("help", "help", name=name)

    def nowhere(self, rest: str) -> ResponseReturnValue:
        """Any other address."""
        del rest
        abort(404)
