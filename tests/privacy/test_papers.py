"""The papers say nothing that is not there: tests and files they name exist."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT

PAPERS = [ROOT / "docs" / f"{name}.md" for name in ("threats", "asvs", "privacy")]
PLACES = ("assistant", "tests", "docs", "voices", "intents")


def all_tests() -> set[str]:
    """Names of all test functions."""
    return {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"def (test_\w+)", path.read_text("utf-8"))
    }


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.stem)
def test_every_test_named_is_there(paper: object) -> None:
    """Renaming a test without its paper fails here."""
    page = (ROOT / str(paper)).read_text("utf-8")
    named = set(re.findall(r"`(test_\w+)`", page))
    assert named - all_tests() == set()


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.stem)
def test_every_file_named_is_there(paper: object) -> None:
    """And so does moving a file."""
    page = (ROOT / str(paper)).read_text("utf-8")
    named = {name for name in re.findall(r"`([\w./-]+)`", page) if name.startswith(PLACES)}
    assert [name for name in named if "/" in name and not (ROOT / name).exists()] == []


def test_every_threat_has_its_proof_or_says_open() -> None:
    """All of STRIDE is there, and each line ends in a test or an honest word."""
    page = (ROOT / "docs" / "threats.md").read_text("utf-8")
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| ")]
    threats = [row for row in rows if row[0] in set("STRIDE")]
    assert {row[0] for row in threats} == set("STRIDE")
    assert [row for row in threats if "`test_" not in row[-1] and "**open**" not in row[-1]] == []
