from __future__ import annotations

import os
import re
import shutil
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

from tests.browser.chromium import launched
from tests.desk.around import NAMES, PASSWORD, Around, open_around
from tests.desk.server import APPEARANCES, served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

    from assistant.staff.roles import Role

pytestmark = pytest.mark.browser

PAGES = (
    *("/desk/emergencies", "/desk/emergencies/GH000001", "/desk/requests"),
    *("/desk/requests/GH000001", "/desk/exports", "/desk/people", "/desk/tokens"),
    *("/desk/account", "/desk/help/emergencies", "/desk/nowhere", "/desk/queue"),
)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The operating system's Chromium, where there is one."""
    if shutil.which("chromium") is None and not os.environ.get("CI"):
        pytest.skip("there is no chromium here: apt-get install chromium")
    with sync_playwright() as playwright, launched(playwright) as started:
        yield started


@pytest.fixture
def desk(tmp_path: Path, prepared: tuple[Path, dict[str, str]]) -> Iterator[Around]:
    """A running desk; nobody has to wait for anything to be looked at."""
    around = open_around(tmp_path, prepared)
    with served(around):
        yield around
    around.database.close()


@pytest.fixture
def seat(chromium: Browser, desk: Around) -> Iterator[Callable[..., Page]]:
    """Opens a browser of its own and signs a person in; fails when a page reported an error."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def sit(name: str = NAMES["admin"], width: int = 1366, height: int = 768) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if _is_fault(said) else None)
        sign_in(page, desk, name)
        return page

    yield sit
    for context in contexts:
        context.close()
    assert complaints == []


def _is_fault(said: ConsoleMessage) -> bool:
    """An error of the page itself or of its security policy; not a request that was refused."""
    return said.type == "error" and not said.text.startswith("Failed to load resource")


def sign_in(page: Page, desk: Around, name: str) -> None:
    """Type name, password and code."""
    page.goto(f"{desk.public_url}/desk/")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    if name in desk.secrets:
        page.fill("#code", desk.code(name))
        desk.wait(seconds=30)
        page.keyboard.press("Enter")
    alive(page)


def alive(page: Page) -> None:
    """Wait until the scripts of a page are at work."""
    expect(page.locator("#keys-open")).to_be_visible()


def test_an_alarm_is_on_every_open_desk_at_once(desk: Around, seat: Callable[..., Page]) -> None:
    """Words, colour and sound within seconds, without a reload; taking it quietens all."""
    first, second = seat(NAMES["agent"]), seat(NAMES["supervisor"])
    second.goto(f"{desk.public_url}/desk/requests")
    expect(first.locator("#line")).to_contain_text("已连接")
    expect(second.locator("#line")).to_contain_text("已连接")
    desk.alarm()
    for page in (first, second):
        banner = page.locator(".alarm-banner")
        expect(banner).to_contain_text("摔倒")
        expect(page).to_have_title(re.compile("^⚠ 1 "))
        expect(page.locator("html")).to_have_attribute("data-ringing", "yes")
        assert banner.evaluate("e => getComputedStyle(e).color") == "rgb(255, 255, 255)"
    expect(first.locator("blockquote")).to_contain_text("起不来")
    first.get_by_role("button", name="我来处理").click()
    expect(second.locator(".alarm-banner")).to_contain_text("王芳 正在处理")
    expect(second.locator("html")).to_have_attribute("data-ringing", "no")


@pytest.mark.parametrize(("language", "large", "width"), APPEARANCES)
@pytest.mark.parametrize("role", ["admin", "auditor"])
def test_nothing_is_wrong_for_assistive_tools(
    desk: Around, seat: Callable[..., Page], role: Role, language: str, large: int, width: int
) -> None:
    """No violation by axe on any page, in both languages, normal and large, wide and narrow."""
    desk.alarm()
    desk.request()
    desk.turns()
    desk.people.approvals.ask("requests.export", "mistake", "李主任", desk.now)
    desk.people.tokens.make("区平台", "reader", "陈站长", desk.now)
    page = seat(NAMES[role])
    page.set_viewport_size({"width": width, "height": 768})
    for name, value in (("language", language), ("large", large)):
        page.goto(f"{desk.public_url}/desk/view/{name}/{value}?next=/desk/account")
    axe, found = Axe(), []
    for path in PAGES if role == "admin" else ("/desk/audit", "/desk/account"):
        page.goto(desk.public_url + path)
        result = axe.run(page)
        assert len(result.response["passes"]) > 15, "axe looked at nothing"
        if result.violations_count:
            found.append((path, [one["id"] for one in result.response["violations"]]))
    assert found == []


def test_the_way_in_is_right_too(desk: Around, chromium: Browser) -> None:
    """Sign-in, code, second factor, recovery codes and first password, in both languages."""
    desk.people.accounts.add("新来的", "agent", desk.now, PASSWORD)
    link = desk.people.accounts.make_link("王芳", desk.now)
    axe = Axe()
    for locale in ("zh-CN", "en-GB"):
        context = chromium.new_context(viewport={"width": 320, "height": 640}, locale=locale)
        page = context.new_page()
        counts: list[int] = []

        def look(page: Page = page, counts: list[int] = counts) -> None:
            counts.append(axe.run(page).violations_count)
            counts.append(page.evaluate("document.documentElement.scrollWidth > 320 ? 1 : 0"))

        page.goto(f"{desk.public_url}/desk/welcome/{link}")
        look()
        page.goto(f"{desk.public_url}/desk/")
        look()
        page.fill("#name", "新来的")
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_selector(".qr svg")
        look()
        assert set(counts) == {0}
        context.close()


def test_narrow_and_enlarged_pages_scroll_one_way(desk: Around, seat: Callable[..., Page]) -> None:
    """At 320 px, which is also 1280 px at 400 %, and at 683 px, 1366 px at 200 %."""
    desk.alarm(words="一句很长的话" * 60)
    desk.request("没有空格的长词" + "x" * 300)
    page = seat(NAMES["admin"])
    page.goto(f"{desk.public_url}/desk/view/large/1?next=/desk/account")
    wide = []
    for width in (320, 683, 1366):
        page.set_viewport_size({"width": width, "height": 768})
        for path in PAGES:
            page.goto(desk.public_url + path)
            actual = page.evaluate("document.documentElement.scrollWidth")
            wide += [(path, width, actual)] if actual > width else []
    assert wide == []


def test_the_whole_path_goes_by_keys(desk: Around, seat: Callable[..., Page]) -> None:
    """List, item, take, note, close: shortcuts and Enter, no mouse; six keys beside the note."""
    desk.alarm()
    page = seat(NAMES["agent"])
    page.keyboard.press("o")
    page.wait_for_url("**/emergencies/GH000001")
    alive(page)
    page.keyboard.press("t")
    expect(page.locator(".done")).to_be_visible()
    alive(page)
    page.keyboard.press("n")
    page.keyboard.type("儿子已到")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/emergencies?done=emergency_closed")
    alarm = desk.alarms.get("GH000001")
    assert alarm is not None
    assert (alarm.status, alarm.closed_by, alarm.note) == ("closed", "王芳", "儿子已到")


def test_tab_reaches_everything_and_shows_where_it_is(
    desk: Around, seat: Callable[..., Page]
) -> None:
    """First the way past the menu; and every stop has a ring of 3 px."""
    desk.request()
    page = seat(NAMES["agent"])
    page.goto(f"{desk.public_url}/desk/requests")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    stops = set()
    for _ in range(30):
        page.keyboard.press("Tab")
        stops.add(page.evaluate("document.activeElement.textContent.trim()"))
        ring = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
        at_body = page.evaluate("document.activeElement === document.body")
        assert at_body or ring == "3px"
    assert {"GH000001", "English", "大字", "退出", "本页说明"} <= stops


def test_shortcuts_are_listed_and_can_be_turned_off(
    desk: Around, seat: Callable[..., Page]
) -> None:
    """`?` opens the list, typing in a field triggers nothing, and off is off (WCAG 2.1.4)."""
    desk.request()
    page = seat(NAMES["agent"])
    page.keyboard.press("?")
    expect(page.locator("#keys-list")).to_contain_text("居民来电事项")
    page.keyboard.press("Escape")
    page.goto(f"{desk.public_url}/desk/requests/GH000001")
    alive(page)
    page.focus("#note")
    page.keyboard.type("eb?")
    assert page.input_value("#note") == "eb?"
    page.get_by_role("link", name="关闭快捷键").click()
    expect(page.get_by_role("link", name="打开快捷键")).to_be_visible()
    page.keyboard.press("r")
    page.keyboard.press("?")
    assert page.url.endswith("/desk/requests/GH000001")
    expect(page.locator("#keys")).not_to_be_visible()


def test_language_and_size_change_without_a_reload(desk: Around, seat: Callable[..., Page]) -> None:
    """What was typed stays, the focus too; the next page is in the new language."""
    desk.request()
    page = seat(NAMES["agent"])
    page.goto(f"{desk.public_url}/desk/requests/GH000001")
    alive(page)
    page.evaluate("window.same = true")
    page.fill("#note", "半句话")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Request GH000001")
    assert page.evaluate("document.documentElement.lang") == "en"
    page.get_by_role("link", name="Large text").click()
    expect(page.get_by_role("link", name="Normal text")).to_be_focused()
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "20px"
    assert page.input_value("#note") == "半句话"
    assert page.evaluate("window.same") is True
    page.get_by_role("link", name="Requests", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Requests")


def test_everything_works_without_scripts(desk: Around, chromium: Browser) -> None:
    """Signing in, changing the language, taking an alarm; lists draw themselves anew."""
    desk.alarm()
    context = chromium.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{desk.public_url}/desk/")
    page.fill("#name", NAMES["agent"])
    page.fill("#password", PASSWORD)
    page.click("main button")
    page.fill("#code", desk.code(NAMES["agent"]))
    page.click("main button")
    assert page.locator("meta[http-equiv=refresh]").count() == 1
    page.click("text=English")
    page.click("text=I take it")
    assert page.locator(".done").text_content() == "✓ It is yours. Please reach the resident now."
    context.close()


def test_a_note_outlives_lock_and_reload(desk: Around, seat: Callable[..., Page]) -> None:
    """It is there after a reload and after signing in again; once it was taken it is gone."""
    desk.request()
    page = seat(NAMES["agent"])
    item = f"{desk.public_url}/desk/requests/GH000001"
    page.goto(item)
    alive(page)
    page.fill("#note", "还没写完")
    page.reload()
    expect(page.locator("#note")).to_have_value("还没写完")
    desk.wait(minutes=20)
    page.select_option("#outcome", "solved")
    page.click("[data-key=c]")
    expect(page.locator(".note")).to_contain_text("已锁定")
    assert page.input_value("#name") == NAMES["agent"]
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.fill("#code", desk.code(NAMES["agent"]))
    page.keyboard.press("Enter")
    page.wait_for_url(item)
    alive(page)
    assert page.input_value("#note") == "还没写完"
    assert page.input_value("#outcome") == "solved"
    page.click("[data-key=c]")
    page.wait_for_url("**/requests?done=request_closed")
    alive(page)
    assert page.evaluate("Object.keys(sessionStorage).length") == 0


def test_what_is_hidden_is_not_seen_whatever_its_class(
    desk: Around, seat: Callable[..., Page]
) -> None:
    """No rule of the style sheet that lays out a class shows an element that is marked hidden."""
    page = seat(NAMES["agent"])
    page.goto(f"{desk.public_url}/desk/queue")
    seen = page.evaluate(
        """() => {
          const rules = [...document.styleSheets].flatMap(sheet => [...sheet.cssRules]);
          const named = rule => rule.cssText.match(/\\.[a-z][a-z-]*/g) ?? [];
          const names = new Set(rules.flatMap(named));
          const shown = [];
          for (const name of names) for (const tag of ["p", "span", "button", "ul", "label"]) {
            const one = document.createElement(tag);
            one.className = name.slice(1);
            one.hidden = true;
            document.querySelector("main").append(one);
            if (getComputedStyle(one).display !== "none") shown.push(tag + name);
          }
          return [names.size, shown];
        }"""
    )
    assert seen[0] > 30
    assert seen[1] == []


def test_help_is_printed_without_the_frame(desk: Around, seat: Callable[..., Page]) -> None:
    """On paper only the page itself."""
    page = seat(NAMES["agent"])
    page.goto(f"{desk.public_url}/desk/help/emergencies")
    page.emulate_media(media="print")
    expect(page.locator("main")).to_be_visible()
    for part in ("nav", "footer", ".own"):
        expect(page.locator(part)).not_to_be_visible()
