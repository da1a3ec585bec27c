"""Themes: suggestions that mean the same, put together by a person, and what comes of them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from flask import abort, request

from assistant.core.errors import DataError
from assistant.desk.routes import Route
from assistant.desk.shell import after, field
from assistant.desk.visitor import here, me

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask.typing import ResponseReturnValue

    from assistant.desk.shell import Shell
    from assistant.themes.store import State, Theme
    from assistant.theming import Suggestion

LONGEST: Final = 60
"Characters of a name: it is the question of a vote too."
TOLD_MOST: Final = 200
"Characters of what is told; whether it fits one text is tried."
DECISIONS: Final[dict[str, State]] = {"adopt": "adopted", "decline": "declined"}


class Themes:
    """The list, one theme, and every deed with it."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._parts = shell.parts
        self._theming = shell.parts.tables.theming
        self._store = shell.parts.tables.theming.store
        self._languages = shell.parts.tables.languages

    def routes(self) -> Sequence[Route]:
        """Its addresses."""
        one = "/themes/<identity>"
        return (
            Route("/themes", self.themes, "requests.see"),
            Route("/themes", self.make_theme, "tables.edit", "POST"),
            Route(one, self.theme, "requests.see"),
            Route(f"{one}/add", self.add_to_theme, "tables.edit", "POST"),
            Route(f"{one}/name", self.name_theme, "tables.edit", "POST"),
            Route(f"{one}/split", self.split_theme, "tables.edit", "POST"),
            Route(f"{one}/merge", self.merge_theme, "tables.edit", "POST"),
            Route(f"{one}/poll", self.poll_theme, "tables.manage", "POST"),
            Route(f"{one}/decide", self.decide_theme, "tables.manage", "POST"),
            Route(f"{one}/told", self.theme_told, "tables.edit", "POST"),
        )

    # -- pages ------------------------------------------------------------------------------

    def themes(self) -> ResponseReturnValue:
        """What may be put together, and what was."""
        return self._list()

    def _list(self, status: int = 200, **values: object) -> ResponseReturnValue:
        seen = self._theming.overview()
        for group in (*seen.proposed, tuple(one for one, _ in seen.joining), seen.single):
            self._note_looks(group)
        languages, named = self._languages, self._named
        return self._shell.page(
            "themes", "themes", status, seen=seen, languages=languages, named=named, **values
        )

    def theme(self, identity: str) -> ResponseReturnValue:
        """One theme with every voice in it."""
        return self._item(self._find(identity))

    def _find(self, identity: str) -> Theme:
        return self._store.get(identity) or abort(404)

    def _item(self, theme: Theme, status: int = 200, **values: object) -> ResponseReturnValue:
        seen = self._theming.overview()
        members = next((those for one, those in seen.themes if one.id == theme.id), ())
        self._note_looks(members)
        others = [one for one, _ in seen.themes if one.state == "open" and one.id != theme.id]
        poll = self._parts.tables.polls.get(theme.poll, self._parts.now()) if theme.poll else None
        return self._shell.page(
            "theme",
            "themes",
            status,
            item=theme,
            members=members,
            others=others,
            poll=poll,
            languages=self._languages,
            named=self._named,
            **values,
        )

    def _note_looks(self, some: Sequence[Suggestion]) -> None:
        """Words of residents are shown: who saw which is written down, once a session."""
        for one in some:
            self._shell.saw("request.view", one.code)

    def _named(self, theme: Theme) -> str:
        own = here().view.language
        return theme.names.get(own) or next(iter(theme.names.values()), "")

    # -- what a person puts together --------------------------------------------------------

    def make_theme(self) -> ResponseReturnValue:
        """A theme of the ticked suggestions, or each of them set apart."""
        codes, now = self._codes(), self._parts.now()
        if field("do") == "apart":
            self._shell.note("theme.apart")
            return self._done(lambda: self._store.set_apart(codes, me().name, now), "theme_apart")
        names = self._texts("name", LONGEST)
        if names is None:
            return self._list(422, error=self._shell.say("themes.names"), draft=_typed())
        self._shell.note("theme.make")
        return self._done(lambda: self._store.make(names, codes, me().name, now), "theme_made")

    def add_to_theme(self, identity: str) -> ResponseReturnValue:
        """Put suggestions into a theme."""
        theme, codes, now = self._find(identity), self._codes(), self._parts.now()
        self._shell.note("theme.add", theme.id)
        return self._done(
            lambda: self._store.add(theme.id, codes, me().name, now), "theme_added", theme
        )

    def name_theme(self, identity: str) -> ResponseReturnValue:
        """Call it otherwise."""
        theme, names = self._find(identity), self._texts("name", LONGEST)
        if names is None:
            return self._item(theme, 422, error=self._shell.say("themes.names"), draft=_typed())
        self._shell.note("theme.name", theme.id)
        return self._done(lambda: self._store.rename(theme.id, names), "theme_named", theme)

    def split_theme(self, identity: str) -> ResponseReturnValue:
        """Take the ticked suggestions out, into a theme of their own where it is named."""
        theme, codes, now = self._find(identity), self._codes(), self._parts.now()
        wanted = any(field(f"name_{language}") for language in self._languages)
        names = self._texts("name", LONGEST) if wanted else {}
        if names is None or not codes:
            key = "themes.names" if names is None else "themes.tick"
            return self._item(theme, 422, error=self._shell.say(key), draft=_typed())
        self._shell.note("theme.split", theme.id)
        return self._done(
            lambda: self._store.split(theme.id, codes, names, me().name, now), "theme_split", theme
        )

    def merge_theme(self, identity: str) -> ResponseReturnValue:
        """Make it one with another."""
        theme, into = self._find(identity), self._find(field("into"))
        self._shell.note("theme.merge", theme.id)
        return self._done(lambda: self._store.merge(theme.id, into.id), "theme_merged", into)

    # -- what comes of it -------------------------------------------------------------------

    def poll_theme(self, identity: str) -> ResponseReturnValue:
        """Ask all residents: a vote with this theme as its question."""
        theme, polls = self._find(identity), self._parts.tables.polls
        opens, closes = _day(field("opens")), _day(field("closes"))
        if opens is None or closes is None:
            wrong = self._shell.say("poll.day_wrong")
            return self._item(theme, 422, error=wrong, draft=_typed())
        listed = {
            one: request.form.get(f"choices_{one}", "")[:1000].splitlines()
            for one in self._languages
        }
        titles = {one: field(f"title_{one}", LONGEST) for one in self._languages}
        self._shell.note("poll.make", theme.id)
        by, now = me().name, self._parts.now()
        try:
            made = polls.make(titles, listed, (opens, closes), by=by, at=now)
        except DataError:
            return self._item(theme, 422, error=self._shell.say("poll.wrong"), draft=_typed())
        self._store.asked_as(theme.id, made)
        return after(f"/desk/themes/{theme.id}", "poll_made")

    def decide_theme(self, identity: str) -> ResponseReturnValue:
        """Adopt it or decline it; everybody who suggested it is told once."""
        theme, state = self._find(identity), DECISIONS.get(field("do")) or abort(400)
        told = self._texts("told", TOLD_MOST)
        if told is None:
            return self._item(theme, 422, error=self._shell.say("themes.say"), draft=_typed())
        if not self._theming.fits(state, told):
            return self._item(theme, 422, error=self._shell.say("themes.long"), draft=_typed())
        self._shell.note(f"theme.{state}", theme.id)
        if not self._theming.decide(theme, state, told, me().name, self._parts.now()):
            late = self._shell.say("late.theme")
            return self._item(self._find(identity), 409, error=late)
        return after(f"/desk/themes/{theme.id}", f"theme_{state}")

    def theme_told(self, identity: str) -> ResponseReturnValue:
        """A person has told the resident of one suggestion."""
        theme, code = self._find(identity), field("code")
        self._shell.note("theme.told", code)
        if not self._theming.told_by_staff(code, me().name, self._parts.now()):
            return self._item(theme, 409, error=self._shell.say("late.theme"))
        return after(f"/desk/themes/{theme.id}", "theme_told")

    # -- within -----------------------------------------------------------------------------

    def _done(
        self, deed: Callable[[], object], word: str, theme: Theme | None = None
    ) -> ResponseReturnValue:
        """Do it, and go to its page; what does not fit any more is said."""
        try:
            deed()
        except ValueError:
            return self._list(409, error=self._shell.say("late.theme"), draft=_typed())
        return after(f"/desk/themes/{theme.id}" if theme else "/desk/themes", word)

    def _codes(self) -> tuple[str, ...]:
        """The ticked suggestions; any other code is left out."""
        known = {one.code for one in self._theming.suggestions()}
        return tuple(code for code in request.form.getlist("code") if code in known)

    def _texts(self, name: str, most: int) -> dict[str, str] | None:
        """A text in each of the site's languages; `None` where one is missing or too long."""
        texts = {language: field(f"{name}_{language}", most) for language in self._languages}
        return texts if all(0 < len(text) <= most for text in texts.values()) else None


def _typed() -> dict[str, str]:
    return request.form.to_dict()


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None
