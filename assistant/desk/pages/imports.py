"""Tables into the directory: uploaded, looked at, taken; and the latest changes, to take back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import request

from assistant.core.errors import DataError
from assistant.desk.routes import Route
from assistant.desk.shell import after, field
from assistant.desk.uploads import MB, MOST_BYTES, UploadError, Uploads
from assistant.desk.visitor import me

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from assistant.desk.shell import Shell
    from assistant.directory.intake import Problem

PROBLEMS_SHOWN: Final = 200
NUMBER_MOST: Final = 18
"Digits of a change's number; a longer one is nobody's."


class Imports:
    """Upload, preview, take, undo."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._parts = shell.parts
        self._directory = shell.parts.tables.directory
        self._uploads = Uploads()

    def routes(self) -> Sequence[Route]:
        """Its addresses."""
        body = MOST_BYTES + MB
        return (
            Route("/directory/import", self.imports, "tables.manage"),
            Route("/directory/import", self.upload_tables, "tables.manage", "POST", body),
            Route("/directory/import/take", self.take_tables, "tables.manage", "POST"),
            Route("/directory/undo", self.undo_change, "tables.manage", "POST"),
        )

    def imports(self) -> ResponseReturnValue:
        """The form, and what can be taken back."""
        return self._page()

    def _page(self, status: int = 200, **values: object) -> ResponseReturnValue:
        changes = self._directory.changes()
        most = MOST_BYTES // MB
        return self._shell.page("import", "import", status, changes=changes, most=most, **values)

    def upload_tables(self) -> ResponseReturnValue:
        """Keep the files for a while and say what they would change."""
        try:
            upload = self._uploads.keep(
                request.files.getlist("tables"), me().key, self._parts.machine_now()
            )
        except UploadError as error:
            return self._page(422, error=self._shell.say(error.key, n=MOST_BYTES // MB))
        try:
            report = self._directory.take(upload.files(), self._parts.now(), preview=True)
        except DataError as error:
            self._uploads.drop(upload)
            return self._refused(error)
        names = [path.name for path in upload.files()]
        return self._page(
            report=report, upload=upload.id, names=names, problems=report.problems[:PROBLEMS_SHOWN]
        )

    def take_tables(self) -> ResponseReturnValue:
        """Take what was looked at."""
        now = self._parts.machine_now()
        upload = self._uploads.find(field("upload"), me().key, now)
        if upload is None:
            return self._page(409, error=self._shell.say("late.upload"))
        self._shell.note("directory.import", f"{len(upload.files())} files")
        try:
            self._directory.take(upload.files(), self._parts.now(), preview=False)
        except DataError as error:
            return self._refused(error)
        finally:
            self._uploads.drop(upload)
        return after("/desk/directory/import", "imported")

    def _refused(self, error: DataError) -> ResponseReturnValue:
        found: Sequence[Problem] = getattr(error, "problems", ())
        wrong = [one for one in found if one.fatal] or list(found)
        said = self._shell.say("import.refused")
        return self._page(422, error=said, problems=wrong[:PROBLEMS_SHOWN])

    def undo_change(self) -> ResponseReturnValue:
        """Take the latest change back, if it is still the latest."""
        number = field("change", NUMBER_MOST)
        self._shell.note("directory.undo", number)
        try:
            self._directory.undo(int(number) if number.isascii() and number.isdigit() else 0)
        except DataError:
            return self._page(409, error=self._shell.say("late.undo"))
        return after("/desk/directory/import", "undone")
