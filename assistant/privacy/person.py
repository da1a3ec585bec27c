"""Everything that is kept of one resident: counted, copied, erased. One list of places for all.

Whose rows they are is told by her number, or by one talk of hers where only that is to go. What an
open matter, a promise to ring or a hold still needs stays, and is counted as staying.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, delete, false, not_, or_, select, update

from assistant.database import metadata, storable, upsert
from assistant.privacy.holds import held
from assistant.privacy.places import FIGURES, HEARD, LINKED, OWN, Category, Own
from assistant.privacy.tables import tombstones
from assistant.vault.columns import BY_NAME
from assistant.vault.rows import open_values

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row, Table

    from assistant.database import Database


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose records are meant: everything of a number, or one talk of it."""

    contact: str
    "E.164."
    talk: str | None = None
    "A conversation's id; then nothing is meant but what hangs on it."
    before: datetime | None = None
    "Nothing is meant that came after this moment."


@dataclass(frozen=True, slots=True)
class Holding:
    """How much is kept of one kind: never what."""

    category: Category
    count: int
    staying: int
    "Of these, how many are still needed or held."


@dataclass(frozen=True, slots=True)
class Section:
    """Whole rows of one kind, for her own copy on paper."""

    category: Category
    rows: tuple[Mapping[str, Any], ...]


@dataclass(slots=True)
class _Reach:
    """What belongs to her, as it was found inside one transaction."""

    rows: list[tuple[Own, Row[Any]]] = field(default_factory=list)
    codes: set[str] = field(default_factory=set)
    talks: set[str] = field(default_factory=set)
    kept_codes: set[str] = field(default_factory=set)
    kept_talks: set[str] = field(default_factory=set)
    held_codes: frozenset[str] = frozenset()
    held_talks: frozenset[str] = frozenset()

    def stays(self, own: Own, row: Row[Any]) -> bool:
        """Whether a row is still needed, or held."""
        values = row._mapping  # noqa: SLF001 - SQLAlchemy's public name of a row's columns
        code = values[own.code] if own.code else None
        if code in self.held_codes or code in self.kept_codes:
            return True
        if own.talk and values[own.talk] in self.held_talks:
            return True
        if own.table == "conversations":
            return values["id"].removesuffix("-sms") in self.kept_talks
        return own.ended is not None and values[own.ended[0]] not in own.ended[1]


def holdings(database: Database, whose: Whose) -> tuple[Holding, ...]:
    """How much is kept, by kind; kinds of which there is nothing are left out."""
    counted: Counter[Category] = Counter()
    staying: Counter[Category] = Counter()
    with database.read() as connection:
        reach = _reach(connection, database, whose)
        for own, row in reach.rows:
            category = _category(own, row)
            counted[category] += 1
            staying[category] += reach.stays(own, row)
        for row in connection.execute(select(_table(HEARD)).where(_heard(reach))):
            counted["heard"] += 1
            staying["heard"] += _heard_stays(reach, row)
    return tuple(Holding(name, count, staying[name]) for name, count in counted.items())


def copy(database: Database, whose: Whose) -> tuple[Section, ...]:
    """Every row that is hers, opened. Raises `VaultError` without the keys."""
    found: dict[Category, list[Mapping[str, Any]]] = {}
    with database.read() as connection:
        reach = _reach(connection, database, whose)
        for own, row in reach.rows:
            found.setdefault(_category(own, row), []).append(_opened(database, own.table, row))
        for row in connection.execute(select(_table(HEARD)).where(_heard(reach))):
            found.setdefault("heard", []).append(_opened(database, HEARD, row))
    return tuple(Section(name, tuple(rows)) for name, rows in found.items())


def erase(
    database: Database, whose: Whose, now: datetime, reference: str = ""
) -> tuple[Holding, ...]:
    """Delete what is hers and no longer needed, all of it or nothing; what there was and stays.

    With a `reference`, the code of her wish, it is also remembered that she was deleted at `now`,
    by blind index, so that a restored copy does not bring back what came before.
    """
    counted: Counter[Category] = Counter()
    staying: Counter[Category] = Counter()
    with database.begin() as connection:
        reach = _reach(connection, database, whose)
        counted["heard"], staying["heard"] = _erase_heard(connection, reach)
        for own, row in reach.rows:
            category = _category(own, row)
            counted[category] += 1
            if reach.stays(own, row):
                staying[category] += 1
            else:
                connection.execute(delete(_table(own.table)).where(_same(own.table, row)))
        _erase_linked(connection, reach.codes - reach.kept_codes - reach.held_codes)
        _leave_figures(connection, database.vault.index(storable(whose.contact)))
        if reference:
            bury(connection, database, whose.contact, reference, now)
    return tuple(Holding(name, count, staying[name]) for name, count in counted.items() if count)


def codes_of(database: Database, contact: str) -> frozenset[str]:
    """The codes of all her matters, callbacks and emergencies."""
    with database.read() as connection:
        return frozenset(_reach(connection, database, Whose(contact)).codes)


