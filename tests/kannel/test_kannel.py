"""Texts over a real Kannel, with the mobile network behind it: hers in, ours out, and reports."""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import requests
from ruamel.yaml import YAML

from assistant.carriers import check
from assistant.core.texts import IncomingText, OutgoingText
from tests.kannel.gateway import KEY, until
from tests.kannel.served import NINE, blocks
from tests.scenarios.conftest import ROOT, Opened

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tests.kannel.conftest import Town

HERS = "+8613800000001"
STEP = timedelta(seconds=30)
CARRIED = ("sms_zh_stop", "sms_zh_menu", "sms_zh_chest", "sms_en_callback", "sms_en_address")
"One each of: a command, numbered messages, danger, a promise, English."


def script(name: str) -> tuple[str, list[str]]:
    """Who writes, and what, in one of the golden conversations by text."""
    read = YAML(typ="safe").load((ROOT / "tests/scenarios" / f"{name}.yaml").read_text("utf-8"))
    return str(read.get("from", HERS)), [str(turn["say"]) for turn in read["turns"]]


@pytest.mark.parametrize("name", CARRIED)
def test_golden_conversations_are_carried(
    name: str, town: Town, open_at: Callable[[datetime], Opened]
) -> None:
    """Every answer is what the talk says without any carrier, word for word, in order."""
    contact, said = script(name)
    house, clock, _ = open_at(NINE)
    operator = town.kannel.operator
    wanted: list[str] = []
    for words in said:
        wanted += house.talk.text(IncomingText(contact, words), clock.now()).texts
        operator.bring(contact.lstrip("+"), words)
        came = [part.text for part in operator.wait_for(len(wanted))]
        assert sorted(came) == sorted(wanted)
        clock.advance(STEP)
        town.served.clock.advance(STEP)
    assert wanted
    assert {part.to for part in operator.heard} == {contact}
    until(lambda: set(town.served.states()) == {"delivered"}, "no reports of all of them")


