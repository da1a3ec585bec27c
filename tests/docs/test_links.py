from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from assistant.cli import PLACES, cli
from assistant.commands.reference import document
from tests.conftest import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
ROOMS = "|".join(sorted(init.parent.name for init in (ROOT / "assistant").glob("*/__init__.py")))
FILE = re.compile(
    r"`([\w.-]+\.py|[\w.-]+/[\w./-]+\.[a-z]+"  # a module; any file in a folder
    rf"|(?:{ROOMS})/[a-z_/]+)(?:::\w+)?`"  # a module as people say it, without its ending
)
PLACES_OF_FILES = tuple(ROOT / name for name in ("", "assistant", "assistant/desk/templates"))
"What the pages name files from: the project, its package, and templates as the desk calls them."
COMMAND = re.compile(
    r"`(?:python3 )?run\.py ((?:[a-z][a-z0-9-]*(?:\\?\|[a-z-]+)*)(?: [a-z|\\-]+)*)"
)


def anchors(page: Path) -> set[str]:
    """What the headings of a page are called in links."""
    found = set()
    for heading in HEADING.findall(page.read_text("utf-8")):
        plain = re.sub(r"[^\w\- ]", "", heading.strip().lower())
        found.add(plain.replace(" ", "-"))
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    """Files that exist, headings that exist in them; addresses of others are not followed."""
    wrong = []
    for target in LINK.findall(page.read_text("utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        there = (page.parent / name).resolve() if name else page
        good = there.exists() and (not anchor or anchor in anchors(there))
        if not good:
            wrong.append(target)
    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_file_that_a_page_names_is_there(page: Path) -> None:
    """A module that was moved is moved in the pages, too; `xx` stands for any language.

    What lies below `keys/` is made by a house in its data folder.
    """
    named = set(FILE.findall(page.read_text("utf-8")))
    wrong = [
        name
        for name in sorted(named)
        if not name.startswith("keys/")
        and not any(_is_there(place / name.replace("xx/", "en/")) for place in PLACES_OF_FILES)
    ]
    assert wrong == []


def _is_there(path: Path) -> bool:
    return path.exists() or path.with_name(f"{path.name}.py").exists()


def test_the_commands_are_described_as_they_are() -> None:
    """`python3 run.py reference > docs/commands.md` makes the page again."""
    assert (ROOT / "docs/commands.md").read_text("utf-8") == document(cli)


@pytest.mark.parametrize("name", sorted(PLACES))
def test_every_command_says_what_it_does(name: str) -> None:
    """In its own help, which the page of commands repeats."""
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert (command.name, bool(command.help)) == (name, True)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_commands_in_the_pages_exist(page: Path) -> None:
    """A command that was renamed is renamed in every page."""
    first = {found.split()[0].split("|")[0] for found in COMMAND.findall(page.read_text("utf-8"))}
    known = {*PLACES, "test"}
    assert {name for name in first if name not in known} == set()
