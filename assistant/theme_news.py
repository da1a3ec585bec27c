"""Who suggested something is told once what became of it: by text, in her next call, or by staff.

A text goes out at an hour in which texts may be begun, to who has not said stop. Whose telephone
takes none hears it when she next rings; the desk lists whoever does not know yet.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from assistant.alarm_clock import Look
from assistant.cases.history import LINE
from assistant.cases.intake import A_TELEPHONE
from assistant.cases.store import requests
from assistant.core.errors import AssistantError
from assistant.core.news import News
from assistant.core.texts import OutgoingText
from assistant.core.values import Localised
from assistant.dialogue.telephones import takes_texts
from assistant.texting import letter
from assistant.themes.store import ThemeStore
from assistant.themes.tables import theme_voices, themes
from assistant.theming import Theming, sentence
from assistant.vault.rows import open_row

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from assistant.app import House
    from assistant.database import Database
    from assistant.themes.store import Theme

log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 60


@dataclass(frozen=True, slots=True)
class Reached:
    """One telephone with a suggestion, or several, in one decided theme."""

    codes: tuple[str, ...]
    contact: str
    "Empty where none is known."
    language: str
    theme: Theme


class ThemeNews:
    """What is to be told in a call; `assistant.core.ports.NewsBook`."""

    def __init__(self, database: Database) -> None:
        self._database, self._store = database, ThemeStore(database)

    def waiting(self, contact: str) -> News | None:
        """What this caller has not been told yet, the earliest decision first; `None` for none."""
        if A_TELEPHONE.fullmatch(contact) is None:
            return None
        row_of = theme_voices.c
        wanted = (
            select(row_of.code, themes.c.state, themes.c.told)
            .join(requests, requests.c.code == row_of.code)
            .join(themes, themes.c.id == row_of.theme)
            .where(requests.c.contact_index == self._database.vault.index(contact))
            .where(themes.c.state != "open", row_of.how == "voice", row_of.told.is_(None))
            .order_by(themes.c.decided, row_of.code)
            .limit(1)
        )
        with self._database.read() as connection:
            row = connection.execute(wanted).first()
        if row is None:
            return None
        return News(row.code, row.state == "adopted", Localised(tuple(row.told.items())))

    def told(self, code: str, now: datetime) -> None:
        """She has heard it, of whatever she suggested in that theme."""
        row_of, told = theme_voices.c, requests.c
        mine = select(told.contact_index).where(told.code == code).scalar_subquery()
        theme = select(row_of.theme).where(row_of.code == code).scalar_subquery()
        same = (
            select(row_of.code)
            .join(requests, told.code == row_of.code)
            .where(told.contact_index == mine, row_of.theme == theme)
        )
        with self._database.read() as connection:
            codes = tuple(connection.execute(same).scalars())
        self._store.told(codes or (code,), now)


def tell(house: House, theming: Theming) -> int:
    """Tell everybody who does not know what was decided; how many texts were begun.

    Cases whose residents all know are closed, also after news that was heard in a call.
    """
    now, begun = house.clock.now(), 0
    for one in _untold(theming.store, house.database):
        if _by_text(house, one):
            _text(house, one, now)
            theming.store.told(one.codes, now, "text")
            begun += 1
        else:
            known = A_TELEPHONE.fullmatch(one.contact) is not None
            theming.store.tell_by(one.codes, "voice" if known else "staff")
    theming.close_known(LINE, now)
    return begun


def look_for(house: House) -> Look:
    """What makes a service tell."""
    theming = Theming(house)

    def look() -> None:
        try:
            begun = tell(house, theming)
        except (AssistantError, OSError) as error:
            log.error("nobody could be told of decided suggestions: %s", error)  # noqa: TRY400 - the sentence says it
        else:
            if begun:
                log.info("told by text what became of a suggestion: %d", begun)

    return Look("decided suggestions", LOOK_EVERY_S, look)


def _untold(store: ThemeStore, database: Database) -> Sequence[Reached]:
    """By theme and telephone, so that nobody is told twice."""
    untold = {voice.code: (voice, theme) for voice, theme in store.untold()}
    wanted = select(requests).where(requests.c.code.in_(list(untold)))
    with database.read() as connection:
        rows = connection.execute(wanted.order_by(requests.c.created.desc())).all()
    found: dict[tuple[str, str], Reached] = {}
    for row in rows:
        opened = open_row(database.vault, requests.name, row)
        _, theme = untold[row.code]
        key = (theme.id, row.contact_index or row.code)
        before = found.get(key)
        codes = (*(before.codes if before else ()), row.code)
        contact, language = opened["contact"] or "", row.language
        if before is not None:
            contact, language = before.contact, before.language
        found[key] = Reached(codes, contact, language, theme)
    return tuple(found.values())


def _by_text(house: House, one: Reached) -> bool:
    reached = takes_texts(one.contact, house.config.site.country)
    return reached and not house.requests.opted_out(one.contact)


def _text(house: House, one: Reached, now: datetime) -> None:
    rooms, language, theme = house.talk.rooms, one.language, one.theme
    said = rooms.book.sentence(sentence(theme.state, theme.told), language, "sms")
    parts = letter(rooms.book, rooms.signatures, said.text, language).parts
    for number, part in enumerate(parts, start=1):
        name = f"theme:{theme.id}:{min(one.codes)}:{number}"
        house.outbox.put(OutgoingText(name, one.contact, part, language, "news", now), now)
