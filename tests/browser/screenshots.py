"""Makes the picture of the simulator in the README, from a running service.

`python -m tests.browser.screenshots [--url http://127.0.0.1:8000] [--out docs/images]`: texts a
question, rings the line, and takes the picture while it speaks.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import Error, expect, sync_playwright

from tests.browser.chromium import launched, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SIZE = (1280, 900)
TEXTS = ("社区食堂几点开饭？", "Where is the library?")
KEY = "1"


def main(arguments: list[str]) -> int:
    """Write `simulator.png`; 1 and a sentence when there is no service to show."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.screenshots")
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="the running service")
    parser.add_argument("--out", type=Path, default=Path("docs/images"), help="folder to write to")
    chosen = parser.parse_args(arguments)
    chosen.out.mkdir(parents=True, exist_ok=True)
    try:
        with sync_playwright() as playwright, launched(playwright) as browser:
            take(browser, chosen.url, chosen.out / "simulator.png")
    except (Error, AssertionError) as error:
        sys.stderr.write(f"{chosen.url}: no picture could be taken; is it running? {error}\n")
        return 1
    return 0


def take(browser: Browser, url: str, path: Path) -> None:
    """The simulator after a text was answered and a key was pressed in a call."""
    page = browser.new_page(viewport={"width": SIZE[0], "height": SIZE[1]})
    page.goto(f"{url}/simulator/")
    for answered, text in enumerate(TEXTS, 1):
        page.locator("#text").fill(text)
        page.locator("#text").press("Enter")
        replied = page.locator("#messages .me").nth(answered - 1).locator("~ .line")
        expect(replied.first).to_be_visible(timeout=30_000)
    page.locator("#call").click()
    wait_until(lambda: page.evaluate("() => window.simulatorStats.heardRms") > 0.02, seconds=60)
    page.locator("#words").fill("我想找医生")
    page.locator("#words").press("Enter")
    expect(page.locator("#diary .said")).to_be_visible(timeout=30_000)
    page.locator(f"[data-digit='{KEY}']").click()
    wait_until(lambda: is_speaking(page), seconds=60)
    page.mouse.move(0, 0)
    page.screenshot(path=path, full_page=True)
    page.locator("#hang-up").click()


def is_speaking(page: Page) -> bool:
    """Whether the line can be seen to speak."""
    return bool(page.evaluate("() => document.getElementById('heard-level').value > 0.2"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
