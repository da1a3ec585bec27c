"""Texts over a real gammu-smsd with a dummy telephone: hers in, ours out, and delivery reports."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from assistant.carriers import check
from assistant.core.texts import IncomingText, OutgoingText
from tests.kannel.gateway import until
from tests.kannel.served import NINE, blocks
from tests.kannel.test_kannel import script

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tests.gammu.conftest import Village
    from tests.scenarios.conftest import Opened

HERS, ANOTHER = "+8613800000001", "+8613800000002"
CANTEEN = "【桂花社区】老年食堂电话：0571-88001015。"


@pytest.mark.parametrize("name", ["sms_zh_stop", "sms_zh_chest", "sms_en_address"])
def test_golden_conversations_are_carried(
    name: str, village: Village, open_at: Callable[[datetime], Opened]
) -> None:
    """Every answer is what the talk says without any carrier, word for word."""
    contact, said = script(name)
    house, clock, _ = open_at(NINE)
    wanted: list[str] = []
    for words in said:
        wanted += house.talk.text(IncomingText(contact, words), clock.now()).texts
        village.modem.bring(contact, words)
        came = [part.text for part in village.modem.wait_for(len(wanted))]
        assert sorted(came) == sorted(wanted)
        clock.advance(timedelta(seconds=30))
        village.served.clock.advance(timedelta(seconds=30))
    assert wanted


def test_a_long_text_of_hers_is_read_whole(village: Village) -> None:
    """Its parts come in any order; nothing of it stays in the daemon's tables."""
    village.modem.bring(HERS, "我想问一下，" * 12 + "食堂电话多少")
    (answer,) = village.modem.wait_for(1)
    assert answer.text == CANTEEN
    until(lambda: not village.modem.ask("SELECT 1 FROM inbox"), "her text was left lying about")
    until(lambda: village.served.states() == ["sent"], "it was not followed")
    blanked = "SELECT 1 FROM sentitems WHERE Text != '' OR TextDecoded != ''"
    until(lambda: not village.modem.ask(blanked), "our words were left lying about")


@pytest.mark.parametrize(
    ("word", "state"),
    [("Delivered", "delivered"), ("Failed", "waiting"), ("Pending", "sent")],
)
def test_the_network_tells_what_became_of_a_text(village: Village, word: str, state: str) -> None:
    """A real delivery report, matched by the daemon; one that failed is tried again later."""
    served = village.served
    served.house.outbox.put(
        OutgoingText("copy:1", HERS, "食堂九点开门。", "zh", "chosen", NINE), NINE
    )
    until(lambda: served.kept("copy:1").state == "sent", "it was not sent")
    village.modem.report(HERS, word)
    until(
        lambda: village.modem.ask("SELECT 1 FROM sentitems WHERE Status LIKE 'Delivery%'"),
        "the daemon took no report",
    )
    until(lambda: served.kept("copy:1").state == state, f"it is not {state}")
    assert served.kept("copy:1").tries_later == (1 if word == "Failed" else 0)


def test_a_text_that_lay_in_the_inbox_is_answered_once(village: Village) -> None:
    """Although it was answered before the row could be taken away."""
    modem = village.modem
    modem.ask("CREATE TABLE kept AS SELECT * FROM inbox")
    modem.ask(
        "CREATE TRIGGER keep BEFORE DELETE ON inbox BEGIN"
        " INSERT INTO kept SELECT * FROM inbox WHERE ID = OLD.ID; END"
    )
    modem.bring(HERS, "食堂电话")
    until(lambda: modem.ask("SELECT 1 FROM kept"), "it was not answered")
    modem.ask("INSERT INTO inbox SELECT * FROM kept")
    until(lambda: len(modem.ask("SELECT 1 FROM kept")) == 2, "it was not looked at again")
    assert [part.text for part in modem.wait_for(1)] == [CANTEEN]


def test_advertisements_are_not_answered(village: Village) -> None:
    """A SIM card gets many; the resident who writes after them is."""
    village.modem.bring("10086", "您的余额不足")
    village.modem.bring("106980095588", "双十一大促")
    village.modem.bring(HERS, "食堂电话")
    assert [part.to for part in village.modem.wait_for(1)] == [HERS]
    until(lambda: not village.modem.ask("SELECT 1 FROM inbox"), "they were left lying about")


def test_the_check_tells_of_each_modem(village: Village) -> None:
    """A daemon that runs, tables without a daemon, and no tables."""
    config = village.served.house.config
    modem = village.modem
    empty = modem.folder / "empty.db"
    empty.write_bytes(b"")
    written = {
        "good": {"kind": "gammu", "database": modem.url},
        "other": {"kind": "gammu", "database": modem.url, "phone": "other"},
        "empty": {"kind": "gammu", "database": f"sqlite:///{empty}"},
        "cloud": {"kind": "twilio"},
    }
    texts = config.texts.model_copy(update={"carriers": blocks(written)})
    told = check(config.model_copy(update={"texts": texts}))
    assert [good for _, good, _ in told] == [True, False, False, False]
    assert "signal" in told[0][2]
    assert "does not run" in told[1][2]
    assert "no tables" in told[2][2]
    assert "twilio.account_sid" in told[3][2]
