"""The first start once there is an admin: models, the office's own directory, the first ring."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flask import Response, abort, request

from assistant.desk.routes import Route
from assistant.desk.shell import after, field
from assistant.desk.words import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from assistant.desk.shell import Shell
    from assistant.first_start import FirstStart

PATH_MOST = 1000
"Characters of a folder's name."


class Setup:
    """The steps an admin takes, at first and whenever one is to be taken again."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._tables = shell.parts.tables

    def routes(self) -> Sequence[Route]:
        """Its addresses."""
        return (
            Route("/setup/hearing", self.setup_hearing, "people.manage"),
            Route("/setup/hearing", self.setup_fetch, "people.manage", "POST"),
            Route("/setup/directory", self.setup_directory, "people.manage"),
            Route("/setup/directory", self.setup_own_only, "people.manage", "POST"),
            Route("/setup/template/<name>", self.setup_template, "people.manage"),
            Route("/setup/ring", self.setup_ring, "people.manage"),
            Route("/setup/ring", self.setup_ring_now, "people.manage", "POST"),
        )

    def _start(self) -> FirstStart:
        return self._shell.parts.first_start or abort(404)

    def _page(self, step: str, status: int = 200, **values: object) -> ResponseReturnValue:
        start = self._start()
        restart = start.needs_restart()
        return self._shell.page(f"setup_{step}", "setup", status, restart=restart, **values)

    # -- models ------------------------------------------------------------------------------

    def setup_hearing(self) -> ResponseReturnValue:
        """By which model each language is heard, and how far one on its way is."""
        return self._hearing()

    def _hearing(self, status: int = 200, error: str | None = None) -> ResponseReturnValue:
        start = self._start()
        hearing = self._tables.machine().hearing
        can_fetch = {one.language for one in hearing if start.can_fetch(one.language)}
        fetching = start.fetching()
        under_way = any(not one.over for one in fetching.values())
        return self._page(
            "hearing",
            status,
            hearing=hearing,
            can_fetch=can_fetch,
            fetching=fetching,
            under_way=under_way,
            error=error,
        )

    def setup_fetch(self) -> ResponseReturnValue:
        """Begin to fetch a model, or to take one in from a folder of this machine."""
        start, language, named = self._start(), field("language"), field("folder", PATH_MOST)
        if language not in self._tables.languages:
            abort(404)
        source = Path(named) if named else None
        if source is not None and not source.exists():
            return self._hearing(422, self._shell.say("setup.no_folder"))
        self._shell.note("model.install", language)
        if not start.fetch(language, source):
            return self._hearing(409, self._shell.say("setup.fetching_already"))
        return after("/desk/setup/hearing", "setup_fetching")

    # -- directory ---------------------------------------------------------------------------

    def setup_directory(self) -> ResponseReturnValue:
        """The demo or the office's own services."""
        own, demo = self._start().services()
        return self._page("directory", own=own, demo=demo)

    def setup_own_only(self) -> ResponseReturnValue:
        """Put the made-up services of the demo away."""
        start = self._start()
        self._shell.note("directory.import", "demo away")
        start.put_demo_away(self._tables.directory, self._shell.parts.now())
        return after("/desk/setup/directory", "setup_demo_away")

    def setup_template(self, name: str) -> ResponseReturnValue:
        """The office's own table, empty, as a workbook."""
        language = name.removesuffix(".xlsx")
        if language not in LANGUAGES:
            abort(404)
        content = self._start().template(language)
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        answer = Response(content, mimetype=kind)
        answer.headers["Content-Disposition"] = f"attachment; filename=services-{language}.xlsx"
        return answer

    # -- trying it ---------------------------------------------------------------------------

    def setup_ring(self) -> ResponseReturnValue:
        """What the ring does, and its button."""
        return self._ring()

    def _ring(self, status: int = 200, error: str | None = None) -> ResponseReturnValue:
        start, tongues = self._start(), self._tables.languages
        ringing, trial = start.ringing(), start.trial()
        return self._page(
            "ring", status, tongues=tongues, ringing=ringing, trial=trial, error=error
        )

    def setup_ring_now(self) -> ResponseReturnValue:
        """Let the line ring itself and ask one question; the page shows what comes of it."""
        start, language = self._start(), request.form.get("language", "")
        if language not in self._tables.languages:
            abort(404)
        self._shell.note("line.try", language)
        if not start.ring(language):
            return self._ring(409, self._shell.say("setup.ringing_already"))
        return after("/desk/setup/ring", "setup_ringing")
