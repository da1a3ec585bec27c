from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from mkdocs.utils.yaml import get_yaml_loader, yaml_load

from assistant.desk.shell import NAVIGATION
from assistant.desk.words import Words
from tests.conftest import ROOT

DOCS = ROOT / "docs"
PAGES = {page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md")}
KEYS_OF_LISTS = {"j", "k", "1", "2", "3", "4", "5"}
"Keys of the desk that no element of a page carries."


def settings() -> dict[str, Any]:
    """The site's own settings."""
    return yaml_load((ROOT / "mkdocs.yml").read_text("utf-8"), loader=get_yaml_loader())


def listed(part: object) -> list[str]:
    """The pages below a part of the navigation, in order."""
    if isinstance(part, str):
        return [part]
    below = part.values() if isinstance(part, dict) else part
    return [page for one in below for page in listed(one)]  # type: ignore[attr-defined]  # a list


class Asked(HTMLParser):
    """What a page fetches by itself: scripts, styles, pictures, fonts, frames."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.language = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Anchors are left out: they are followed by people only."""
        given = dict(attrs)
        self.language = given.get("lang") or "" if tag == "html" else self.language
        if tag != "a":
            self.found |= {value for name in ("src", "href") if (value := given.get(name))}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site; a link that leads nowhere, in a page or to a heading, fails the build."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def test_every_page_can_be_reached_once() -> None:
    """From the navigation, which names nothing that is not there."""
    pages = listed(settings()["nav"])
    assert len(pages) == len(set(pages))
    assert set(pages) - PAGES == set()
    assert PAGES - set(pages) == set()


def test_the_site_is_built_with_every_link_checked(site: Path) -> None:
    """A page each, and a picture of each screen."""
    built = {page.relative_to(site).with_suffix(".md").as_posix() for page in site.rglob("*.html")}
    assert built >= PAGES
    assert (site / "screens" / "queue-zh.png").exists()
    assert not list(site.rglob("*.py"))


def test_no_page_asks_another_host_for_anything(site: Path) -> None:
    """Neither scripts nor styles nor fonts; an office without the internet sees all of it."""
    for page in site.rglob("*.html"):
        asked = Asked()
        asked.feed(page.read_text("utf-8"))
        away = {one for one in asked.found if re.match(r"(?:https?:)?//", one)}
        assert away == set(), page.name
    for style in site.rglob("*.css"):
        told = style.read_text("utf-8")
        assert not re.findall(r"(?:url\(|@import)\s*['\"]?(?:https?:)?//", told), style.name


@pytest.mark.parametrize(
    ("page", "language"), [("index", "en"), ("zh/index", "zh-CN"), ("zh/staff", "zh-CN")]
)
def test_a_page_says_which_language_it_is_in(site: Path, page: str, language: str) -> None:
    """A screen reader takes its voice from that."""
    asked = Asked()
    asked.feed((site / f"{page}.html").read_text("utf-8"))
    assert asked.language == language


def test_lines_of_chinese_are_joined_without_a_space(site: Path) -> None:
    """Where a line of the source ends in mid-sentence; lists and tables stay apart."""
    told = (site / "zh" / "staff.html").read_text("utf-8")
    assert "就用一个恢复码。一刻钟没有操作" in told
    assert "<li><strong>回电</strong>" in told
    assert told.count("<table>") == 3


@pytest.mark.parametrize("page", ["staff.md", "zh/staff.md"])
def test_the_keys_in_the_staff_guide_are_those_of_the_desk(page: str) -> None:
    """Every key the guide promises is there."""
    rows = re.findall(r"^\| ((?:`.` ?)+)\|", (DOCS / page).read_text("utf-8"), re.MULTILINE)
    told = {key.lower() for row in rows for key in re.findall(r"`(.)`", row)}
    templates = (ROOT / "assistant/desk/templates").rglob("*.html")
    held = {
        key for file in templates for key in re.findall(r'data-key="(.)"', file.read_text("utf-8"))
    }
    known = held | {key for _, _, _, key in NAVIGATION} | KEYS_OF_LISTS
    assert len(told) > 20
    assert told <= known


def test_both_staff_guides_tell_of_the_same_keys_in_the_same_order() -> None:
    """Colleagues with different guides press the same."""
    rows = [
        re.findall(r"^\| ((?:`.` ?)+)\|", (DOCS / page).read_text("utf-8"), re.MULTILINE)
        for page in ("staff.md", "zh/staff.md")
    ]
    assert rows[0] == rows[1]


QUOTED = {"en": r"(?<!\*)\*([^*]+)\*(?!\*)|“([^”]+)”", "zh": r"“([^”]+)”"}
"How each guide sets what stands on the desk."
NOT_OF_THE_DESK = {
    "Building 6 to 9, no water today from nine to five.",
    "六号楼到九号楼今天九点到五点停水。",
}
"What a guide quotes of what staff write themselves."


@pytest.mark.parametrize(("page", "language"), [("staff.md", "en"), ("zh/staff.md", "zh")])
def test_what_the_staff_guide_quotes_stands_on_the_desk(page: str, language: str) -> None:
    """A button or a sentence is found on the desk as the guide has it, letter by letter."""
    text = (DOCS / page).read_text("utf-8")
    lines = re.sub(r"\n *", "" if language == "zh" else " ", text)
    told = {"".join(found.groups("")) for found in re.finditer(QUOTED[language], lines)}
    shown = tuple(Words()._sentences[language].values())
    assert len(told) > 15
    assert {
        one for one in told - NOT_OF_THE_DESK if not any(_begins(one, s) for s in shown)
    } == set()


def _begins(quoted: str, sentence: str) -> bool:
    """Whether it is all of what stands there, or its first words."""
    return re.match(re.escape(quoted) + r"(?!\w)", sentence) is not None


def test_every_picture_of_the_pages_is_light_and_used() -> None:
    """At most 150 kB each, so that a page opens over a village's line; none that nobody sees."""
    pictures = [one for kind in ("png", "svg") for one in DOCS.rglob(f"*.{kind}")]
    texts = [page.read_text("utf-8") for page in [*DOCS.rglob("*.md"), *ROOT.glob("*.md")]]
    assert pictures
    assert [one.name for one in pictures if one.stat().st_size > 150_000] == []
    assert [one.name for one in pictures if not any(one.name in text for text in texts)] == []
