"""The first start as a browser shows it: for assistive tools, enlarged, by keys alone."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from assistant.database import open_database
from assistant.first_start import FirstStart
from tests.browser.chromium import launched
from tests.conftest import ROOT
from tests.desk.around import PASSWORD, Around
from tests.desk.server import served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("quick_passwords")]

WIDTHS = (320, 683, 1366)
"1280 px at 400 %, 1366 px at 200 %, and 1366 px."


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The operating system's Chromium, where there is one."""
    if shutil.which("chromium") is None and not os.environ.get("CI"):
        pytest.skip("there is no chromium here: apt-get install chromium")
    with sync_playwright() as playwright, launched(playwright) as started:
        yield started


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Around]:
    """A desk nobody has an account at, served."""
    around = Around(open_database(f"sqlite:///{tmp_path / 'desk.db'}"))
    settings = Path(shutil.copy(ROOT / "config.yaml", tmp_path / "config.yaml"))
    around.parts = replace(around.parts, first_start=FirstStart(around.house, settings))
    with served(around):
        yield around
    around.database.close()


def faults(page: Page) -> list[str]:
    """What axe finds, and widths at which the page scrolls sideways."""
    result = Axe().run(page)
    assert len(result.response["passes"]) > 10, "axe looked at nothing"
    found = [str(one["id"]) for one in result.response["violations"]]
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 768})
        actual = page.evaluate("document.documentElement.scrollWidth")
        found += [f"{actual} px at {width}"] if actual > width else []
    return found


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_every_step_is_clean_and_goes_by_keys(
    fresh: Around, chromium: Browser, locale: str
) -> None:
    """From the door to the first ring by typing, Tab and Enter; nothing for axe to find."""
    context = chromium.new_context(locale=locale)
    page = context.new_page()
    wrong: dict[str, list[str]] = {}

    def look(name: str) -> None:
        wrong[name] = faults(page)

    page.goto(f"{fresh.public_url}/desk/")
    page.focus("#timezone")
    page.keyboard.press("Control+a")
    page.keyboard.type("Mars/One")
    page.keyboard.press("Enter")
    page.wait_for_selector("#timezone-wrong")
    look("office")
    page.fill("#timezone", "Asia/Shanghai")
    page.keyboard.press("Enter")
    page.wait_for_selector("#kind-none")
    look("line")
    page.focus("#kind-none")
    page.keyboard.press("Enter")
    page.wait_for_selector("#again")
    look("account")
    for name, text in (("name", "陈站长"), ("password", PASSWORD), ("again", PASSWORD)):
        page.fill(f"#{name}", text)
    page.keyboard.press("Enter")
    secret = page.locator("dd code").first.text_content() or ""
    page.fill("#code", pyotp.TOTP(secret.replace(" ", "")).at(fresh.now))
    page.keyboard.press("Enter")
    page.wait_for_selector(".codes")
    for step in ("hearing", "directory", "ring"):
        page.goto(f"{fresh.public_url}/desk/setup/{step}")
        look(step)
    assert {name: found for name, found in wrong.items() if found} == {}
    context.close()
