"""Votes of residents: put up, closed early, counted once they are over, published."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from flask import request

from assistant.core.errors import DataError
from assistant.desk.routes import Route
from assistant.desk.shell import after, field
from assistant.desk.visitor import me

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from assistant.desk.shell import Shell

MOST = 1000
"Characters of all choices together."


class PollPages:
    """What residents are asked to decide."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._parts = shell.parts
        self._polls = shell.parts.tables.polls
        self._languages = shell.parts.tables.languages

    def routes(self) -> Sequence[Route]:
        """Its addresses."""
        return (
            Route("/polls", self.polls, "tables.see"),
            Route("/polls", self.make, "tables.manage", "POST"),
            Route("/polls/close", self.close, "tables.manage", "POST"),
            Route("/polls/publish", self.publish, "tables.manage", "POST"),
        )

    def polls(self) -> ResponseReturnValue:
        """Every vote and how it stands."""
        return self._page(draft=self._shell.draft("/desk/polls"))

    def make(self) -> ResponseReturnValue:
        """Put a vote up."""
        typed = {name: request.form.get(name, "")[:MOST] for name in request.form}
        opens, closes = _day(field("opens")), _day(field("closes"))
        if opens is None or closes is None:
            return self._page(422, error=self._shell.say("poll.day_wrong"), draft=typed)
        self._shell.note("poll.make")
        try:
            self._polls.make(
                {one: typed.get(f"title-{one}", "") for one in self._languages},
                {one: typed.get(f"choices-{one}", "").splitlines() for one in self._languages},
                (opens, closes),
                by=me().name,
                at=self._parts.now(),
            )
        except DataError:
            return self._page(422, error=self._shell.say("poll.wrong"), draft=typed)
        return after("/desk/polls", "poll_made")

    def close(self) -> ResponseReturnValue:
        """Take no more votes."""
        poll = field("poll")
        self._shell.note("poll.close", poll)
        if not self._polls.close(poll, by=me().name, at=self._parts.now()):
            return self._page(409, error=self._shell.say("late.poll"))
        return after("/desk/polls", "poll_closed")

    def publish(self) -> ResponseReturnValue:
        """Tell the result from now on."""
        poll = field("poll")
        self._shell.note("poll.publish", poll)
        if not self._polls.publish(poll, by=me().name, at=self._parts.now()):
            return self._page(409, error=self._shell.say("late.poll"))
        return after("/desk/polls", "poll_published")

    def _page(self, status: int = 200, **values: object) -> ResponseReturnValue:
        listed = self._polls.listing(self._parts.now())
        return self._shell.page(
            "polls", "polls", status, listed=listed, languages=self._languages, **values
        )


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None
