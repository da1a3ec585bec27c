"""Draws the pictures of the desk in `docs/screens/`: `.venv/bin/python -m tests.desk.screenshots`.

Made-up people and matters on the demo community, always the same.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyotp
from playwright.sync_api import sync_playwright

from assistant.cards.store import Card
from assistant.core.callback import Wish
from assistant.core.conversation import Conversation
from assistant.core.event import Flag, TakeDown
from assistant.core.turn import Hypothesis, Utterance
from assistant.database import open_database
from assistant.first_start import FirstStart
from assistant.memory.hearings import Answer, Exchange, Hearing
from assistant.memory.store import ConversationStore
from tests.browser.chromium import launched
from tests.conftest import ROOT
from tests.desk.around import NAMES, PASSWORD, PHONE, START, Around, open_around, prepare
from tests.desk.made_promises import DAY, HOUR, promised
from tests.desk.server import served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FOLDER: Final = Path(__file__).parents[2] / "docs" / "screens"
SIZE: Final = {"width": 1366, "height": 768}
WORDS: Final = "楼道里那位又耍脾气了"
ASKED: Final = "食堂礼拜天开不开"
SCREENS: Final = (
    ("directory-zh", "zh", "/desk/directory"),
    ("meant-zh", "zh", "/desk/meant/1"),
    ("meant-choose-en", "en", "/desk/meant/new?code=GH000001"),
    ("cases-zh", "zh", "/desk/cases"),
    ("prompt-en", "en", "/desk/prompts/one?language=en&key=open.ask"),
    ("box-zh", "zh", "/desk/box"),
    ("queue-zh", "zh", "/desk/queue"),
    ("callback-en", "en", "/desk/queue/GH000777"),
    ("scorecard-zh", "zh", "/desk/scorecard"),
    ("emergencies-zh", "zh", "/desk/emergencies"),
)
"Name of the picture, language, address; in this order, since the last raises an alarm."


def main() -> None:
    """Draw all of them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        made, folder = Path(temporary) / "made", Path(temporary) / "desk"
        made.mkdir()
        around = open_around(folder, (made, prepare(made)))
        furnish(around)
        promise(around)
        with sync_playwright() as playwright, launched(playwright) as chromium:
            with served(around):
                draw(around, chromium)
            begin(Path(temporary) / "begun", chromium)
        around.database.close()


def begin(folder: Path, chromium: Browser) -> None:
    """The first step of the first start, at a desk where nobody has an account yet."""
    folder.mkdir()
    around = Around(open_database(f"sqlite:///{folder / 'desk.db'}"))
    settings = Path(shutil.copy(ROOT / "config.yaml", folder))
    around.parts = replace(around.parts, first_start=FirstStart(around.house, settings))
    with served(around):
        for language, locale in (("zh", "zh-CN"), ("en", "en-GB")):
            page = chromium.new_context(viewport=SIZE, locale=locale).new_page()  # type: ignore[arg-type]  # as above
            page.goto(f"{around.public_url}/desk/setup")
            page.screenshot(path=FOLDER / f"setup-{language}.png")
    around.database.close()


def furnish(around: Around) -> None:
    """Something on every table."""
    house = around.house
    for number, words in enumerate((WORDS, "电梯又停了", "想建议多放几把椅子")):
        talk = Conversation(f"c{number}", "voice", PHONE, "zh", START, START)
        code = house.requests.next_code()
        house.requests.take_down(TakeDown(code, "case.report", words), talk, START)
    house.cards.put(Card("k1", PHONE, "zh", ("社区食堂上午十一点开门。",), START))
    house.inquiries.flag(Flag(house.store.current().services[2].id, "phone", "wrong"), START)
    corrector = around.parts.tables.corrector
    corrector.try_out(corrector.propose(WORDS, "zh", "intent", "case.report", by=NAMES["agent"]))


def promise(around: Around) -> None:
    """Three callbacks in the queue, one of them with the talk it came from; a month of others."""
    heard = Utterance(ASKED, "zh", 0.71, (Hypothesis("食堂礼拜天看不看", 0.22),))
    said = (Answer("open.answer", "社区食堂星期天上午十一点到下午一点开门。", "zh"),)
    talk = Conversation("c777", "voice", PHONE, "zh", START, START)
    turn = Hearing("c777", 1, START, "voice", "", Exchange(heard, said))
    ConversationStore(around.database).save_turn(talk, turn)
    book = around.house.promises.book
    wishes = (
        Wish("GH000777", PHONE, "zh", "service.hours", ASKED, "voice", "c777"),
        Wish("GH000778", "+8613800000002", "zh", "callback.book", "想问养老补贴", "sms", "c778"),
        Wish("GH000779", "+8613800000003", "en", "case.status", "how is my lamp", "voice", "c779"),
    )
    for which, wish in enumerate(wishes):
        book.book(wish, book.offers(START).windows[which], START)
    for day in range(1, 25):
        begun = START - day * DAY
        late = HOUR * (3 if day % 9 == 0 else 1)
        promised(around, f"GH0009{day:02d}", begun, begun + late)
        shown = Conversation(f"p{day}", "voice" if day % 3 else "sms", PHONE, "zh", begun, begun)
        ConversationStore(around.database).save(shown)


def draw(around: Around, chromium: Browser) -> None:
    """Sign in and go from page to page."""
    page = chromium.new_context(viewport=SIZE, locale="zh-CN").new_page()  # type: ignore[arg-type]  # a dict of the right shape
    sign_in(around, page)
    for name, language, address in SCREENS:
        if name.startswith("emergencies"):
            around.alarm("GH000009")
        page.goto(f"{around.public_url}/desk/view/language/{language}?next=/desk/account")
        page.goto(around.public_url + address)
        page.screenshot(path=FOLDER / f"{name}.png")


def sign_in(around: Around, page: Page) -> None:
    """As a supervisor."""
    name = NAMES["supervisor"]
    page.goto(f"{around.public_url}/desk/")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.fill("#code", pyotp.TOTP(around.secrets[name]).at(around.now))
    page.keyboard.press("Enter")
    page.wait_for_selector("#keys-open:visible")


if __name__ == "__main__":
    main()
