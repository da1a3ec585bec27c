"""What residents are told was changed because they asked: sentences of the public page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import abort, request

from assistant.desk.routes import Route
from assistant.desk.shell import after, field
from assistant.desk.visitor import me

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from assistant.desk.shell import Shell

LONGEST: Final = 200
"Characters of a sentence of the public page."


class Published:
    """You said, we did: list, add, take back."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._parts = shell.parts
        self._store = shell.parts.tables.published

    def routes(self) -> Sequence[Route]:
        """Its addresses."""
        return (
            Route("/published", self.published, "tables.see"),
            Route("/published", self.tell_change, "tables.manage", "POST"),
            Route("/published/remove", self.take_change_back, "tables.manage", "POST"),
        )

    def published(self) -> ResponseReturnValue:
        """What stands on the public page."""
        return self._page(draft=self._shell.draft("/desk/published"))

    def _page(self, status: int = 200, **values: object) -> ResponseReturnValue:
        languages = self._parts.tables.languages
        changes = self._store.changes()
        return self._shell.page(
            "published", "published", status, changes=changes, languages=languages, **values
        )

    def tell_change(self) -> ResponseReturnValue:
        """Publish what was asked for and what was done, in every language of the site."""
        languages = self._parts.tables.languages
        asked = {language: field(f"asked_{language}", LONGEST) for language in languages}
        done = {language: field(f"done_{language}", LONGEST) for language in languages}
        every = (*asked.values(), *done.values())
        if not all(every) or any(len(text) > LONGEST for text in every):
            refused = self._shell.say("published.refused", n=LONGEST)
            return self._page(422, error=refused, draft=request.form.to_dict())
        self._shell.note("public.change")
        self._store.tell(asked, done, me().name, self._parts.now())
        return after("/desk/published", "change_told")

    def take_change_back(self) -> ResponseReturnValue:
        """Take a sentence off the page."""
        identity = request.form.get("id", "")
        self._shell.note("public.change_back", identity[:40])
        if not self._store.take_back(identity):
            abort(404)
        return after("/desk/published", "change_back")
