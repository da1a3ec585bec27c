"""The whole way of a callback in the real service: a window opens, staff, then she is rung."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from assistant.callbacks.roster import DEMO
from assistant.config import load_config
from assistant.core.callback import Promise, Wish
from assistant.database import open_database
from assistant.promises import open_promises
from tests.live.service import Live, start, stop
from tests.live.telephone import Telephone, post, until

if TYPE_CHECKING:
    from assistant.promises import Promises

ROOT = Path(__file__).parents[2]
HERS = "+8613800000401"
ZONE = ZoneInfo("Asia/Shanghai")
WORDS = {"zh": ("海棠", "松树", "石桥"), "en": ("red kettle", "garden gate", "blue boat")}


@dataclass(frozen=True, slots=True)
class Booked:
    """A service with one promise in its database."""

    live: Live
    promises: Promises
    promise: Promise

    def opens(self) -> None:
        """Move the clock into the window."""
        assert self.promise.window is not None
        moment = self.promise.window.start.astimezone(ZONE).isoformat()
        post(f"{self.live.base}/simulator/clock", {"set": moment})

    def telephone(self, number: str) -> Telephone:
        """A telephone of the simulator."""
        return Telephone(self.live.base, number)

    def staff(self) -> Telephone:
        """Whichever staff telephone rings first."""
        telephones = [self.telephone(person.phone) for person in DEMO]
        ringing: Telephone = until(
            lambda: next((one for one in telephones if one.rings()), None), "no staff were rung"
        )
        ringing.pick_up()
        return ringing

    def rings(self) -> list[tuple[str, int, str]]:
        """The journal's rings: whose, the how manieth, the carrier's id."""
        lines = [line for line in self.live.events() if line["event"] == "ring"]
        assert {line["callback"] for line in lines} <= {self.promise.code}
        return [(line["to"], line["attempt"], line["carrier_id"]) for line in lines]


@pytest.fixture
def booked(tmp_path: Path) -> Iterator[Booked]:
    """A promise for the next window, and the service over it."""
    config = load_config(ROOT / "config.yaml", {})
    database = open_database(f"sqlite:///{tmp_path / 'neighbour-line.db'}")
    promises = open_promises(config, database, dict, WORDS)
    now = datetime.now(ZONE)
    wish = Wish("GH000777", HERS, "zh", "service.hours", "食堂礼拜天开不开", "voice", "CA-asked")
    promise = promises.book.book(wish, promises.book.offers(now).windows[-1], now)
    assert promise is not None
    process, live = start(tmp_path)
    yield Booked(live, promises, promise)
    stop(process)
    database.close()


def test_staff_are_rung_then_she_is_and_they_talk(booked: Booked) -> None:
    """One key, one ring: she hears who rings and the safe word before anything else."""
    assert booked.rings() == []
    booked.opens()
    staff = booked.staff()
    told = " ".join(staff.listen("请按一"))
    word = booked.promise.safe_word
    assert told.count(word) == 2
    assert "食堂礼拜天开不开" in told
    staff.press("1")
    hers = booked.telephone(HERS)
    hers.pick_up()
    hers.wait_for("bridged")
    first, second = hers.heard
    assert first == "您好，这里是桂花社区邻里热线。"
    assert re.match(f"先说暗号，“{word}”", second)
    assert "食堂" not in first + second
    hers.hang_up()
    staff.wait_for("completed")
    row = booked.promises.store.get(booked.promise.code)
    assert row is not None
    assert (row.state, row.attempt, row.why) == ("done", 1, "talked")
    assert booked.rings() == [("staff", 1, staff.sid), ("resident", 1, hers.sid)]
    log = booked.live.log.read_text("utf-8")
    assert HERS[3:] not in log
    assert "食堂礼拜天" not in log
    assert "Traceback" not in log
