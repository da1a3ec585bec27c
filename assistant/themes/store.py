"""Keeps themes: which suggestions a person has put together, and what was decided of them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final, Literal

from sqlalchemy import and_, delete, insert, select, update

from assistant.core.errors import AssistantError
from assistant.database import insert_once, storable
from assistant.themes.tables import theme_voices, themes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from assistant.database import Database

State = Literal["open", "adopted", "declined"]
How = Literal["", "text", "voice", "staff"]
"By text, when she rings next, or by staff, since no telephone of hers is known."
APART: Final = ""
"The theme of what belongs to none."
MOST: Final = 200
"Themes shown, open ones first, then the latest."


class ThemeError(AssistantError, ValueError):
    """What was to be done with a theme does not fit how it stands."""


@dataclass(frozen=True, slots=True)
class Theme:
    """One thing that several residents suggested."""

    id: str
    names: Mapping[str, str]
    "By language, in the office's words."
    state: State
    told: Mapping[str, str]
    "By language: what was changed and since when, or why it cannot be; empty while it is open."
    poll: str
    "Id of the vote made from it; empty for none."
    by: str
    "Who made it, and later who decided."
    made: datetime
    decided: datetime | None


@dataclass(frozen=True, slots=True)
class Voice:
    """One suggestion in a theme."""

    code: str
    theme: str
    how: How
    told: datetime | None
    "When she was told what became of it."


class ThemeStore:
    """Keeps themes. Called from worker threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # -- read -------------------------------------------------------------------------------

    def listing(self) -> tuple[Theme, ...]:
        """Open ones first, then what is decided, the latest first; at most `MOST`."""
        order = ((themes.c.state != "open"), themes.c.made.desc(), themes.c.id)
        with self._database.read() as connection:
            rows = connection.execute(select(themes).order_by(*order).limit(MOST)).all()
        return tuple(_theme(row._mapping) for row in rows)  # noqa: SLF001 - SQLAlchemy's public name

    def get(self, identity: str) -> Theme | None:
        """One theme, or `None`."""
        with self._database.read() as connection:
            return _read(connection, identity)

    def voices(self) -> tuple[Voice, ...]:
        """Every suggestion a person has placed, also those set apart."""
        table = theme_voices.c
        wanted = select(table.code, table.theme, table.how, table.told).order_by(table.code)
        with self._database.read() as connection:
            return tuple(Voice(*row) for row in connection.execute(wanted))

    def untold(self) -> tuple[tuple[Voice, Theme], ...]:
        """Suggestions whose theme is decided and whose resident does not know it yet."""
        joined = theme_voices.join(themes, themes.c.id == theme_voices.c.theme)
        wanted = (
            select(theme_voices)
            .select_from(joined)
            .where(themes.c.state != "open", theme_voices.c.told.is_(None))
            .order_by(themes.c.decided, theme_voices.c.code)
        )
        with self._database.read() as connection:
            rows = connection.execute(wanted).all()
            known = {row.theme: _read(connection, row.theme) for row in rows}
        voices = (Voice(row.code, row.theme, row.how, row.told) for row in rows)
        return tuple(
            (voice, theme) for voice in voices if (theme := known[voice.theme]) is not None
        )

    # -- what a person puts together --------------------------------------------------------

    def make(self, names: Mapping[str, str], codes: Sequence[str], by: str, now: datetime) -> str:
        """A theme of these suggestions; its id. Raises `ThemeError` where one is in another."""
        identity = uuid.uuid4().hex
        row = {
            "id": identity,
            "names": _storable(names),
            "state": "open",
            "told": {},
            "poll": "",
            "by": storable(by),
            "made": now,
        }
        with self._database.begin() as connection:
            connection.execute(insert(themes).values(**row))
            _place(connection, identity, codes, by, now)
        return identity

    def add(self, identity: str, codes: Sequence[str], by: str, now: datetime) -> None:
        """Put suggestions into a theme. Raises `ThemeError` where it is decided."""
        with self._database.begin() as connection:
            _open(connection, identity)
            _place(connection, identity, codes, by, now)

    def set_apart(self, codes: Sequence[str], by: str, now: datetime) -> None:
        """Each of these stands for itself and is proposed no more."""
        with self._database.begin() as connection:
            _place(connection, APART, codes, by, now)

    def split(
        self, identity: str, codes: Sequence[str], names: Mapping[str, str], by: str, now: datetime
    ) -> str:
        """Take suggestions out: into a theme of their own where it is named, else into none.

        The id of the new theme; empty for none. Raises `ThemeError` where the old one is decided.
        """
        with self._database.begin() as connection:
            _open(connection, identity)
            table = theme_voices.c
            ours = and_(table.theme == identity, table.code.in_(codes))
            connection.execute(delete(theme_voices).where(ours))
        return self.make(names, codes, by, now) if names else ""

    def merge(self, identity: str, into: str) -> None:
        """Make two themes one. Raises `ThemeError` where one of them is decided or both are one."""
        if identity == into:
            raise ThemeError("A theme cannot be put into itself.")
        with self._database.begin() as connection:
            gone, stays = _open(connection, identity), _open(connection, into)
            ours = theme_voices.c.theme == identity
            connection.execute(update(theme_voices).where(ours).values(theme=into))
            connection.execute(delete(themes).where(themes.c.id == identity))
            if gone.poll and not stays.poll:
                chosen = update(themes).where(themes.c.id == into)
                connection.execute(chosen.values(poll=gone.poll))

    def rename(self, identity: str, names: Mapping[str, str]) -> None:
        """Call it otherwise. Raises `ThemeError` where it is decided."""
        with self._database.begin() as connection:
            _open(connection, identity)
            ours = update(themes).where(themes.c.id == identity)
            connection.execute(ours.values(names=_storable(names)))

    def asked_as(self, identity: str, poll: str) -> None:
        """Note the vote that was made from it."""
        with self._database.begin() as connection:
            ours = update(themes).where(themes.c.id == storable(identity))
            connection.execute(ours.values(poll=poll))

    # -- what was decided, and who knows it -------------------------------------------------

    def decide(
        self, identity: str, state: State, told: Mapping[str, str], by: str, now: datetime
    ) -> bool:
        """Adopt or decline it; false where somebody was faster."""
        waiting = and_(themes.c.id == storable(identity), themes.c.state == "open")
        values = {"state": state, "told": _storable(told), "by": storable(by), "decided": now}
        with self._database.begin() as connection:
            return connection.execute(update(themes).where(waiting).values(**values)).rowcount == 1

    def tell_by(self, codes: Iterable[str], how: How) -> None:
        """Note how the resident of these suggestions will be told."""
        with self._database.begin() as connection:
            ours = update(theme_voices).where(theme_voices.c.code.in_(list(codes)))
            connection.execute(ours.values(how=how))

    def told(self, codes: Iterable[str], now: datetime, how: How | None = None) -> bool:
        """Note that she knows; whether that was news."""
        untold = and_(theme_voices.c.code.in_(list(codes)), theme_voices.c.told.is_(None))
        values = {"told": now} if how is None else {"told": now, "how": how}
        with self._database.begin() as connection:
            done = connection.execute(update(theme_voices).where(untold).values(**values))
            return done.rowcount > 0


