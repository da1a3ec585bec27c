from __future__ import annotations

import csv
import io
import os
import re
import shutil
import threading
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from assistant.core.values import Localised
from assistant.database import open_database
from assistant.public import PublicParts, public_blueprint
from assistant.public.month import CELLS, TABLES
from assistant.public.store import PublicStore
from tests.browser.chromium import launched

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


class Counting:
    """Counts of a month, which a test may change; knows how often it was asked."""

    def __init__(self) -> None:
        self.cells = {name: 7 * number for number, name in enumerate(CELLS)}
        self.cells |= dict(zip(TABLES["promises"], (112, 13, 21), strict=True))
        self.asked: list[date] = []

    def __call__(self, first: date) -> dict[str, int]:
        """The cells of a month."""
        self.asked.append(first)
        return self.cells


@pytest.fixture
def counting() -> Counting:
    """Made-up counts."""
    return Counting()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[PublicStore]:
    """Over an empty database."""
    database = open_database(f"sqlite:///{tmp_path / 'line.db'}")
    yield PublicStore(database)
    database.close()


def app_of(store: PublicStore, counting: Counting, first: date | None) -> Flask:
    """The page of a line that began on that day."""
    parts = PublicParts(
        site=Localised((("zh", "桂花社区"), ("en", "Osmanthus Community"))),
        languages=("zh", "en"),
        now=lambda: NOW,
        store=store,
        count=counting,
        first=lambda: first,
    )
    app = Flask("public of a test", static_folder=None)
    app.register_blueprint(public_blueprint(parts))
    return app


@pytest.fixture
def app(store: PublicStore, counting: Counting) -> Flask:
    """The page of a line that began in August."""
    return app_of(store, counting, date(2026, 8, 20))


def test_the_page_shows_rounded_counts_only(app: Flask) -> None:
    """No number on it is a count under ten, or one that is no whole ten."""
    page = app.test_client().get("/public/").text
    cells = re.findall(r"<td>([^<]+)</td>", page)
    assert cells
    assert all(re.fullmatch(r"不满10|约\d*0", cell) for cell in cells)
    assert "约110" in cells
    assert "75%" in page or "80%" in page


def test_a_month_is_never_published_twice(app: Flask, counting: Counting) -> None:
    """What changes later in the tables changes nothing that was published."""
    client = app.test_client()
    before = client.get("/public/").text
    counting.cells = dict.fromkeys(CELLS, 500)
    assert client.get("/public/").text == before
    assert sorted(set(counting.asked)) == sorted(counting.asked)


def test_months_before_the_line_began_are_none(store: PublicStore, counting: Counting) -> None:
    """August began the line: August to October are told, July is not."""
    app_of(store, counting, date(2026, 8, 20)).test_client().get("/public/figures.csv")
    assert sorted(counting.asked) == [date(2026, month, 1) for month in (8, 9, 10)]
    empty = app_of(store, counting, None).test_client().get("/public/?lang=en").text
    assert "There is no month to show yet" in empty


def test_the_table_has_what_the_page_has(app: Flask) -> None:
    """CSV in UTF-8 with its mark, one row a cell, small ones as <10."""
    answer = app.test_client().get("/public/figures.csv")
    table = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert table[0] == ["figure", "2026-10", "2026-09", "2026-08"]
    assert [row[0] for row in table[1:]] == list(CELLS)
    assert {row[0]: row[1] for row in table}["promises.kept"] == "110"
    assert table[1][1] == "<10"


def test_what_was_changed_is_told_in_both_languages(store: PublicStore, app: Flask) -> None:
    """You said, we did; taken back it is gone."""
    store.tell(
        {"zh": "楼道灯太暗", "en": "The stairs are dark"},
        {"zh": "全换了新灯", "en": "We put in new lamps"},
        "王芳",
        NOW,
    )
    client = app.test_client()
    assert "全换了新灯" in client.get("/public/?lang=zh").text
    english = client.get("/public/?lang=en").text
    assert "We put in new lamps" in english
    assert "王芳" not in english
    assert store.adopted(NOW.date() - timedelta(days=1), NOW.date()) == 1
    assert store.take_back(store.changes()[0].id)
    assert not store.take_back("nothing")
    assert store.changes() == ()


def test_nothing_on_the_page_runs(app: Flask) -> None:
    """No script, no inline style, nothing from elsewhere; an odd language is the site's own."""
    answer = app.test_client().get("/public/?lang=<script>")
    assert 'lang="zh-CN"' in answer.text
    assert "<script" not in answer.text
    assert "style=" not in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.browser
@pytest.mark.parametrize("language", ["zh", "en"])
def test_assistive_tools_can_read_it_and_it_prints_on_one_sheet(
    app: Flask, language: str, tmp_path: Path
) -> None:
    """Axe finds nothing, on a wide and a narrow screen; one sheet of A4."""
    if shutil.which("chromium") is None and not os.environ.get("CI"):
        pytest.skip("there is no chromium here: apt-get install chromium")
    server = make_server("127.0.0.1", 0, app)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        with sync_playwright() as playwright, launched(playwright) as chromium:
            page = chromium.new_page()
            for width in (1366, 390):
                page.set_viewport_size({"width": width, "height": 800})
                page.goto(f"http://127.0.0.1:{server.port}/public/?lang={language}")
                found = Axe().run(page)
                assert found.violations_count == 0, found.generate_report()
                wider = "document.documentElement.scrollWidth > window.innerWidth"
                assert not page.evaluate(wider)
            sheet = tmp_path / "page.pdf"
            page.pdf(path=str(sheet), prefer_css_page_size=True)
            assert len(re.findall(rb"/Type\s*/Page\b", sheet.read_bytes())) == 1
    finally:
        server.shutdown()
        thread.join(5)
