"""A number on the display proves nothing: nothing personal is said or sent on its strength."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from assistant.core.texts import IncomingText
from assistant.core.turn import HungUp, Key, Utterance
from assistant.core.turn import Opened as Ringing
from tests.houses import trees_learnt
from tests.rights.test_person import HERS, call

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.app import House
    from assistant.core.turn import Turn
    from tests.scenarios.conftest import Opened

NINE = datetime.fromisoformat("2026-11-25T09:00+08:00")
LANGUAGES = ("zh", "en")
LIBRARY = trees_learnt().library
PERSONAL = ("水管", "漏水", "五楼", "老花镜", "张阿姨", "起不来", "王芳", "老毛病")
"What she said, where she lives, how she is called, who worked on it and what was noted down."
WAYS = 8
"Examples of a wish that are tried."
YES = {"zh": "好", "en": "yes please"}


@pytest.fixture
def house(open_at: Callable[[datetime], Opened]) -> House:
    """A house in which a good deal is kept of this number; nobody has said who she is today."""
    house = open_at(NINE)[0]
    call(house, HERS, "五楼厕所的水管漏水", "对")
    call(house, HERS, "我摔倒了起不来", "不用")
    for alarm in house.alarms.listing():
        house.alarms.close(alarm.code, "王芳", "老毛病", NINE)
    call(house, HERS, "明天上午给我回个电话", "问那副老花镜")
    assert house.promises.store.open_for(HERS)
    return house


def by_voice(house: House, words: str, language: str) -> str:
    """What is said to a call with these words, a yes, and the first key."""
    talk = house.talk.begin("voice", HERS, NINE, language=language)
    heard = Utterance(words, language)
    turns: list[Turn | Utterance] = [Ringing(), heard, Utterance(YES[language], language), Key("1")]
    said = []
    for turn in (*turns, HungUp()):
        reply = house.talk.take(talk, turn, NINE)
        talk = reply.conversation
        said += [one.text for one in reply.sentences]
        assert "error" not in [one.prompt for one in reply.sentences]
    return " ".join(said)


def by_text(house: House, words: str) -> str:
    """What is answered to a text with these words, and to a 1 after it."""
    texts = house.talk.text(IncomingText(HERS, words), NINE).texts
    return " ".join((*texts, *house.talk.text(IncomingText(HERS, "1"), NINE).texts))


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_personal_on_the_strength_of_a_number(house: House, language: str) -> None:
    """Every intent there is, by call and by text: neither words, place, name nor note."""
    word = house.promises.store.open_for(HERS)[0].safe_word
    told = {}
    for intent, examples in LIBRARY.examples[language].items():
        asked = examples.spoken[0]
        for answer in (by_voice(house, asked, language), by_text(house, asked)):
            leaked = [one for one in PERSONAL if one in answer and one not in asked]
            if intent not in {"callback.change", "callback.book", "callback.when"}:
                leaked += [word] if word in answer else []
            if leaked:
                told[intent] = leaked
    assert told == {}


@pytest.mark.parametrize("intent", ["privacy.what", "privacy.who_looked", "privacy.delete"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_wish_is_met_on_the_strength_of_a_number(
    open_at: Callable[[datetime], Opened], intent: str, language: str
) -> None:
    """However it is said, by call and text: neither told nor deleted."""
    house, _, journal = open_at(NINE)
    for asked in LIBRARY.examples[language][intent].spoken[:WAYS]:
        by_voice(house, asked, language)
        by_text(house, asked)
    done = [line["kind"] for line in journal.lines if line["event"] == "outcome"]
    assert not {"privacy.told", "privacy.deleted"} & set(done)
    assert all(right.ended is None for right in house.wishes.store.waiting())
