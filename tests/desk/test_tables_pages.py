"""The tables in a browser: for assistive tools, narrow and large, live progress, the microphone."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright
from sqlalchemy import insert

from assistant.cards.store import Card
from assistant.core.conversation import Conversation
from assistant.core.event import Flag, TakeDown
from assistant.drill.results import DrillStore
from assistant.radar.clusters import Cluster
from assistant.rights.life import prove
from assistant.themes.tables import themes
from tests.browser.chromium import launched
from tests.desk.around import NAMES, PASSWORD, PHONE, START, Around, open_around
from tests.desk.server import APPEARANCES, served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PROMPT = "/desk/prompts/one?language=zh&key=open.ask"
PAGES = (
    *("/desk/directory", "/desk/directory/notices", "/desk/directory/import", "/desk/meant"),
    *("/desk/meant/1", "/desk/meant/new?code=GH000001", "/desk/prompts", PROMPT, "/desk/cases"),
    *("/desk/cards", "/desk/box", "/desk/traffic", "/desk/drill", "/desk/roster", "/desk/polls"),
    *("/desk/themes", "/desk/themes/seats"),
    *("/desk/scorecard", "/desk/rights", "/desk/rights/GH000002"),
    "/desk/help/import",
)
MISTAKEN = "楼道里那位又耍脾气了"


def suggested(around: Around, talk: Conversation) -> None:
    """Suggestions that are proposed, one in a theme, one that may belong there."""
    house, codes = around.house, []
    for words in (
        "楼下添几把长椅",
        "楼下放两把长椅吧",
        "食堂的菜少放盐",
        "食堂少油少盐",
        "排个书法班",
    ):
        codes.append(house.requests.next_code())
        house.requests.take_down(TakeDown(codes[-1], "case.suggest", words), talk, START)
    row: dict[str, object] = {
        "id": "seats",
        "names": {"zh": "长椅", "en": "Benches"},
        "state": "open",
        "told": {},
    }
    row |= {"poll": "", "by": "王芳", "made": START}
    with house.database.begin() as connection:
        connection.execute(insert(themes).values(**row))
    around.parts.tables.theming.store.add("seats", codes[:1], "王芳", START)


@pytest.fixture(scope="module")
def desk(
    tmp_path_factory: pytest.TempPathFactory, prepared: tuple[Path, dict[str, str]]
) -> Iterator[Around]:
    """A running desk with something on every table."""
    around = open_around(tmp_path_factory.mktemp("tables"), prepared)
    house = around.house
    cluster = Cluster("water", ("GH000001",), 3, START, START, frozenset({3, 4}), frozenset(), 1e-6)
    around.parts.tables.radar.risks.seen(cluster)
    told = {"zh": "换了新灯", "en": "New lamps"}
    around.parts.tables.published.tell(told, told, "王芳", START)
    talk = Conversation("c1", "voice", PHONE, "zh", START, START)
    house.requests.take_down(
        TakeDown(house.requests.next_code(), "case.report", MISTAKEN), talk, START
    )
    asked = TakeDown(house.requests.next_code(), "privacy.what", "你们存了我什么")
    house.wishes.asked(asked, talk, START)
    house.wishes.store.change(asked.code, lambda right: prove(right, "counter"))
    suggested(around, talk)
    house.cards.put(Card("k1", PHONE, "zh", ("社区食堂上午十一点开门。",), START))
    house.inquiries.flag(Flag(house.store.current().services[0].id, "phone", "wrong"), START)
    corrector = around.parts.tables.corrector
    corrector.try_out(corrector.propose(MISTAKEN, "zh", "intent", "case.report", by="王芳"))
    task: dict[str, object] = {"task": "callback.book", "language": "zh", "by": None}
    task |= {"wrong": [], "problem": "none"}
    details = {"reachable": 0, "of": 1, "slowest_reply_s": 1.5, "tasks": [task]}
    DrillStore(around.database).keep(START, details, good=False, summary="0 of 1")
    with served(around):
        yield around
    around.database.close()


@pytest.fixture(scope="module")
def page(desk: Around, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """One browser with a supervisor at it, whose microphone hears the line's own voice."""
    if shutil.which("chromium") is None and not os.environ.get("CI"):
        pytest.skip("there is no chromium here: apt-get install chromium")
    said = tmp_path_factory.mktemp("said") / "said.wav"
    said.write_bytes(desk.parts.tables.studio.sound("open.ask", "zh"))
    complaints: list[str] = []
    with sync_playwright() as playwright, launched(playwright, said) as chromium:
        context = chromium.new_context(
            viewport={"width": 1366, "height": 768}, locale="zh-CN", permissions=["microphone"]
        )
        opened = context.new_page()
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        sign_in(opened, desk)
        yield opened
        context.close()
    assert complaints == []


