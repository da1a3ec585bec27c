"""From an answer on the telephone to a text, or to a card at the counter, on real stores."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from assistant.app import House, open_house
from assistant.clock import ConversationClock
from assistant.config import load_config
from assistant.core.texts import OutgoingText
from assistant.core.turn import Key, Opened, Utterance
from assistant.posting import build_sender, printed
from tests.conftest import ROOT
from tests.houses import trees_learnt
from tests.outbox.carrier import LoopbackTexts, loopback_texts

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.outbox.sender import Sender

NOW = datetime.fromisoformat("2026-11-25T10:00+08:00")
MOBILE, LANDLINE = "+8613800000001", "+8657188001299"


@pytest.fixture
def house(tmp_path: Path, demo_data: Path) -> Iterator[House]:
    """On demo data."""
    learnt = trees_learnt()
    config = load_config(ROOT / "config.yaml", {})
    shutil.copytree(demo_data, tmp_path, dirs_exist_ok=True)
    opened = open_house(config, tmp_path, ROOT, ConversationClock(NOW), learnt=learnt)
    yield opened
    opened.close()


@pytest.fixture
def post(house: House) -> Iterator[tuple[Sender, LoopbackTexts]]:
    """The sender of the house over a carrier on loopback."""
    with loopback_texts(NOW) as carrier:
        yield build_sender(house, carrier.control()), carrier


def asked_and_agreed(house: House, contact: str) -> list[str]:
    """Ask for the hairdresser's address by telephone and take the copy; what was said last."""
    talk = house.talk
    conversation = talk.begin("voice", contact, NOW, language="zh")
    said: list[str] = []
    for turn in (Opened(), Utterance("理发店的地址", "zh"), Key("1")):
        reply = talk.take(conversation, turn, NOW)
        conversation, said = reply.conversation, [item.prompt for item in reply.sentences]
    return said


def test_a_mobile_gets_the_answer_as_a_text(
    house: House, post: tuple[Sender, LoopbackTexts]
) -> None:
    """One signed text with the address in it, and no card."""
    sender, carrier = post
    assert asked_and_agreed(house, MOBILE)[0] == "copy.sent"
    while sender.step():
        pass
    (text,) = carrier.taken
    assert text["To"] == MOBILE
    assert text["Body"].startswith("【桂花社区】")
    assert house.cards.listing("waiting") == ()


def test_a_landline_gets_a_card_with_all_she_needs_on_the_way(
    house: House, post: tuple[Sender, LoopbackTexts]
) -> None:
    """Nothing is sent; the card has the answer, the hours and the number, and a date."""
    sender, carrier = post
    assert asked_and_agreed(house, LANDLINE)[0] == "card.printed"
    while sender.step():
        pass
    assert carrier.taken == []
    (card,) = house.cards.listing("waiting")
    assert "理发店" in card.lines[0]
    assert len(card.lines) >= 3
    assert not any(line.startswith("【") for line in card.lines)
    (page,) = PdfReader(io.BytesIO(printed(house, card))).pages
    text = "".join(page.extract_text().split())
    assert "11月25日" in text
    assert "今天" not in text
    assert LANDLINE[-4:] in text
    assert LANDLINE not in text


def test_a_mobile_that_takes_no_texts_after_all_gets_a_card(
    house: House, post: tuple[Sender, LoopbackTexts]
) -> None:
    """The carrier's refusal is remembered and the words go on paper."""
    sender, carrier = post
    carrier.next.append(30006)
    text = OutgoingText("k", MOBILE, "【桂花社区】理发店九点开门。", "zh", "answer", NOW)
    house.outbox.put(text, NOW)
    while sender.step():
        pass
    assert [card.lines for card in house.cards.listing("waiting")] == [("理发店九点开门。",)]
    assert not house.outbox.can_text(MOBILE)