def _reach(connection: Connection, database: Database, whose: Whose) -> _Reach:
    reach = _Reach()
    reach.held_codes = held(connection, "case")
    reach.held_talks = held(connection, "conversation")
    for own in OWN:
        clause = _belongs(database, own, whose)
        for row in connection.execute(select(_table(own.table)).where(clause)):
            reach.rows.append((own, row))
            _note(reach, own, row)
    _merged(connection, reach)
    return reach


def _note(reach: _Reach, own: Own, row: Row[Any]) -> None:
    """The codes and talks of a row, and whether they are still needed."""
    values = row._mapping  # noqa: SLF001 - as above
    code = values[own.code] if own.code else None
    talk = values[own.talk] if own.talk else None
    needed = own.ended is not None and values[own.ended[0]] not in own.ended[1]
    if code:
        reach.codes.add(code)
    if talk:
        reach.talks.add(talk)
    if needed or (code and code in reach.held_codes):
        reach.kept_codes.update({code} if code else ())
        reach.kept_talks.update({talk} if talk else ())


def _merged(connection: Connection, reach: _Reach) -> None:
    """What was joined to an older matter is needed as long as that one is."""
    cases = _table("cases")
    joined = select(cases.c.code).where(
        cases.c.code.in_(reach.codes), cases.c.merged_into.in_(reach.kept_codes)
    )
    reach.kept_codes.update(connection.execute(joined).scalars())


def _belongs(database: Database, own: Own, whose: Whose) -> ColumnElement[bool]:
    rows = _table(own.table)
    sealed = BY_NAME[own.table]
    hers = rows.c[sealed.index or own.number] == database.vault.index(storable(whose.contact))
    if whose.before is not None:
        hers = and_(hers, rows.c[own.at] <= whose.before)
    if whose.talk is None:
        return hers
    talks = (whose.talk, f"{whose.talk}-sms")
    if own.talk is not None:
        return and_(hers, rows.c[own.talk].in_(talks))
    if own.key is not None:
        inside = rows.c[own.key].contains(f":{whose.talk}", autoescape=True)
        return and_(hers, inside)
    return false()


def _heard(reach: _Reach) -> ColumnElement[bool]:
    rows = _table(HEARD)
    return or_(rows.c.conversation_id.in_(reach.talks), rows.c.code.in_(reach.codes))


def _heard_stays(reach: _Reach, row: Row[Any]) -> bool:
    talks, codes = reach.kept_talks | reach.held_talks, reach.kept_codes | reach.held_codes
    return row.conversation_id in talks or row.code in codes


def _erase_heard(connection: Connection, reach: _Reach) -> tuple[int, int]:
    """How many turns there were, and how many stay."""
    rows = _table(HEARD)
    needed = or_(
        rows.c.conversation_id.in_(reach.kept_talks | reach.held_talks),
        rows.c.code.in_(reach.kept_codes | reach.held_codes),
    )
    there = len(connection.execute(select(rows.c.id).where(_heard(reach))).all())
    gone = connection.execute(delete(rows).where(_heard(reach), not_(needed))).rowcount
    return there, there - gone


def _erase_linked(connection: Connection, codes: set[str]) -> None:
    for linked in LINKED:
        rows = _table(linked.table)
        theirs = rows.c[linked.code].in_(codes)
        if linked.blank:
            connection.execute(update(rows).where(theirs).values({linked.code: None}))
        else:
            connection.execute(delete(rows).where(theirs))


def _leave_figures(connection: Connection, index: str) -> None:
    """What was counted stays and leads to nobody."""
    for name, column in FIGURES:
        if name in metadata.tables:
            rows = _table(name)
            connection.execute(update(rows).where(rows.c[column] == index).values({column: ""}))


def bury(
    connection: Connection, database: Database, contact: str, reference: str, now: datetime
) -> None:
    """Remember that this contact was deleted, so that a restored backup does not bring it back.

    `reference` is the code of the wish to be deleted. A withheld number is nobody's: nothing is
    remembered of it.
    """
    if not contact:
        return
    index = database.vault.index(storable(contact))
    row = {"contact_index": index, "reference": reference, "buried": now}
    upsert(connection, tombstones, [row])


def _same(name: str, row: Row[Any]) -> ColumnElement[bool]:
    values = row._mapping  # noqa: SLF001 - as above
    return and_(*(column == values[column.name] for column in _table(name).primary_key.columns))


def _category(own: Own, row: Row[Any]) -> Category:
    if own.by_text is not None and row.channel == "sms":
        return own.by_text
    return own.category


def _opened(database: Database, name: str, row: Row[Any]) -> Mapping[str, Any]:
    values = dict(row._mapping)  # noqa: SLF001 - as above
    return open_values(database.vault, name, values) if name in BY_NAME else values


def _table(name: str) -> Table:
    return metadata.tables[name]