def sign_in(page: Page, desk: Around) -> None:
    """Type name, password and code."""
    page.goto(f"{desk.public_url}/desk/")
    page.fill("#name", NAMES["supervisor"])
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.fill("#code", desk.code(NAMES["supervisor"]))
    page.keyboard.press("Enter")
    expect(page.locator("#keys-open")).to_be_visible()


@pytest.fixture
def chinese(desk: Around, page: Page) -> Page:
    """The page in Chinese and of the usual size, whatever was looked at before."""
    page.set_viewport_size({"width": 1366, "height": 768})
    for view in ("language/zh", "large/0"):
        page.goto(f"{desk.public_url}/desk/view/{view}?next=/desk/account")
    return page


def addresses(desk: Around) -> tuple[str, ...]:
    """Every page of the tables, one service's sheet with them."""
    service = desk.house.store.current().services[0].id
    return (*PAGES, f"/desk/directory/service?id={service}")


@pytest.mark.parametrize(("language", "large", "width"), APPEARANCES)
def test_nothing_is_wrong_for_assistive_tools(
    desk: Around, page: Page, language: str, large: int, width: int
) -> None:
    """No violation by axe, in both languages, large and narrow; and no page scrolls sideways."""
    page.set_viewport_size({"width": width, "height": 768})
    for name, value in (("language", language), ("large", large)):
        page.goto(f"{desk.public_url}/desk/view/{name}/{value}?next=/desk/account")
    axe, found = Axe(), []
    for path in addresses(desk):
        page.goto(desk.public_url + path)
        result = axe.run(page)
        assert len(result.response["passes"]) > 15, "axe looked at nothing"
        found += [(path, one["id"]) for one in result.response["violations"]]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append((path, "wide"))
    assert found == []


def test_pages_at_200_percent_scroll_one_way(desk: Around, page: Page) -> None:
    """1366 px at 200 %, with large text on top."""
    page.set_viewport_size({"width": 683, "height": 768})
    page.goto(f"{desk.public_url}/desk/view/large/1?next=/desk/account")
    wide = []
    for path in addresses(desk):
        page.goto(desk.public_url + path)
        if page.evaluate("document.documentElement.scrollWidth") > 683:
            wide.append(path)
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(f"{desk.public_url}/desk/view/large/0?next=/desk/account")
    assert wide == []


def test_one_click_is_tried_before_ones_eyes(desk: Around, chinese: Page) -> None:
    """From the request: one click on the meaning; the result comes without a reload."""
    page = chinese
    page.goto(f"{desk.public_url}/desk/requests/GH000001")
    page.click("text=居民其实想说什么")
    page.fill("#words", "灯又耍脾气")
    page.click("button[value='intent:case.report']")
    page.evaluate("window.same = true")
    expect(page.locator("#trial")).to_contain_text("试过了", timeout=20_000)
    assert page.evaluate("window.same") is True
    page.click("text=采用")
    expect(page.locator(".done")).to_contain_text("已采用")


def test_a_prompt_is_recorded_in_the_browser(desk: Around, chinese: Page) -> None:
    """Start, stop, keep: measured by the service, kept, and heard from then on."""
    page = chinese
    page.goto(desk.public_url + PROMPT)
    seconds = desk.parts.tables.studio.prompt("open.ask", "zh")
    assert seconds is not None
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("button", name="Start")).to_be_visible()
    page.get_by_role("link", name="中文").click()
    page.click("[data-start]")
    expect(page.locator("[data-level]")).to_contain_text("▮")
    page.wait_for_timeout(seconds.seconds * 1000)
    page.click("[data-stop]")
    expect(page.locator("[data-level]")).to_contain_text("录好了")
    page.click("form[action='/desk/prompts/record'] button")
    expect(page.locator(".done")).to_contain_text("录音已保存")
    kept = desk.parts.tables.studio.prompt("open.ask", "zh")
    assert kept is not None
    assert kept.recorded


def test_tables_are_imported_with_a_look_before(
    desk: Around, chinese: Page, tmp_path: Path
) -> None:
    """Choose a file, look, import, see the notice, take it back."""
    page = chinese
    table = tmp_path / "notices.csv"
    table.write_text("通知,从,到\n二号楼电梯检修,2026-11-26,2026-11-26\n", "utf-8")
    page.goto(f"{desk.public_url}/desk/directory/import")
    page.set_input_files("#tables", table)
    page.click("text=先看会改什么")
    expect(page.get_by_role("heading", name="会改这些，现在还没有变")).to_be_visible()
    page.get_by_role("button", name="导入", exact=True).click()
    expect(page.locator(".done")).to_contain_text("表格已导入")
    page.goto(f"{desk.public_url}/desk/directory/notices")
    expect(page.locator("main")).to_contain_text("二号楼电梯检修")
    page.goto(f"{desk.public_url}/desk/directory/import")
    page.get_by_role("button", name="撤回").first.click()
    expect(page.locator(".done")).to_contain_text("已撤回")
