"""A risk from the reports of residents to what the next caller hears, over a real house."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from assistant.core.conversation import Conversation
from assistant.core.event import TakeDown
from assistant.core.texts import IncomingText
from assistant.core.turn import Opened, Utterance
from assistant.radar.store import risks
from assistant.radaring import open_radar
from tests.desk.around import Around, Browser

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.radar.store import Risk
    from assistant.radaring import Radar
    from assistant.staff.roles import Role

    SignedIn = Callable[[Role], Browser]

SAID = ("3号楼停水了", "我家4号楼没水了", "5号楼水管里没水", "四号楼家里停水了", "三号楼没有水了")
CALLER = "+8613900000009"
WANTED = "我要报修，五号楼水管里没水"


@pytest.fixture
def radar(around: Around) -> Radar:
    """Of the house, after five neighbours have reported the same within an hour."""
    for number, words in enumerate(SAID):
        around.wait(minutes=10)
        talk = Conversation(
            f"r{number}", "voice", f"+861380000010{number}", "zh", around.now, around.now
        )
        down = TakeDown(around.house.requests.next_code(), "case.report", words)
        around.house.requests.take_down(down, talk, around.now)
    around.wait(seconds=20)
    return open_radar(around.house)


def raised(around: Around, radar: Radar) -> Risk:
    """The one risk that the reports raise."""
    assert radar.look(around.now) == 1
    (risk,) = radar.risks.listing(around.now)
    return risk


def accepted(around: Around, radar: Radar, signed_in: SignedIn) -> Browser:
    """A member of staff has announced it as it was proposed."""
    risk = raised(around, radar)
    notice = radar.proposed(risk)
    browser = signed_in("agent")
    texts = {f"text_{language}": text for language, text in notice.texts.items()}
    answer = browser.post("/desk/risks", f"/desk/risks/{risk.id}/accept", **texts)
    assert answer.status_code == 200
    return browser


def test_neighbours_with_one_trouble_raise_a_risk(
    around: Around, radar: Radar, signed_in: SignedIn
) -> None:
    """It shows with its evidence; looking once more, or from another process, raises no second."""
    risk = raised(around, radar)
    assert (risk.topic, risk.voices, risk.buildings) == ("water", 5, (3, 4, 5))
    assert radar.look(around.now) == 0
    assert open_radar(around.house).look(around.now) == 0
    page = signed_in("reader").get("/desk/risks").text
    assert "供水：3到5号楼" in page
    assert "5位居民反映" in page
    assert all(code in page for code in risk.codes)
    assert "<textarea" not in page


def test_no_word_is_kept_of_it(around: Around, radar: Radar) -> None:
    """A risk has topic, place and codes; words and numbers stay sealed in the cases."""
    raised(around, radar)
    with around.database.read() as connection:
        row = str(tuple(connection.execute(select(risks)).one()))
    assert "停水" not in row
    assert "+86" not in row


def test_the_next_who_asks_hears_the_notice(
    around: Around, radar: Radar, signed_in: SignedIn
) -> None:
    """Once staff accept; in the language of whoever asks."""
    accepted(around, radar, signed_in)
    reply = around.house.talk.text(IncomingText(CALLER, "3号楼今天停水吗"), around.now)
    assert any("3到5号楼今天有几户居民反映用水不正常" in text for text in reply.texts), reply.texts
    words = "is the water off in building 4 today"
    english = around.house.talk.text(IncomingText("+8613900000008", words), around.now)
    assert any("Several homes around buildings 3 to 5" in text for text in english.texts)


def call(around: Around, words: str) -> list[str]:
    """The prompts that somebody hears who rings and says this."""
    talk, now = around.house.talk, around.now
    opened = talk.take(talk.begin("voice", CALLER, now), Opened(), now)
    reply = talk.take(opened.conversation, Utterance(words, "zh", 0.95), now)
    return [sentence.prompt for sentence in reply.sentences]


def test_who_reports_the_same_hears_it_before_it_is_taken_down(
    around: Around, radar: Radar, signed_in: SignedIn
) -> None:
    """She is told, and asked whether hers is wanted too; another trouble is taken as ever."""
    words = WANTED
    assert "known.report" not in call(around, words)
    accepted(around, radar, signed_in)
    assert call(around, words) == ["known.report", "take.known"]
    assert "known.report" not in call(around, "五号楼楼道的灯坏了，请派人来修")


def test_by_text_it_is_told_and_taken_down(
    around: Around, radar: Radar, signed_in: SignedIn
) -> None:
    """A text is one message: both in one answer."""
    accepted(around, radar, signed_in)
    words = WANTED
    reply = around.house.talk.text(IncomingText(CALLER, words), around.now)
    prompts = [sentence.prompt for sentence in reply.sentences]
    assert prompts[:2] == ["known.report", "taken.case.report"]


def test_what_is_dismissed_is_not_raised_again(
    around: Around, radar: Radar, signed_in: SignedIn
) -> None:
    """A sixth report of the same is added to it, and it stays put aside."""
    risk = raised(around, radar)
    browser = signed_in("agent")
    browser.post("/desk/risks", f"/desk/risks/{risk.id}/dismiss")
    around.wait(minutes=5)
    talk = Conversation("r9", "voice", "+8613800001099", "zh", around.now, around.now)
    down = TakeDown(around.house.requests.next_code(), "case.report", "4号楼停水了")
    around.house.requests.take_down(down, talk, around.now)
    assert radar.look(around.now + timedelta(seconds=1)) == 0
    (after,) = radar.risks.listing(around.now)
    assert (after.state, len(after.codes)) == ("dismissed", 6)
    again = browser.post("/desk/risks", f"/desk/risks/{risk.id}/dismiss")
    assert again.status_code == 409


def test_a_notice_without_words_is_not_announced(
    around: Around, radar: Radar, signed_in: SignedIn
) -> None:
    """Nobody would hear it in that language; the risk stays to be decided."""
    risk = raised(around, radar)
    fields = {"text_zh": "三号楼停水了。", "text_en": " "}
    answer = signed_in("agent").post("/desk/risks", f"/desk/risks/{risk.id}/accept", **fields)
    assert answer.status_code == 422
    assert radar.risks.get(risk.id) == risk


def test_what_was_changed_is_written_at_the_desk(around: Around, signed_in: SignedIn) -> None:
    """By a supervisor, in every language; a sentence that is missing is asked for."""
    browser = signed_in("supervisor")
    fields = {"asked_zh": "灯太暗", "done_zh": "换了灯", "asked_en": "Too dark", "done_en": ""}
    assert browser.post("/desk/published", "/desk/published", **fields).status_code == 422
    fields["done_en"] = "New lamps"
    assert "换了灯" in browser.post("/desk/published", "/desk/published", **fields).text
    (change,) = around.parts.tables.published.changes()
    gone = browser.post("/desk/published", "/desk/published/remove", id=change.id)
    assert "换了灯" not in gone.text
