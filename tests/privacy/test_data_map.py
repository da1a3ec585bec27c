"""docs/data-map.md names every table and column there is, and says of each what the law asks."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

import pytest

import assistant
from assistant.database import metadata
from assistant.vault.columns import SEALED
from tests.conftest import ROOT

NOT_ROOMS = ("assistant.migrations", "assistant.benchmarks", "assistant.commands", "assistant.cli")
COLUMNS = 7


def declared() -> dict[str, set[str]]:
    """Columns by table, of every room."""
    for module in pkgutil.walk_packages(assistant.__path__, "assistant."):
        if not module.name.startswith(NOT_ROOMS):
            importlib.import_module(module.name)
    return {name: set(table.columns.keys()) for name, table in metadata.tables.items()}


@pytest.fixture(scope="module")
def rows() -> list[list[str]]:
    """The cells of every row of the page."""
    page = Path(ROOT / "docs" / "data-map.md").read_text("utf-8")
    lines = [line for line in page.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if row[0] not in {"table", "---"}]


def test_every_column_is_named_once(rows: list[list[str]]) -> None:
    """A new column without an entry fails, and so does an entry whose column is gone."""
    named: dict[str, list[str]] = {}
    for row in rows:
        named.setdefault(row[0], []).extend(name.strip() for name in row[1].split(","))
    assert {table: sorted(names) for table, names in named.items()} == {
        table: sorted(names) for table, names in declared().items()
    }


def test_every_entry_says_everything(rows: list[list[str]]) -> None:
    """What, why, how long, who sees it, how it is guarded."""
    assert [row for row in rows if len(row) != COLUMNS or not all(row)] == []


def test_what_is_called_sealed_is_sealed(rows: list[list[str]]) -> None:
    """No more and no fewer columns than the vault is told to seal."""
    said = {
        (row[0], name.strip()) for row in rows if row[6] == "sealed" for name in row[1].split(",")
    }
    assert said == {(item.name, name) for item in SEALED for name in item.columns}
