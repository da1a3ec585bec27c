"""The print queue: cards on paper for residents whose telephone takes no texts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from flask import Response, abort, request

from assistant.desk.routes import Route
from assistant.desk.shell import after, field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from assistant.cards.store import Card
    from assistant.desk.shell import Shell

NUMBER_MOST: Final = 20
NUMBER: Final = re.compile(r"\+?[0-9][0-9 -]{1,19}")
"A telephone number as it is dialled."


class Cards:
    """Cards that wait to be printed or fetched."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._tables = shell.parts.tables

    def routes(self) -> Sequence[Route]:
        """Its addresses."""
        return (
            Route("/cards", self.cards, "tables.see"),
            Route("/cards/file", self.card_file, "tables.edit", "POST"),
            Route("/cards/fridge", self.fridge_file, "tables.edit", "POST"),
            Route("/cards/fetched", self.card_fetched, "tables.edit", "POST"),
        )

    def cards(self) -> ResponseReturnValue:
        """The queue, the oldest first."""
        return self._page()

    def _page(self, status: int = 200, error: str | None = None) -> ResponseReturnValue:
        listed = self._tables.cards.listing("waiting", "printed")
        number = field("number", NUMBER_MOST) or self._tables.line_number
        return self._shell.page("cards", "cards", status, listed=listed, error=error, number=number)

    def _find(self) -> Card:
        wanted = request.form.get("card", "")
        listed = self._tables.cards.listing("waiting", "printed")
        return next((card for card in listed if card.key == wanted), None) or abort(404)

    def card_file(self) -> ResponseReturnValue:
        """One card as PDF, A5; it then counts as printed."""
        card = self._find()
        self._shell.note("card.print", card.key)
        content = self._tables.printed(card)
        self._tables.cards.mark(card.key, "printed")
        return _pdf(content, "card.pdf")

    def fridge_file(self) -> ResponseReturnValue:
        """The page to hang on the fridge, in every language, with the number that was typed."""
        number = field("number", NUMBER_MOST)
        if NUMBER.fullmatch(number) is None:
            return self._page(422, self._shell.say("cards.fridge.wrong"))
        return _pdf(self._tables.fridge(number), "fridge.pdf")

    def card_fetched(self) -> ResponseReturnValue:
        """The resident has it."""
        wanted = request.form.get("card", "")
        self._shell.note("card.fetched", wanted)
        if not self._tables.cards.mark(wanted, "fetched"):
            return self._page(409, self._shell.say("late.card"))
        return after("/desk/cards", "card_fetched")


def _pdf(content: bytes, name: str) -> Response:
    answer = Response(content, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer
