"""The whole way through the real service: she books in a browser, staff ring her by keys alone."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

from assistant.callbacks.roster import DEMO
from assistant.callbacks.store import CallbackStore
from assistant.database import open_database
from assistant.keys import own_secret
from assistant.staff.accounts import AccountStore
from assistant.staff.secrets_kept import OneTimeCodes
from tests.browser.chromium import launched
from tests.desk.server import APPEARANCES
from tests.live.service import Live, start, stop
from tests.live.telephone import Telephone, post, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from assistant.callbacks.row import Callback

pytestmark = pytest.mark.browser

ZONE = ZoneInfo("Asia/Shanghai")
HERS = "+8613800000611"
PASSWORD = "seven grey herons"
RINGS, LOOKS = DEMO[0].name, "李主任"
"Who rings, and who looks on."


@dataclass
class House:
    """The running service, its people and what is kept of her."""

    live: Live
    chromium: Browser
    secrets: dict[str, str]
    store: CallbackStore

    def page(self, path: str, *, scripts: bool = True) -> Page:
        """A browser of its own."""
        context = self.chromium.new_context(
            viewport={"width": 1366, "height": 768}, locale="zh-CN", java_script_enabled=scripts
        )
        page = context.new_page()
        page.goto(self.live.base + path)
        return page

    def sign_in(self, name: str) -> Page:
        """Somebody at the desk, by keys."""
        page = self.page("/desk/")
        page.focus("#name")
        page.keyboard.type(name)
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.focus("#code")
        page.keyboard.type(pyotp.TOTP(self.secrets[name]).now())
        page.keyboard.press("Enter")
        alive(page)
        return page

    def hers(self) -> Callback:
        """Her callback as it stands."""
        found = self.store.latest(HERS)
        assert found is not None
        return found

    def clock(self, moment: datetime) -> None:
        """Move the service's clock."""
        post(f"{self.live.base}/simulator/clock", {"set": moment.astimezone(ZONE).isoformat()})


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The service with two people at the desk, and a Chromium."""
    if shutil.which("chromium") is None and not os.environ.get("CI"):
        pytest.skip("there is no chromium here: apt-get install chromium")
    data = tmp_path_factory.mktemp("end-to-end")
    secrets = people(data)
    process, live = start(data)
    database = open_database(f"sqlite:///{data / 'neighbour-line.db'}")
    try:
        with sync_playwright() as playwright, launched(playwright) as chromium:
            yield House(live, chromium, secrets, CallbackStore(database))
    finally:
        database.close()
        stop(process)


def people(data: Path) -> dict[str, str]:
    """Two accounts, each with an authenticator that has been used once."""
    database = open_database(f"sqlite:///{data / 'neighbour-line.db'}")
    accounts = AccountStore(database, OneTimeCodes(own_secret(data / "keys", "codes.key")))
    earlier, secrets = datetime.now(ZONE) - timedelta(minutes=5), {}
    for name in (RINGS, LOOKS):
        account = accounts.add(name, "agent", earlier, PASSWORD)
        secrets[name], _ = accounts.begin_second_factor(account.key, "test")
        code = pyotp.TOTP(secrets[name]).at(earlier)
        assert accounts.confirm_second_factor(account.key, code, earlier)
    database.close()
    return secrets


def alive(page: Page) -> None:
    """Wait until the scripts of a page are at work."""
    expect(page.locator("#keys-open")).to_be_visible()


def texts(page: Page, words: str) -> None:
    """She writes a text and sends it."""
    before = page.locator("#messages .line").count()
    page.locator("#text").fill(words)
    page.locator("#text").press("Enter")
    expect(page.locator("#messages .line")).not_to_have_count(before, timeout=30_000)


def pressed(page: Page, key: str, done: str) -> None:
    """One key on a page that is alive, and what the page says then."""
    page.keyboard.press(key)
    expect(page.locator(".done")).to_contain_text(done)
    alive(page)


def test_she_books_and_staff_ring_and_she_is_texted(house: House) -> None:
    """Booked by text; taken, rung, talked and settled by keys; another time is texted to her."""
    handset = house.page("/simulator/")
    handset.locator("#number").fill(HERS)
    handset.locator("#number").press("Tab")
    texts(handset, "请给我回个电话，我想问养老补贴怎么办")
    texts(handset, "1")
    expect(handset.locator("#messages")).to_contain_text("暗号", timeout=30_000)
    row = house.hers()
    assert row.window is not None
    house.clock(row.window.start - timedelta(minutes=1))

    desk, other = house.sign_in(RINGS), house.sign_in(LOOKS)
    other.goto(f"{house.live.base}/desk/queue")
    alive(other)
    desk.keyboard.press("q")
    desk.wait_for_url("**/desk/queue")
    alive(desk)
    expect(desk.locator("main")).to_contain_text("138****0611")
    assert row.safe_word not in desk.content()
    pressed(desk, "c", "归您了")
    expect(other.locator("[data-redraw=list]")).to_contain_text(RINGS)
    expect(other.locator("[data-redraw=list]")).to_contain_text("也开着这一页")

    house.clock(row.window.start + timedelta(minutes=1))
    pressed(desk, "g", "接起来按 1")
    expect(desk.locator(".note .number")).to_contain_text(row.safe_word)
    staff = Telephone(house.live.base, DEMO[0].phone)
    staff.pick_up()
    staff.press("1")
    hers = Telephone(house.live.base, HERS)
    hers.pick_up()
    hers.wait_for("bridged")
    expect(desk.locator("[data-redraw=stand]")).to_contain_text("正在通话")
    hers.hang_up()
    staff.wait_for("completed")
    until(lambda: house.hers().state == "done", "the talk was not over")

    desk.reload()
    alive(desk)
    desk.keyboard.press("n")
    desk.keyboard.type("想改到下一次再细说")
    desk.keyboard.press("Tab")
    for key in ("End", "Tab", "Tab", "Tab", "Tab"):
        desk.keyboard.press(key)
    assert desk.evaluate("document.activeElement.value") == "another_time"
    pressed_enter(desk)
    expect(handset.locator("#messages")).to_contain_text("改到", timeout=40_000)
    moved = house.hers()
    assert moved.code != row.code
    expect(handset.locator("#messages")).to_contain_text(moved.safe_word)
    log = house.live.log.read_text("utf-8")
    assert HERS[3:] not in log
    assert "养老补贴" not in log
    assert "Traceback" not in log


def pressed_enter(page: Page) -> None:
    """Enter on a button."""
    page.keyboard.press("Enter")
    expect(page.locator(".done")).to_contain_text("十秒内可以撤销")


def test_pages_are_right_for_assistive_tools_and_narrow_screens(house: House) -> None:
    """No violation by axe in both languages, small and large; nothing is lost at 320 and 683 px."""
    page = at_the_desk(house)
    first = house.hers().code
    paths = [f"/desk/queue?show={view}" for view in ("all", "mine", "unreached")]
    paths += [f"/desk/queue/{first}", "/desk/help/queue"]
    axe, wrong = Axe(), list[tuple[object, ...]]()
    for language, large, width in (*APPEARANCES, ("zh", 1, 683)):
        page.set_viewport_size({"width": width, "height": 768})
        for name, value in (("language", language), ("large", large)):
            page.goto(f"{house.live.base}/desk/view/{name}/{value}?next=/desk/account")
        for path in paths:
            page.goto(house.live.base + path)
            found = axe.run(page)
            wrong += [(path, language, one["id"]) for one in found.response["violations"]]
            wide = page.evaluate("document.documentElement.scrollWidth")
            wrong += [(path, width, wide)] if wide > width else []
    for name, value in (("language", "zh"), ("large", 0)):
        page.goto(f"{house.live.base}/desk/view/{name}/{value}?next=/desk/account")
    page.set_viewport_size({"width": 1366, "height": 768})
    assert wrong == []


def test_a_slip_is_undone_by_one_key_and_a_note_is_kept_while_it_is_typed(house: House) -> None:
    """The last promise: taken, said, taken back; another browser finds what was typed."""
    page, code = at_the_desk(house), house.hers().code
    page.goto(f"{house.live.base}/desk/queue/{code}")
    alive(page)
    page.keyboard.press("n")
    page.keyboard.type("她下午在家")
    expect(page.locator("[data-saved]")).to_be_visible()
    page.evaluate("sessionStorage.clear()")
    page.reload()
    alive(page)
    expect(page.locator("#note")).to_have_value("她下午在家")
    page.evaluate("document.activeElement.blur()")
    pressed(page, "1", "十秒内可以撤销")
    pressed(page, "u", "已经撤销")
    expect(page.locator("#note")).to_have_value("她下午在家")
    assert house.hers().state not in {"done", "cancelled"}


def test_everything_goes_without_scripts(house: House) -> None:
    """Plain pages: taken and given back, with the context of somebody who is signed in."""
    signed = at_the_desk(house)
    context = house.chromium.new_context(java_script_enabled=False, locale="zh-CN")
    context.add_cookies(signed.context.cookies())  # type: ignore[arg-type]  # what one side gives the other takes
    page = context.new_page()
    code = house.hers().code
    page.goto(f"{house.live.base}/desk/queue/{code}")
    page.click("text=退回给大家")
    assert re.search("已经退回给大家", page.content())
    assert page.locator("meta[http-equiv=refresh]").count() == 1
    context.close()
    assert house.hers().owner is None


def at_the_desk(house: House) -> Page:
    """The browser of whoever rings, signed in by the first test."""
    for context in house.chromium.contexts:
        for page in context.pages:
            if "/desk/" in page.url and RINGS in page.content():
                return page
    return house.sign_in(RINGS)
