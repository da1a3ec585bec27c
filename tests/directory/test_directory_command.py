"""`run.py directory` as the office uses it: template, preview, import, undo, export."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from assistant.benchmarks.directory import measure
from assistant.commands.directory import directory
from assistant.core.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path


def said(data: Path, *arguments: str) -> str:
    """What a command prints on a data folder."""
    done = CliRunner().invoke(directory, [*arguments, "--data", str(data)], catch_exceptions=False)
    return done.stdout


def services(data: Path, folder: Path) -> int:
    """How many services an export holds."""
    said(data, "export", str(folder), "--format", "json")
    found: int = json.loads((folder / "services.json").read_text("utf-8"))["total_items"]
    return found


def test_an_office_fills_in_the_template_and_takes_it_back(tmp_path: Path) -> None:
    """The preview changes nothing; the import adds a service; undo removes it again."""
    data, file = tmp_path / "data", tmp_path / "ours.xlsx"
    CliRunner().invoke(directory, ["template", str(file)], catch_exceptions=False)
    before = services(data, tmp_path / "one")
    assert "nothing was changed" in said(data, "import", str(file), "--preview")
    assert services(data, tmp_path / "two") == before
    assert "services: 1" in said(data, "import", str(file))
    assert services(data, tmp_path / "three") == before + 1
    assert "Taken back: ours.xlsx" in said(data, "undo")
    assert services(data, tmp_path / "four") == before
    with pytest.raises(DataError, match="no import to undo"):
        said(data, "undo")


def test_mistakes_are_named_and_nothing_is_imported(tmp_path: Path) -> None:
    """Each on a line of its own, then one sentence."""
    file = tmp_path / "ours.csv"
    file.write_text("名称,电话\n,1\n,2\n", encoding="utf-8")
    done = CliRunner().invoke(directory, ["import", str(file), "--data", str(tmp_path / "data")])
    assert str(done.exception) == "Nothing was imported: 2 mistakes must be mended first."
    assert "ours.csv, line 2, 名称 (cell A2): the service has no name" in done.stderr
    assert "ours.csv, line 3, 名称 (cell A3)" in done.stderr


def test_the_benchmark_measures_a_made_up_city() -> None:
    """A small one; the figures are there and make sense."""
    found = measure(300)
    assert (found["services"], found["rows"]) == (300, 300 * 9 + 15)
    assert found["import"]["rows_s"] > 0
    assert 0 < found["serve"]["search_p50_ms"] <= found["serve"]["search_p99_ms"]
    assert found["serve"]["search_top_1"] > 0.9
