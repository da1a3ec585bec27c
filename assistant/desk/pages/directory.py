"""The directory: what to look at first, one service's sheet, who checked it, what is announced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import abort, request

from assistant.core.errors import DataError
from assistant.desk.pages.sheets import LONG, TRANSLATED, changed, too_long
from assistant.desk.routes import Route
from assistant.desk.shell import after, field
from assistant.desk.visitor import here, me

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from assistant.desk.shell import Shell
    from assistant.directory.counter import Listed

PAGE: Final = 50
NOTICE: Final = ("text", "valid_from", "valid_to", "place", "topic", "zone")
"Fields of an announcement, in the order of the form."
LONGEST: Final = 2000
"Characters of a field; no more is read out to anybody."


class DirectoryPages:
    """Services and notices."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._parts = shell.parts
        self._directory = shell.parts.tables.directory

    def routes(self) -> Sequence[Route]:
        """Its addresses."""
        return (
            Route("/directory", self.directory, "tables.see"),
            Route("/directory/service", self.service, "tables.see"),
            Route("/directory/save/<path:identity>", self.save_service, "tables.edit", "POST"),
            Route("/directory/verified", self.verify_service, "tables.edit", "POST"),
            Route("/directory/notices", self.notices, "tables.see"),
            Route("/directory/notices", self.put_notice, "tables.edit", "POST"),
            Route("/directory/notices/remove", self.remove_notice, "tables.edit", "POST"),
        )

    # -- services ---------------------------------------------------------------------------

    def directory(self) -> ResponseReturnValue:
        """Services, those said to be wrong or stale first; `?q=` finds some of them."""
        words, begin = request.args.get("q", "")[:200], _number(request.args.get("from", ""))
        found = self._directory.listing(words, self._parts.now().date())
        return self._shell.page(
            "directory",
            "directory",
            shown=found[begin : begin + PAGE],
            count=len(found),
            troubled=sum(1 for one in found if one.findings),
            words=words,
            more=begin + PAGE if len(found) > begin + PAGE else None,
        )

    def service(self) -> ResponseReturnValue:
        """One service as it can be corrected, in every language."""
        found = self._find(request.args.get("id", ""))
        return self._sheet(found, draft=self._shell.draft(f"/desk/directory/save/{found.id}"))

    def _find(self, identity: str) -> Listed:
        try:
            return self._directory.service(identity, self._parts.now().date())
        except DataError:
            abort(404)

    def _sheet(self, found: Listed, status: int = 200, **values: object) -> ResponseReturnValue:
        own, *others = self._parts.tables.languages
        return self._shell.page(
            "service",
            "directory",
            status,
            item=found,
            sheet=self._directory.sheet(found.id),
            own=own,
            others=others,
            translated=TRANSLATED,
            long=LONG,
            added=self._directory.added,
            **values,
        )

    def save_service(self, identity: str) -> ResponseReturnValue:
        """Write what was changed, unless somebody else was faster."""
        found = self._find(identity)
        sheet = self._directory.sheet(found.id)
        typed = request.form.to_dict()
        if request.form.get("state") != sheet.state:
            late = self._shell.say("late.service")
            return self._sheet(found, 409, error=late, draft=typed)
        if too_long(typed, LONGEST):
            return self._sheet(found, 422, error=self._shell.say("directory.long"), draft=typed)
        change = changed(sheet, typed)
        self._shell.note("directory.save", found.id)
        try:
            report = self._directory.save(
                sheet, change.cells, change.texts, change.gone, by=me().name, at=self._parts.now()
            )
        except DataError as error:
            refused = self._shell.say("directory.refused")
            return self._sheet(found, 422, error=refused, detail=str(error), draft=typed)
        if report.problems:
            return self._sheet(self._find(found.id), problems=report.problems)
        return after("/desk/directory/service", "service_saved", id=found.id)

    def verify_service(self) -> ResponseReturnValue:
        """Say in one's own name that a service was checked today."""
        found = self._find(request.form.get("service", ""))
        self._shell.note("directory.verified", found.id)
        try:
            self._directory.verified(found.id, me().name, self._parts.now())
        except DataError:
            abort(404)
        return after("/desk/directory", "service_verified")

    # -- notices ----------------------------------------------------------------------------

    def notices(self) -> ResponseReturnValue:
        """What is announced today and later."""
        return self._notices(draft=self._shell.draft("/desk/directory/notices"))

    def _notices(self, status: int = 200, **values: object) -> ResponseReturnValue:
        listed = self._directory.notices(self._parts.now().date())
        return self._shell.page(
            "notices", "notices", status, listed=listed, fields=NOTICE, **values
        )

    def put_notice(self) -> ResponseReturnValue:
        """Announce something; the line tells it from the next question on."""
        cells = {name: field(name, LONGEST) for name in NOTICE}
        if too_long(cells, LONGEST):
            return self._notices(422, error=self._shell.say("directory.long"), draft=cells)
        if not cells["text"] or not cells["valid_from"]:
            return self._notices(422, error=self._shell.say("notice.missing"), draft=cells)
        self._shell.note("notice.put", cells["valid_from"])
        try:
            self._directory.put_notice(cells, by=me().name, at=self._parts.now())
        except DataError:
            return self._notices(422, error=self._shell.say("notice.refused"), draft=cells)
        return after("/desk/directory/notices", "notice_up")

    def remove_notice(self) -> ResponseReturnValue:
        """Take one down."""
        identity = field("notice")
        self._shell.note("notice.remove", identity)
        if not self._directory.remove_notice(identity):
            return self._notices(409, error=self._shell.say("late.notice"))
        return after("/desk/directory/notices", "notice_down")


def name_of(found: Listed) -> str:
    """A service's name in the visitor's language."""
    return found.name.text(here().view.language)


def _number(text: str) -> int:
    """A place in a list; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0  # noqa: PLR2004 - a million services
