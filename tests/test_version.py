from __future__ import annotations

import re
import tomllib
from datetime import date

import assistant
from tests.conftest import ROOT

HEADING = re.compile(r"^## \[(?P<version>[^\]]+)\](?: - (?P<day>\S+))?$", re.MULTILINE)
KINDS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_the_package_the_project_and_the_changelog_name_one_version() -> None:
    """Whoever reports a fault names a version; it must be the same wherever it is read."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    released = [
        found for found in HEADING.finditer(_changelog()) if found["version"] != "Unreleased"
    ]
    assert project["version"] == assistant.__version__ == released[0]["version"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", assistant.__version__)


def test_a_release_in_the_changelog_has_its_day_and_known_chapters() -> None:
    """As Keep a Changelog has them."""
    for found in HEADING.finditer(_changelog()):
        if found["version"] != "Unreleased":
            date.fromisoformat(found["day"])
    chapters = re.findall(r"^### (.+)$", _changelog(), re.MULTILINE)
    assert chapters
    assert set(chapters) <= KINDS


def _changelog() -> str:
    return (ROOT / "CHANGELOG.md").read_text("utf-8")
