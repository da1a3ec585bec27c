"""What happens beyond words, on real stores."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from assistant.app import House, open_house
from assistant.clock import ConversationClock
from assistant.config import load_config
from assistant.core.event import Alert, Say, SendText
from assistant.core.texts import OutgoingText
from assistant.core.values import Localised, PhoneNumber
from assistant.effects import perform
from assistant.posting import build_sender
from tests.conftest import ROOT
from tests.houses import trees_learnt
from tests.outbox.carrier import loopback_texts

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime.fromisoformat("2026-11-25T23:00+08:00")
ON_DUTY = ("+8613900000001", "+8613900000002")


@pytest.fixture
def house(tmp_path: Path, demo_data: Path) -> Iterator[House]:
    """With two people on duty."""
    config = load_config(
        ROOT / "config.yaml",
        {"ASSISTANT_SITE__DUTY_PHONES": '["+8613900000001", "+8613900000002"]'},
    )
    learnt = trees_learnt()
    shutil.copytree(demo_data, tmp_path, dirs_exist_ok=True)
    opened = open_house(config, tmp_path, ROOT, ConversationClock(NOW), learnt=learnt)
    yield opened
    opened.close()


def test_everybody_on_duty_is_texted_once_and_at_once(house: House) -> None:
    """Even at night; the text names the kind of danger, the number and the code, not her words."""
    talk = house.talk.begin("voice", "13800000001", NOW)
    alert = Alert("GH000007", "safety.fall", "我摔在厨房里了")
    for _ in range(2):
        perform(house.talk.rooms, alert, talk, NOW)
    (first, second, none) = (house.outbox.claim(NOW) for _ in range(3))
    assert none is None
    assert first is not None
    assert second is not None
    assert {first.contact, second.contact} == set(ON_DUTY)
    assert (first.kind, first.body) == (
        "alarm",
        "【桂花社区】紧急，有居民说“摔倒了”，编号GH000007。请马上回电+8613800000001，办完要记下来。",
    )
    assert [item.code for item in house.alarms.listing()] == ["GH000007"]


COPY = SendText(
    (
        Say(
            "answer.phone.known",
            (
                ("service", Localised((("zh", "老年食堂"),))),
                ("number", PhoneNumber("0571-88001015")),
            ),
        ),
    )
)


def test_a_copy_for_a_mobile_is_signed_where_it_is_kept(house: House) -> None:
    """The outbox holds it as it is sent."""
    perform(house.talk.rooms, COPY, house.talk.begin("voice", "13800000001", NOW), NOW)
    held = house.outbox.claim(NOW)
    assert held is not None
    assert held.body == "【桂花社区】老年食堂电话：0571-88001015。"


def test_a_copy_for_a_landline_is_printed(house: House) -> None:
    """The carrier is never asked; the card has neither signature nor parts."""
    perform(house.talk.rooms, COPY, house.talk.begin("voice", "057188005678", NOW), NOW)
    with loopback_texts(NOW) as carrier:
        sender = build_sender(house, carrier.control())
        while sender.step():
            pass
        assert carrier.taken == []
    (card,) = house.cards.listing("waiting")
    assert (card.contact, card.lines) == ("+8657188005678", ("老年食堂电话：0571-88001015。",))


def test_a_signed_text_that_could_not_be_delivered_is_printed_without_signature(
    house: House,
) -> None:
    """Whoever reads the card knows who printed it."""
    body = "【桂花社区】(2/2) 来的时候带老年卡。"
    house.outbox.put(OutgoingText("late:1:1", "+8657188005678", body, "zh", "answer", NOW), NOW)
    with loopback_texts(NOW) as carrier:
        build_sender(house, carrier.control()).step()
    (card,) = house.cards.listing("waiting")
    assert card.lines == ("来的时候带老年卡。",)
