"""Themes joined: suggestions brought together by their words, what staff decide of them. Blocks.

Words are opened in memory only to be compared and shown. Nothing is put together without a
person's yes; what is proposed here is kept nowhere.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, not_, or_, select

from assistant.cases.store import Request, requests
from assistant.cases.tables import cases
from assistant.core.case import CaseError, Deed
from assistant.core.event import Say
from assistant.core.values import Localised
from assistant.public.store import PublicStore
from assistant.radar.clusters import Report, likeness
from assistant.radaring import Wording
from assistant.texting import letter
from assistant.themes.grouping import distances, groups, nearest
from assistant.themes.store import APART, ThemeError, ThemeStore
from assistant.vault.rows import open_values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Select

    from assistant.app import House
    from assistant.themes.grouping import Floats
    from assistant.themes.store import State, Theme, Voice

KIND: Final = "suggestion"
MOST: Final = 400
"Suggestions looked at, the latest: a month's of a large community."
PROMPTS: Final[dict[str, str]] = {"adopted": "theme.adopted", "declined": "theme.declined"}
"What each decision is told with."
_OLDER: Final = cases.alias("older")
"The case that one was made one with."


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One suggestion of a resident as staff see it."""

    request: Request
    topic: str
    root: str
    "The code of the case that goes on: its own, or the one it was made one with."
    open: bool
    voice: Voice | None
    "Where a person has placed it."

    @property
    def code(self) -> str:
        """The code of its case."""
        return self.request.code


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything on the page of themes."""

    themes: tuple[tuple[Theme, tuple[Suggestion, ...]], ...]
    proposed: tuple[tuple[Suggestion, ...], ...]
    "Groups that may mean the same, the largest first."
    joining: tuple[tuple[Suggestion, Theme], ...]
    "Those that may belong to a theme that stands."
    single: tuple[Suggestion, ...]
    "The others, also those set apart."


class Theming:
    """Themes as staff work on them. Called from web threads."""

    def __init__(self, house: House) -> None:
        self._house, self._database = house, house.database
        self._wording = Wording(house.library.examples)
        self._published = PublicStore(house.database)
        self._known: dict[str, Report] = {}
        self.store = ThemeStore(house.database)

    # -- what staff see ---------------------------------------------------------------------

    def overview(self) -> Overview:
        """Themes with their voices, and what may be put together."""
        themes, found = self.store.listing(), self.suggestions()
        by_theme: dict[str, list[Suggestion]] = {theme.id: [] for theme in themes}
        loose: list[Suggestion] = []
        for one in found:
            if one.voice is not None and one.voice.theme != APART:
                by_theme.setdefault(one.voice.theme, []).append(one)
            elif one.voice is None:
                loose.append(one)
        standing = [theme for theme in themes if theme.state == "open"]
        joining = self._joining(loose, [(theme, by_theme[theme.id]) for theme in standing])
        taken = {one.code for one, _ in joining}
        left = [one for one in loose if one.code not in taken]
        proposed = self._proposed(left)
        taken |= {one.code for group in proposed for one in group}
        single = (one for one in found if one.open and one.code not in taken)
        return Overview(
            tuple((theme, tuple(by_theme[theme.id])) for theme in themes),
            proposed,
            joining,
            tuple(one for one in single if one.voice is None or one.voice.theme == APART),
        )

    def suggestions(self) -> tuple[Suggestion, ...]:
        """Those in a theme, and the open ones in none; latest first.

        Every voice of a joined case is one of its own.
        """
        voices = {voice.code: voice for voice in self.store.voices()}
        own, older = cases.c, _OLDER.c
        alone = and_(own.merged_into.is_(None), own.state != "closed")
        goes_on = or_(alone, and_(own.merged_into.is_not(None), older.state != "closed"))
        placed = own.code.in_(list(voices))
        wanted = _looked_at().where(goes_on, own.kind == KIND, not_(placed)).limit(MOST)
        with self._database.read() as connection:
            rows = [*connection.execute(_looked_at().where(placed)), *connection.execute(wanted)]
        found = (self._suggestion(row._asdict(), voices) for row in rows)
        return tuple(sorted(found, key=lambda one: one.request.created, reverse=True))

    def _suggestion(self, row: dict[str, Any], voices: Mapping[str, Voice]) -> Suggestion:
        topic, into = str(row.pop("topic")), row.pop("merged_into")
        state, of_older = row.pop("state"), row.pop("of_older")
        request = Request(**open_values(self._database.vault, requests.name, row))
        going_on = (of_older if into else state) != "closed"
        root = str(into or request.code)
        return Suggestion(request, topic, root, going_on, voices.get(request.code))

    def _proposed(self, loose: Sequence[Suggestion]) -> tuple[tuple[Suggestion, ...], ...]:
        if not loose:
            return ()
        apart = self._apart(loose)
        return tuple(tuple(loose[place] for place in places) for places in groups(apart))

    def _joining(
        self,
        loose: Sequence[Suggestion],
        standing: Sequence[tuple[Theme, Sequence[Suggestion]]],
    ) -> tuple[tuple[Suggestion, Theme], ...]:
        placed = [(one, theme) for theme, members in standing for one in members]
        if not loose or not placed:
            return ()
        every = [*loose, *(one for one, _ in placed)]
        owners = [*([""] * len(loose)), *(theme.id for _, theme in placed)]
        themes = {theme.id: theme for theme, _ in standing}
        near = nearest(self._apart(every), owners)
        return tuple((loose[place], themes[name]) for place, name in near.items())

    def _apart(self, some: Sequence[Suggestion]) -> Floats:
        reports = [self._report(one) for one in some]
        topics = [one.topic for one in some]
        languages = [one.request.language for one in some]
        return distances(likeness(reports, reports), topics, languages)

    def _report(self, one: Suggestion) -> Report:
        """Its words as features; kept in memory, since they never change."""
        if one.code not in self._known:
            if len(self._known) >= 2 * MOST:
                self._known.clear()
            told = one.request
            vector = self._wording.features(told.words, told.language)
            nowhere: frozenset[str] = frozenset()
            self._known[one.code] = Report(
                one.code, told.created, "", "", told.language, frozenset(), nowhere, *vector
            )
        return self._known[one.code]

    # -- what staff decide ------------------------------------------------------------------

    def fits(self, state: State, told: Mapping[str, str]) -> bool:
        """Whether a decision can be told in one text of one segment, in every language."""
        rooms = self._house.talk.rooms
        for language in told:
            say = sentence(state, told)
            text = rooms.book.sentence(say, language, "sms").text
            if len(letter(rooms.book, rooms.signatures, text, language).parts) != 1:
                return False
        return True

    def decide(
        self, theme: Theme, state: State, told: Mapping[str, str], by: str, now: datetime
    ) -> bool:
        """Adopt or decline it: every case in it is answered, what is adopted is made public.

        `told` has a sentence in each of the site's languages, its own first. False where somebody
        was faster. Raises `ThemeError` where it cannot be told in one text.
        """
        if not self.fits(state, told):
            raise ThemeError("This does not fit one text.")
        if not self.store.decide(theme.id, state, told, by, now):
            return False
        why = next(iter(told.values()))
        for root in {one.root for one in self._of(theme.id)}:
            self._advance(root, Deed("answer", by, why), now)
        if state == "adopted":
            self._published.tell(theme.names, told, by, now)
        return True

    def told_by_staff(self, code: str, by: str, now: datetime) -> bool:
        """A person has told her; whether she did not know it before."""
        told = self.store.told((code,), now, "staff")
        if told:
            self.close_known(by, now)
        return told

    def close_known(self, by: str, now: datetime) -> int:
        """Close the answered cases whose every resident was told; how many these are."""
        voices: dict[str, list[Voice]] = {}
        for one in self.suggestions():
            if one.open and one.voice is not None and one.voice.theme != APART:
                voices.setdefault(one.root, []).append(one.voice)
        known = [root for root, every in voices.items() if all(one.told for one in every)]
        return sum(self._advance(root, Deed("close", by), now) for root in known)

    def _of(self, theme: str) -> tuple[Suggestion, ...]:
        found = self.suggestions()
        return tuple(one for one in found if one.voice is not None and one.voice.theme == theme)

    def _advance(self, root: str, deed: Deed, now: datetime) -> bool:
        """A case that stands otherwise, such as one closed before, stays as it is."""
        with contextlib.suppress(CaseError):
            self._house.casework.book.advance(root, deed, now)
            return True
        return False


def sentence(state: State, told: Mapping[str, str]) -> Say:
    """What a resident is told of a decision."""
    return Say(PROMPTS[state], (("told", Localised(tuple(told.items()))),))


def _looked_at() -> Select[Any]:
    """Suggestions with how their cases stand, the latest first."""
    own = cases.c
    return (
        select(requests, own.topic, own.merged_into, own.state, _OLDER.c.state.label("of_older"))
        .join(cases, own.code == requests.c.code)
        .outerjoin(_OLDER, _OLDER.c.code == own.merged_into)
        .order_by(requests.c.created.desc(), requests.c.code)
    )