def test_a_text_is_answered_once_and_with_an_empty_page(town: Town) -> None:
    """However often Kannel brings it; what stands on the page would be sent to her."""
    page = f"{town.origin}/kannel/city/text"
    for _ in range(3):
        answered = requests.post(
            page,
            params={"key": KEY, "id": "one-and-the-same", "from": HERS},
            data="食堂电话".encode("utf-16-be"),
            headers={"Content-Type": 'text/plain; charset="UTF-16BE"'},
            timeout=10,
        )
        assert (answered.status_code, answered.content) == (200, b"")
    town.kannel.operator.wait_for(1)
    until(lambda: town.served.states() == ["delivered"], "it was not delivered")
    assert [part.text for part in town.kannel.operator.heard] == [
        "【桂花社区】老年食堂电话：0571-88001015。"
    ]


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("city/text", {"id": "1", "from": HERS}, 403),
        ("city/text", {"key": "x" * 24, "id": "1", "from": HERS}, 403),
        ("village/text", {"key": KEY, "id": "1", "from": HERS}, 403),
        ("city/text", {"key": KEY, "from": HERS}, 400),
        ("city/text", {"key": KEY, "id": "1"}, 400),
    ],
    ids=["no key", "another key", "another Kannel", "no id", "no sender"],
)
def test_strangers_are_refused(
    town: Town,
    path: str,
    query: dict[str, str],
    status: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Nothing is done, and neither key nor number is logged."""
    page = f"{town.origin}/kannel/{path}"
    with caplog.at_level(logging.DEBUG, "assistant"):
        answered = requests.post(page, params=query, data=b"hello", timeout=10)
    assert answered.status_code == status
    assert town.served.journal.lines == []
    assert HERS not in caplog.text
    assert KEY not in caplog.text


def test_a_report_of_somebody_else_changes_nothing(town: Town) -> None:
    """Without the key a text stays as it is."""
    town.kannel.operator.bring(HERS, "食堂电话")
    until(lambda: town.served.states() == ["delivered"], "it was not delivered")
    sid = str(sids(town)[0])
    forged = {"id": sid, "status": "16", "key": "y" * 24}
    page = f"{town.origin}/kannel/city/report"
    assert requests.get(page, params=forged, timeout=10).status_code == 403
    late = {**forged, "status": "8", "key": KEY}
    assert requests.get(page, params=late, timeout=10).status_code == 200
    assert town.served.states() == ["delivered"]


def sids(town: Town) -> list[Any]:
    """The carrier's ids of the texts in the outbox."""
    from sqlalchemy import select  # noqa: PLC0415 - one test looks past the outbox

    from assistant.outbox.tables import outbox  # noqa: PLC0415 - as above

    with town.served.house.database.read() as connection:
        return list(connection.execute(select(outbox.c.sid)).scalars())


def test_a_picture_is_answered_kindly(town: Town) -> None:
    """What are no words is told from words by its content type."""
    town.kannel.operator.bring_file(HERS)
    (answer,) = town.kannel.operator.wait_for(1)
    assert "图片" in answer.text


@pytest.mark.parametrize("sender", ["10086", "106980095588", "BANK"])
def test_services_and_names_are_not_answered(town: Town, sender: str) -> None:
    """Nobody reads an answer there, and every one is paid for."""
    town.kannel.operator.bring(sender, "您的余额不足")
    town.kannel.operator.bring(HERS, "食堂电话")
    town.kannel.operator.wait_for(1)
    until(lambda: town.served.states() == ["delivered"], "it was not delivered")
    assert {part.to for part in town.kannel.operator.heard} == {HERS}


def test_stop_is_ours_to_obey(town: Town) -> None:
    """Kannel knows no STOP: confirmed once, then news stays here and danger is answered."""
    operator, house = town.kannel.operator, town.served.house
    operator.bring(HERS, "STOP")
    operator.wait_for(1)
    until(lambda: town.served.states() == ["delivered"], "it was not delivered")
    assert house.requests.opted_out(HERS)
    house.outbox.put(OutgoingText("news:1", HERS, "停水通知。", "zh", "news", NINE), NINE)
    operator.bring(HERS, "食堂电话")
    operator.bring(HERS, "我胸口疼得厉害")
    assert "120" in operator.wait_for(2)[1].text
    until(lambda: town.served.kept("news:1").state == "dropped", "the news was not dropped")
    assert len(operator.heard) == 2


def test_the_check_tells_of_each_kannel(town: Town) -> None:
    """Without sending anything."""
    config = town.served.house.config
    right = dict(config.texts.carriers)["city"].model_dump()
    written = {
        "good": right,
        "stranger": {**right, "password": "another"},
        "nowhere": {**right, "send_url": "http://127.0.0.1:9/cgi-bin/sendsms"},
        "page": {**right, "send_url": f"{town.origin}/kannel/city/report"},
    }
    texts = config.texts.model_copy(update={"carriers": blocks(written)})
    told = check(config.model_copy(update={"texts": texts}))
    assert [good for _, good, _ in told] == [True, False, False, False]
    assert "refuses the account" in told[1][2]
    assert "not reached" in told[2][2]
    assert town.kannel.operator.heard == []


def test_texts_wait_out_a_kannel_that_is_away(town: Town) -> None:
    """Nothing is lost while it cannot be reached, and nothing is sent twice after that."""
    house, operator = town.served.house, town.kannel.operator
    town.kannel.stop_smsbox()
    text = OutgoingText("copy:1", HERS, "食堂九点开门。", "zh", "chosen", NINE)
    house.outbox.put(text, NINE)
    until(lambda: town.served.kept("copy:1").attempt == 1, "it was not tried")
    time.sleep(0.2)
    assert town.served.kept("copy:1").state == "waiting"
    town.kannel.start_smsbox()
    town.served.clock.advance(timedelta(minutes=5))
    assert [part.text for part in operator.wait_for(1)] == ["食堂九点开门。"]
    until(lambda: town.served.states() == ["delivered"], "it was not delivered")
    assert len(operator.heard) == 1
