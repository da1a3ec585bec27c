"""A service's sheet as a form: names of its fields, and what was changed in them. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assistant.directory.editing import Sheet, SheetRow

TRANSLATED: Final = frozenset(
    {
        *("services.name", "services.alternate_name", "services.description", "services.alert"),
        *("services.fees_description", "services.eligibility_description"),
        *("services.application_process", "schedules.description", "locations.name"),
        *("locations.description", "locations.transportation", "addresses.address_1"),
        *("addresses.address_2", "required_documents.document", "phones.description"),
    }
)
"Columns that are said in words, so that every language needs its own."
LONG: Final = frozenset(
    {
        *("services.description", "services.fees_description", "services.application_process"),
        *("services.eligibility_description", "services.alert", "locations.description"),
        *("locations.transportation", "services.alternate_name"),
    }
)
"Columns with room for some lines."


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody changed in a sheet."""

    cells: dict[tuple[str, str, str], str] = field(default_factory=dict)
    "By table, row and column."
    texts: dict[tuple[str, str, str, str], str] = field(default_factory=dict)
    "By table, row, column and language."
    gone: dict[str, list[str]] = field(default_factory=dict)
    "Rows to remove, by table."


def cell_name(table: str, row: str, column: str, language: str = "") -> str:
    """The name of a field; the language is empty for the community's own."""
    return f"cell|{table}|{column}|{language}|{row}"


def gone_name(table: str, row: str) -> str:
    """The name of the box that removes a row."""
    return f"gone|{table}|{row}"


def changed(sheet: Sheet, form: Mapping[str, str]) -> Typed:
    """Only what differs from the sheet: what nobody touched is not written."""
    typed = Typed()
    known = {
        (row.table, row.id, column, language): text
        for row in sheet.rows
        for column, language, text in _cells(row)
    }
    for table, column, language, row in _fields(form):
        text = form[cell_name(table, row, column, language)].replace("\r\n", "\n").strip()
        if text == known.get((table, row, column, language), "").strip():
            continue
        if language:
            typed.texts[table, row, column, language] = text
        else:
            typed.cells[table, row, column] = text
    for one in sheet.rows:
        if gone_name(one.table, one.id) in form:
            typed.gone.setdefault(one.table, []).append(one.id)
    return typed


def too_long(form: Mapping[str, str], most: int) -> bool:
    """Whether any field holds more than is ever read out."""
    return any(len(text) > most for text in form.values())


def _fields(form: Mapping[str, str]) -> Iterator[tuple[str, str, str, str]]:
    """Table, column, language and row of every field of a sheet."""
    for name in form:
        kind, *parts = name.split("|", 4)
        if kind == "cell" and len(parts) == 4:  # noqa: PLR2004 - as `cell_name` writes them
            table, column, language, row = parts
            yield table, column, language, row


def _cells(row: SheetRow) -> Iterator[tuple[str, str, str]]:
    yield from ((column, "", text) for column, text in row.cells)
    yield from row.texts
