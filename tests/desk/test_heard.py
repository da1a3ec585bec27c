"""Beside a case stand the turns it came from: every hypothesis, pinyin, and the line's answers."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from assistant.core.callback import Wish
from assistant.core.texts import IncomingText
from assistant.core.turn import Hypothesis, Key, Opened, Utterance
from assistant.desk.masking import hidden
from tests.desk.around import PHONE, Around, Browser

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.staff.roles import Role

    SignedIn = Callable[[Role], Browser]

SAID = Utterance(
    "我要报修，楼道的灯坏了", "zh", 0.62, (Hypothesis("我要报修，楼道的<凳>坏了", 0.31),)
)


def rung_up(around: Around, *turns: Utterance | Key) -> str:
    """She rings and says this; the code of what was taken down, or the last given."""
    house = around.house
    talk = house.talk.begin("voice", PHONE, around.now, identifier="CA-heard")
    for turn in (Opened(), *turns):
        talk = house.talk.take(talk, turn, around.now).conversation
        around.wait(seconds=20)
    return house.requests.latest_code()


def test_a_request_shows_what_was_heard_best_first(around: Around, signed_in: SignedIn) -> None:
    """With how sure the line was, pinyin below each, and what was answered, in turn."""
    code = rung_up(around, SAID, Utterance("对", "zh", 0.9))
    page = signed_in("reader").get(f"/desk/requests/{code}").text
    best, other = page.index("把握 62%"), page.index("把握 31%")
    assert page.index("听到了什么，怎么答的") < best < other < page.index("把握 90%")
    assert "也可能说的是" in page[best:other]
    assert "lóu dào de dēng huài le" in page[best:other]
    assert "楼道的&lt;凳&gt;坏了" in page
    answers = around.parts.hearings.about(code, "CA-heard")[0].exchange.answered
    assert answers
    assert page.index(answers[0].text) > other
    assert "电话 · 2026-11-25 09:00" in page


def test_a_text_after_the_call_stands_under_its_channel(
    around: Around, signed_in: SignedIn
) -> None:
    """With its own time and no percentage; what she wrote of other things is not there."""
    code = rung_up(around, SAID, Utterance("对", "zh"))
    around.wait(hours=3)
    for body in (f"{code} 办得怎么样了", "食堂几点开门"):
        around.house.talk.text(IncomingText(PHONE, body), around.now)
    page = signed_in("agent").get(f"/desk/requests/{code}").text
    texts = page[page.index("短信 · 2026-11-25 12:0") :]
    assert f"{code} 办得怎么样了" in texts
    assert "把握" not in texts
    assert "食堂几点开门" not in page


def test_a_callback_shows_its_talk(around: Around, signed_in: SignedIn) -> None:
    """The same on its page, in English too; of a key only that one was pressed."""
    rung_up(around, SAID, Key("9"))
    wish = Wish("GH000900", PHONE, "zh", "service.hours", "灯", "voice", "CA-heard")
    around.house.promises.book.ask(wish, around.now)
    browser = signed_in("reader")
    assert "按了一个键" in browser.get("/desk/queue/GH000900").text
    browser.get("/desk/view/language/en?next=/desk/queue/GH000900")
    page = browser.get("/desk/queue/GH000900").text
    assert "62 % sure" in page
    assert "A key was pressed" in page


@pytest.mark.parametrize(
    "said",
    ["13800000001", "138 0000-0001", "一三八 零零零零 零零零一", "幺三八，〇〇〇〇〇〇〇幺",
     "one three eight, zero zero zero zero, oh oh oh one"],
)  # fmt: skip
def test_her_number_is_masked_wherever_it_was_said(said: str) -> None:
    """In figures and in words of both languages; other numbers stand as they are."""
    assert hidden(f"请打{said}，不打120", PHONE) == "请打138****0001，不打120"
    assert hidden("请打88001234", PHONE) == "请打88001234"
    assert hidden("请打01", "01") == "请打01"


def test_a_number_she_says_is_not_shown_without_a_reason(
    around: Around, signed_in: SignedIn
) -> None:
    """What was heard of it in a turn goes masked to the page."""
    said = "我的电话是一三八零零零零零零零一"
    code = rung_up(around, SAID, Utterance("对", "zh"), Utterance(said, "zh", 0.7))
    page = signed_in("reader").get(f"/desk/requests/{code}").text
    turns = page[page.index("听到了什么") :]
    assert "138****0001" in turns
    assert said[5:] not in page


@pytest.mark.parametrize("role", ["reader", "agent"])
def test_her_words_are_masked_wherever_they_stand(
    around: Around, signed_in: SignedIn, role: Role
) -> None:
    """As what was heard is: in requests, callbacks, alarms, proposals, for programs too."""
    said = "我姓李，电话一三八零零零零零零零一"
    code = around.request(said)
    around.alarm("GH000009", said)
    wish = Wish("GH000900", PHONE, "zh", "service.hours", said, "voice", "c9")
    around.house.promises.book.ask(wish, around.now)
    pages = ["/desk/emergencies", "/desk/emergencies/GH000009"]
    pages += [f"/desk/requests/{code}", "/desk/queue/GH000900"]
    if role == "agent":
        pages += [f"/desk/meant/new?code={one}" for one in (code, "GH000900")]
    browser = signed_in(role)
    shown = {page: browser.get(page).text.split("<main")[1] for page in pages}
    client, headers = around.app().test_client(), {"Authorization": f"Bearer {around.token(role)}"}
    for one in (f"requests/{code}", "callbacks/GH000900", "alarms/GH000009"):
        shown[one] = client.get(f"/desk/api/v1/{one}", headers=headers).get_data(as_text=True)
    assert {page for page, text in shown.items() if "138****0001" not in text} == set()
    assert {
        page for page, text in shown.items() if "一三八" in text or "yī sān bā" in text
    } == set()


def test_a_case_without_a_talk_shows_none(around: Around, signed_in: SignedIn) -> None:
    """What retention took is not announced by an empty heading."""
    code = around.request()
    rung_up(around, Utterance("食堂几点开门", "zh"))
    page = signed_in("reader").get(f"/desk/requests/{code}").text
    assert "听到了什么" not in page
    assert "食堂几点开门" not in page


def test_a_case_is_found_by_its_code_alone(around: Around) -> None:
    """The turns that were about it, whichever talk they were said in."""
    code = rung_up(around, SAID, Utterance("对", "zh"))
    around.wait(hours=1)
    found = around.parts.hearings.about(code, "")
    assert found
    assert {one.code for one in found} == {code}
    assert all(around.now - one.at >= timedelta(hours=1) for one in found)
