"""The scorecard: figures with what they were counted among, and charts with their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Response, abort

from assistant.desk.routes import Route

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from assistant.desk.shell import Shell

PICTURE_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"Of a chart alone: its bars carry their colours as style attributes, and nothing in it may run."


class ScorecardPages:
    """The page and its charts; nothing on them is about one person."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._figures = shell.parts.tables.figures

    def routes(self) -> Sequence[Route]:
        """Its addresses."""
        return (
            Route("/scorecard", self.scorecard, "tables.see"),
            Route("/scorecard/<name>", self.scorecard_chart, "tables.see"),
        )

    def scorecard(self) -> ResponseReturnValue:
        """Everything as it was counted last; a newer count goes on beside the page."""
        look = self._figures.look(self._shell.parts.now())
        return self._shell.page("scorecard", "scorecard", look=look, card=look.card)

    def scorecard_chart(self, name: str) -> ResponseReturnValue:
        """One chart as an SVG file; there is none before the first count."""
        chosen = next((one for one in self._figures.charts if f"{one}.svg" == name), None)
        if chosen is None:
            abort(404)
        picture = self._figures.chart(chosen, self._shell.parts.now()) or abort(404)
        headers = {"Content-Security-Policy": PICTURE_POLICY}
        return Response(picture, mimetype="image/svg+xml", headers=headers)
