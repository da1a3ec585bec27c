"""Suggestions at the desk: proposed, put together by a person, decided, told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assistant.core.conversation import Conversation
from assistant.core.event import TakeDown
from assistant.theme_news import tell
from tests.desk.around import Around, Browser

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.staff.roles import Role
    from assistant.theming import Theming

    SignedIn = Callable[[Role], Browser]

PAGE = "/desk/themes"
SAID = ("楼下添几把长椅吧，老人走累了能歇歇", "能不能在楼门口放个长椅坐坐", "排个书法班")
NAMES = {"name_zh": "楼下添长椅", "name_en": "More benches"}
TOLD = {
    "told_zh": "十二月一号起楼下有四把长椅",
    "told_en": "Four benches stand there from December",
}


@pytest.fixture
def theming(around: Around) -> Theming:
    """Of the desk, after three residents have suggested something."""
    for number, words in enumerate(SAID):
        contact = f"+861380000010{number}"
        talk = Conversation(f"s{number}", "voice", contact, "zh", around.now, around.now)
        down = TakeDown(around.house.requests.next_code(), "case.suggest", words)
        around.house.requests.take_down(down, talk, around.now)
        around.wait(minutes=1)
    return around.parts.tables.theming


def codes(theming: Theming) -> list[str]:
    """Of the two that mean the same, and of the other one."""
    return [one.code for one in reversed(theming.suggestions())]


def post(browser: Browser, action: str, ticked: list[str], **fields: str) -> int:
    """Tick suggestions on the page and send the form; its status."""
    form = {"form_token": browser.form_token(PAGE), "page": PAGE, "code": ticked, **fields}
    return browser.client.post(action, data=form, follow_redirects=True).status_code


def test_a_person_puts_them_together_and_takes_them_apart(
    theming: Theming, signed_in: SignedIn
) -> None:
    """Proposed with everybody's words; named, split, joined, renamed."""
    browser, (one, two, other) = signed_in("agent"), codes(theming)
    page = browser.get(PAGE).text
    assert "这2条像是一个意思" in page
    assert all(words in page for words in SAID)
    assert theming.store.voices() == ()
    assert post(browser, PAGE, [one, two], do="make", name_zh="长椅", name_en="") == 422
    assert post(browser, PAGE, [one, two], do="make", **NAMES) == 200
    assert post(browser, PAGE, [one, other], do="make", **NAMES) == 409
    (theme,) = theming.store.listing()
    here = f"{PAGE}/{theme.id}"
    assert "楼下添长椅" in browser.get(here).text
    assert post(browser, f"{here}/split", [two], name_zh="凳子", name_en="Stools") == 200
    assert post(browser, f"{here}/split", [], name_zh="", name_en="") == 422
    stools = next(one for one in theming.store.listing() if one.id != theme.id)
    assert post(browser, f"{here}/add", [other]) == 200
    assert post(browser, f"{PAGE}/{stools.id}/merge", [], into=theme.id) == 200
    assert post(browser, f"{here}/name", [], name_zh="坐的地方", name_en="Seats") == 200
    (kept,) = theming.store.listing()
    assert kept.names == {"zh": "坐的地方", "en": "Seats"}
    assert {voice.theme for voice in theming.store.voices()} == {theme.id}
    assert len(theming.store.voices()) == 3
    log = signed_in("auditor").get("/desk/audit").text
    assert all(f"theme.{deed}" in log for deed in ("make", "split", "add", "merge", "name"))


def test_what_means_something_else_is_proposed_no_more(
    theming: Theming, signed_in: SignedIn
) -> None:
    """It stands by itself and may still be put into a theme."""
    browser, (one, two, _) = signed_in("agent"), codes(theming)
    assert post(browser, PAGE, [one, two], do="apart") == 200
    seen = theming.overview()
    assert seen.proposed == ()
    assert len(seen.single) == 3
    assert post(browser, PAGE, [one, two], do="make", **NAMES) == 200


def test_a_vote_is_made_from_a_theme_with_one_form(
    around: Around, theming: Theming, signed_in: SignedIn
) -> None:
    """The question and for and against stand there already."""
    browser, (one, two, _) = signed_in("supervisor"), codes(theming)
    post(browser, PAGE, [one, two], do="make", **NAMES)
    (theme,) = theming.store.listing()
    here = f"{PAGE}/{theme.id}"
    page = browser.get(here).text
    assert 'value="楼下添长椅"' in page
    assert "同意\n不同意" in page
    vote = {
        "title_zh": "楼下添长椅好不好？",
        "title_en": "Shall we have more benches?",
        "choices_zh": "同意\n不同意",
        "choices_en": "In favour\nAgainst",
        "opens": "2026-11-25",
    }
    assert browser.post(here, f"{here}/poll", **vote).status_code == 422
    assert browser.post(here, f"{here}/poll", **vote, closes="2026-12-05").status_code == 200
    kept = theming.store.get(theme.id)
    assert kept is not None
    poll = next(one for one in around.house.polling.polls() if one.id == kept.poll)
    assert poll.title.text("en") == "Shall we have more benches?"
    assert "楼下添长椅好不好" in browser.get(here).text


def test_what_is_decided_is_told_and_shown(
    around: Around, theming: Theming, signed_in: SignedIn
) -> None:
    """Too long for one text is refused; the second who decides is told that it is done."""
    browser, (one, two, _) = signed_in("supervisor"), codes(theming)
    post(browser, PAGE, [one, two], do="make", **NAMES)
    (theme,) = theming.store.listing()
    here = f"{PAGE}/{theme.id}"
    long = {"told_zh": "长" * 90, "told_en": "Benches"}
    assert browser.post(here, f"{here}/decide", do="adopt", **long).status_code == 422
    assert browser.post(here, f"{here}/decide", do="adopt", told_zh="好").status_code == 422
    assert browser.post(here, f"{here}/decide", do="adopt", **TOLD).status_code == 200
    assert browser.post(PAGE, f"{here}/decide", do="decline", **TOLD).status_code == 409
    assert tell(around.house, theming) == 2
    page = browser.get(here).text
    assert page.count("短信告诉了") == 2
    assert TOLD["told_zh"] in browser.get("/desk/published").text
    assert browser.post(here, f"{here}/told", code=one).status_code == 409


def test_who_may_only_read_changes_nothing(theming: Theming, signed_in: SignedIn) -> None:
    """An agent puts together, a supervisor decides."""
    one, two, _ = codes(theming)
    post(signed_in("agent"), PAGE, [one, two], do="make", **NAMES)
    (theme,) = theming.store.listing()
    reader = signed_in("reader")
    page = reader.get(f"{PAGE}/{theme.id}")
    assert page.status_code == 200
    assert "<textarea" not in page.text
    agent = signed_in("agent")
    assert agent.post(PAGE, f"{PAGE}/{theme.id}/decide", do="adopt", **TOLD).status_code == 403
    assert agent.get(f"{PAGE}/nowhere").status_code == 404
