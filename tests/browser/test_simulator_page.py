from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import wait_until
from tests.browser.fake_line import SECRET

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.fake_line import FakeLine

pytestmark = pytest.mark.browser

TARGETS = "button, input:not([type=radio]):not([type=checkbox]), textarea"


@pytest.mark.parametrize("size", [(1280, 900), (640, 450), (320, 640)], ids=str)
def test_page_fits_its_window(page: Page, size: tuple[int, int]) -> None:
    """No sideways scrolling, large keys and large text, at 200 % zoom and at 320 px too."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    assert page.evaluate("() => document.documentElement.scrollWidth") <= size[0]
    smallest = "els => Math.min(...els.map(e => {const b = e.getBoundingClientRect(); return "
    smallest += "Math.min(b.width, b.height)}))"
    assert page.eval_on_selector_all("#keypad button, .hooks button", smallest) >= 64
    assert page.eval_on_selector_all(TARGETS, smallest) >= 44
    text = "els => Math.min(...els.map(e => parseFloat(getComputedStyle(e).fontSize)))"
    assert page.eval_on_selector_all("body *", text) >= 20


def test_every_text_has_contrast(page: Page, fake_line: FakeLine) -> None:
    """At least 4.5:1 between each text and the ground it stands on, resting and in a call."""
    assert contrasts(page) >= 4.5
    page.locator("#call").click()
    wait_until(lambda: fake_line.events("media"))
    page.locator("#text").fill("你好")
    page.locator("#text").press("Enter")
    expect(page.locator("#messages .line")).to_have_count(2)
    assert contrasts(page) >= 4.5


def contrasts(page: Page) -> float:
    """The lowest contrast (WCAG 2.2) of any text on the page, after every transition."""
    page.mouse.move(0, 0)
    script = """() => {
        const parse = (c) => c.match(/[\\d.]+/g).map(Number);
        const light = (c) => parse(c).slice(0, 3).map((v) => v / 255)
            .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
            .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
        const ground = (e) => {
            for (; e; e = e.parentElement) {
                const c = getComputedStyle(e).backgroundColor;
                if ((parse(c)[3] ?? 1) === 1) return c;
            }
            return "rgb(255, 255, 255)";
        };
        const ratios = [...document.querySelectorAll("body *")]
            .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
            .map((e) => [light(getComputedStyle(e).color), light(ground(e))])
            .map(([a, b]) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
        return Math.min(...ratios);
    }"""
    return float(page.evaluate(script))


def test_every_control_has_a_name_and_a_focus_ring(page: Page) -> None:
    """By Tab alone every control is reached, has a name, and shows that it has the focus."""
    controls = page.locator("button, input, textarea").count()
    reached = set()
    for _ in range(controls + 5):
        page.keyboard.press("Tab")
        focused = json.loads(
            page.evaluate(
                "() => {const e = document.activeElement, s = getComputedStyle(e); return "
                "JSON.stringify({tag: e.tagName, name: e.textContent.trim() || e.labels?.[0]"
                "?.textContent || e.getAttribute('aria-labelledby'), "
                "key: e.id || e.dataset.digit || e.closest('form')?.id, width: s.outlineWidth})}"
            )
        )
        if focused["tag"] != "BODY":
            reached.add(focused["key"])
            assert focused["name"], focused
            assert focused["width"] == "4px", focused
    assert {"call", "hang-up", "words", "text", "number", "hour", "morning", "#"} <= reached


def test_secret_is_not_in_the_page(page: Page) -> None:
    """The browser signs nothing itself and never sees the secret."""
    assert SECRET not in page.content()
