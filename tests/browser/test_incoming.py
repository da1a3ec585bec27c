from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.fake_line import FakeLine

pytestmark = pytest.mark.browser

MINE = "+8613800000001"


def rung(line: FakeLine) -> str:
    """The line rings this page's number; the call's id."""
    answer = line.rest("Calls.json", To=MINE, From="+861012345678", Url=f"{line.url}/twilio/menu")
    assert answer.status_code == 201
    return str(answer.json()["sid"])


def status(line: FakeLine, sid: str) -> str:
    """How the carrier's list has that call."""
    base = f"{line.url}/simulator/telephone"
    return str(line.get(base, number=MINE, sid=sid).json()["call"]["status"])


def test_a_call_of_the_line_is_answered_and_heard(page: Page, fake_line: FakeLine) -> None:
    """It rings, the green key takes it, sentences come one by one, a key is sent."""
    rung(fake_line)
    expect(page.locator("#state")).to_contain_text("来电话了", timeout=8000)
    expect(page.locator("#call")).to_have_class("rings")
    page.locator("#call").click()
    expect(page.locator("#speech")).to_contain_text("请按数字键。", timeout=8000)
    page.locator('[data-digit="5"]').click()
    expect(page.locator("#speech")).to_contain_text("您按了5。", timeout=8000)
    expect(page.locator("#state")).to_contain_text("对方已挂断", timeout=8000)
    expect(page.locator("#call")).to_have_attribute("aria-disabled", "false")


def test_a_call_of_the_line_can_be_declined(page: Page, fake_line: FakeLine) -> None:
    """The red key sends it away, and the line is told that she is busy."""
    sid = rung(fake_line)
    expect(page.locator("#state")).to_contain_text("来电话了", timeout=8000)
    page.locator("#hang-up").click()
    expect(page.locator("#state")).to_contain_text("您已挂断")
    assert status(fake_line, sid) == "busy"
