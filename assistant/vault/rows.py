"""Whole rows, closed on their way into a table and opened on their way out.

A store hands over a row as it is meant, by the names of its columns, and writes what comes back;
which columns are sealed stands in `columns.py` alone.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from assistant.core.errors import TamperedError, UnknownKeyError
from assistant.vault.columns import BY_NAME

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Row

    from assistant.vault.sealing import Vault

log = logging.getLogger(__name__)

UNREADABLE = "?"
"Stands for what cannot be opened: one changed row must not hide the others from whoever works."


def close(
    vault: Vault, name: str, values: Mapping[str, Any], where: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The values as the table `name` keeps them, its blind index among them.

    `where` is the primary key where it is not among the values, as in an update. What is `None`
    or empty stays so. Raises `VaultError` without keys.
    """
    item = BY_NAME[name]
    closed = dict(values)
    if item.index is not None and item.of is not None and item.of in values:
        closed[item.index] = vault.index(values[item.of])
    place = item.place({**(where or {}), **closed})
    for column in item.columns:
        if values.get(column):
            closed[column] = vault.seal(name, column, place, values[column])
    return closed


def open_row(vault: Vault, name: str, row: Row[*tuple[Any, ...]]) -> dict[str, Any]:
    """The columns of a row of the table `name` as they were meant, without the blind index.

    What cannot be opened is logged and stands as `UNREADABLE`.
    """
    return open_values(vault, name, row._asdict())


def open_values(vault: Vault, name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The same of a mapping."""
    try:
        return open_strictly(vault, name, values)
    except (TamperedError, UnknownKeyError):
        pass
    return {column: _marked(vault, name, values, column) for column in _shown(name, values)}


def open_strictly(vault: Vault, name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """As `open_values`. Raises `TamperedError` or `UnknownKeyError` for what cannot be opened."""
    sealed = BY_NAME[name].columns
    return {
        column: _value(vault, name, values, column) if column in sealed else values[column]
        for column in _shown(name, values)
    }


def _shown(name: str, values: Mapping[str, Any]) -> list[str]:
    """The columns that are handed out; a blind index means nothing to anybody outside."""
    item = BY_NAME[name]
    return [column for column in values if column != item.index]


def _value(vault: Vault, name: str, values: Mapping[str, Any], column: str) -> Any:  # noqa: ANN401 - text, or None
    sealed = values[column]
    return vault.open_(name, column, BY_NAME[name].place(values), sealed) if sealed else sealed


def _marked(vault: Vault, name: str, values: Mapping[str, Any], column: str) -> Any:  # noqa: ANN401 - as above
    if column not in BY_NAME[name].columns:
        return values[column]
    try:
        return _value(vault, name, values, column)
    except (TamperedError, UnknownKeyError) as error:
        log.error("%s", error)  # noqa: TRY400 - the sentence names table and column; a trace adds nothing
        return UNREADABLE