def _read(connection: Connection, identity: str, *, lock: bool = False) -> Theme | None:
    wanted = select(themes).where(themes.c.id == storable(identity))
    row = connection.execute(wanted.with_for_update() if lock else wanted).mappings().first()
    return None if row is None else _theme(row)


def _open(connection: Connection, identity: str) -> Theme:
    theme = _read(connection, identity, lock=True)
    if theme is None or theme.state != "open":
        raise ThemeError("This theme is not there any more, or it is decided.")
    return theme


def _place(
    connection: Connection, theme: str, codes: Sequence[str], by: str, now: datetime
) -> None:
    """Put suggestions that are in no theme into one, `APART` among them."""
    if not codes:
        raise ThemeError("Choose at least one suggestion.")
    table = theme_voices.c
    for code in codes:
        apart = and_(table.code == code, table.theme == APART)
        connection.execute(delete(theme_voices).where(apart))
        row = {"code": code, "theme": theme, "by": storable(by), "at": now, "how": ""}
        if not insert_once(connection, theme_voices, row):
            raise ThemeError(f"{code} is in another theme; take it out there first.")


def _storable(texts: Mapping[str, str]) -> dict[str, str]:
    return {language: storable(text) for language, text in texts.items()}


def _theme(row: Mapping[Any, Any]) -> Theme:
    values = {field.name: row[field.name] for field in fields(Theme)}
    return Theme(**(values | {name: dict(row[name]) for name in ("names", "told")}))
