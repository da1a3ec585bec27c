"""Texts through a real HTTP carrier on loopback that fails in every way a carrier fails."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, get_args
from zoneinfo import ZoneInfo

import pytest

from assistant.core.texts import OutgoingText, TextKind
from assistant.database import Database, open_database
from assistant.outbox.delivery import ATTEMPTS
from assistant.outbox.quiet import quiet_times
from assistant.outbox.sender import Manners, Sender
from assistant.outbox.store import LEASE, Outbox
from assistant.outbox.tables import Held
from tests.outbox.carrier import Behaviour, LoopbackTexts, loopback_texts

if TYPE_CHECKING:
    from pathlib import Path

NINE = datetime.fromisoformat("2026-11-25T09:00+08:00")
ZONE = ZoneInfo("Asia/Shanghai")
NOON_IS_QUIET = quiet_times([("20:00", "08:00"), ("12:00", "14:00")])
HERS = "+8613800000001"


@dataclass
class Post:
    """An outbox, its sender and the carrier, under a clock of their own."""

    database: Database
    carrier: LoopbackTexts
    now: datetime
    stopped: set[str] = field(default_factory=set)
    paper: list[Held] = field(default_factory=list)
    site_per_minute: int = 1000
    segments_per_day: int = 1000
    all_spent: bool = False

    def __post_init__(self) -> None:
        self.outbox = Outbox(self.database, "【桂花社区】")
        self.sender = self.another_sender()

    def another_sender(self) -> Sender:
        """As another process would have it."""
        manners = Manners(
            ZONE,
            NOON_IS_QUIET,
            3,
            self.site_per_minute,
            self.segments_per_day,
            all_spent=lambda _now: self.all_spent,
        )
        return Sender(
            self.outbox,
            self.carrier.control(),
            manners,
            lambda: self.now,
            self.stopped.__contains__,
            lambda contact, _now: self.stopped.add(contact),
            self.paper.append,
        )

    def put(self, key: str = "k1", kind: TextKind = "answer", contact: str = HERS) -> bool:
        """Keep a text now."""
        text = OutgoingText(key, contact, f"第{key}条。", "zh", kind, self.now)
        return self.outbox.put(text, self.now)

    def work(self) -> None:
        """Send until nothing is due."""
        while self.sender.step():
            pass

    def later(self, step: timedelta) -> None:
        """Time passes and what has come due is sent."""
        self.now += step
        self.work()

    def state(self, key: str = "k1") -> str:
        """Where a text stands."""
        kept = self.outbox.get(key)
        return "none" if kept is None else kept.state

    def bodies(self) -> list[str]:
        """What the carrier has taken."""
        return [text["Body"] for text in self.carrier.taken]


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    """Empty."""
    database = open_database(f"sqlite:///{tmp_path / 'assistant.db'}")
    with loopback_texts(NINE) as carrier:
        yield Post(database, carrier, NINE)
    database.close()


def test_a_text_is_sent_once_and_followed_to_her_telephone(post: Post) -> None:
    """The same key twice is one text; reports move it forward only."""
    assert [post.put(), post.put()] == [True, False]
    post.work()
    sid = post.carrier.taken[0]["sid"]
    seen = [post.state()]
    for status in ("sent", "delivered", "sent", "queued", "unheard-of"):
        post.sender.reported(sid, status, None)
        seen.append(post.state())
    assert seen == ["accepted", "sent", *["delivered"] * 4]
    assert post.bodies() == ["第k1条。"]


def test_a_report_may_be_faster_than_the_carriers_own_answer(post: Post) -> None:
    """It is kept and counts once the id is known."""
    post.sender.reported("SM" + "0" * 31 + "1", "delivered", None)
    post.put()
    post.work()
    assert post.state() == "delivered"


@pytest.mark.parametrize(
    ("failure", "meanwhile"),
    [(500, "unknown"), (503, "unknown"), (429, "waiting"), (20429, "waiting")],
)
def test_a_carrier_that_is_busy_is_asked_again(post: Post, failure: int, meanwhile: str) -> None:
    """After a wait the text goes once; a server that failed may have it, so its list is read."""
    post.carrier.next.append(failure)
    post.put()
    post.work()
    assert (post.state(), post.bodies()) == (meanwhile, [])
    post.later(timedelta(seconds=40))
    assert (post.state(), len(post.bodies())) == ("accepted", 1)


def test_a_carrier_that_stays_down_is_given_up_and_shown_to_staff(post: Post) -> None:
    """After some two hours of asking; the text is not lost, it is failed for all to see."""
    post.carrier.next.extend([503] * ATTEMPTS)
    post.put()
    post.work()
    for _ in range(ATTEMPTS):
        post.later(timedelta(minutes=80))
    assert [item.key for item in post.outbox.listing(["failed"])] == ["k1"]


def test_a_dropped_line_after_taking_never_means_a_second_text(post: Post) -> None:
    """The carrier's own list shows that it has the text."""
    post.carrier.next.append("take and hang up")
    post.put()
    post.work()
    assert post.state() == "unknown"
    post.later(timedelta(seconds=40))
    assert (post.state(), len(post.bodies())) == ("accepted", 1)


def test_a_dropped_line_before_taking_sends_it_after_all(post: Post) -> None:
    """The list is asked first; while it fails, nothing is sent."""
    post.carrier.next.extend(["hang up", "list fails"])
    post.put()
    post.work()
    post.later(timedelta(seconds=40))
    assert (post.state(), post.bodies()) == ("unknown", [])
    post.later(timedelta(minutes=3))
    assert (post.state(), len(post.bodies())) == ("accepted", 1)


def test_a_sender_that_dies_in_the_middle_leaves_nothing_behind(post: Post) -> None:
    """Claimed and never heard of again: looked up, then sent; what the dead one writes is void."""
    post.put()
    held = post.outbox.claim(post.now)
    assert held is not None
    post.later(LEASE - timedelta(seconds=1))
    assert post.bodies() == []
    post.later(timedelta(seconds=2))
    post.outbox.accepted(held, "SM" + "f" * 32, post.now)
    assert (post.state(), len(post.bodies())) == ("accepted", 1)
    kept = post.outbox.get("k1")
    assert kept is not None
    assert kept.attempt > held.attempt


@pytest.mark.parametrize(
    ("code", "expected"),
    [(30006, "dropped"), (21635, "dropped"), (21610, "dropped"), (21211, "failed")],
)
def test_a_refusal_is_remembered(post: Post, code: int, expected: str) -> None:
    """A landline is not texted again, who said stop is left in peace, the rest staff must see."""
    post.carrier.next.append(code)
    post.put()
    post.work()
    post.put("k2", "news")
    post.work()
    assert post.state() == expected
    assert (post.state("k2"), post.outbox.can_text(HERS)) == (
        ("accepted", True) if code == 21211 else ("dropped", code == 21610)
    )
    landline = code in {30006, 21635}
    assert [held.key for held in post.paper] == (["k1", "k2"] if landline else [])


def test_a_telephone_that_was_switched_off_is_tried_again_that_day(post: Post) -> None:
    """After half an hour, two hours and eight hours; then staff see it."""
    post.put(kind="alarm")
    post.work()
    for hours in (0.5, 2, 8):
        post.sender.reported(post.carrier.taken[-1]["sid"], "undelivered", 30003)
        assert post.state() == "waiting"
        post.later(timedelta(hours=hours))
    post.sender.reported(post.carrier.taken[-1]["sid"], "undelivered", 30003)
    assert (post.state(), len(post.carrier.taken)) == ("undelivered", 4)


def test_news_waits_for_a_decent_hour_and_an_alarm_does_not(post: Post) -> None:
    """Put at nine in the evening."""
    post.now = post.now.replace(hour=21)
    post.put("news", "news")
    post.put("alarm", "alarm")
    post.put("answer", "answer")
    post.work()
    assert post.bodies() == ["第alarm条。", "第answer条。"]
    post.later(timedelta(hours=11))
    assert post.bodies()[2:] == ["第news条。"]


def test_nobody_is_flooded(post: Post) -> None:
    """Three unasked texts an hour to one contact; the fourth comes later, none is lost."""
    for number in range(5):
        post.put(f"n{number}", "news")
    post.work()
    assert len(post.bodies()) == 3
    post.later(timedelta(hours=2))
    assert len(post.bodies()) == 5


def test_when_no_text_can_be_paid_for_all_but_alarms_wait(post: Post) -> None:
    """Answers too, until the site's own midnight and its quiet hours are over; none is lost."""
    post.all_spent = True
    post.sender = post.another_sender()
    for kind in get_args(TextKind):
        post.put(kind, kind)
    post.work()
    assert post.bodies() == ["第alarm条。"]
    post.all_spent = False
    post.later(timedelta(hours=24))
    assert sorted(post.bodies()) == sorted(f"第{kind}条。" for kind in get_args(TextKind))


def test_the_site_does_not_send_faster_than_it_may(post: Post) -> None:
    """So many a minute; an alarm does not wait."""
    post.site_per_minute = 2
    post.sender = post.another_sender()
    for number in range(4):
        post.put(f"a{number}", contact=f"+861380000000{number}")
    post.work()
    post.put("alarm", "alarm")
    post.work()
    assert len(post.bodies()) == 3
    post.later(timedelta(minutes=2))
    assert len(post.bodies()) == 5


def test_when_the_budget_is_used_up_news_waits_for_tomorrow(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    """What she asked for still goes, and the operator is told."""
    post.segments_per_day = 1
    post.sender = post.another_sender()
    for number in range(2):
        post.put(f"n{number}", "news", f"+861380000000{number}")
    post.put("asked")
    post.work()
    assert post.bodies() == ["第asked条。"]
    assert "budget" in caplog.text
    assert HERS not in caplog.text
    post.later(timedelta(hours=24))
    assert len(post.bodies()) == 2


def test_two_senders_on_one_outbox_send_each_text_once(post: Post) -> None:
    """Four threads, sixty texts."""
    for number in range(60):
        post.put(f"t{number}", contact=f"+86138{number:08d}")

    def work() -> None:
        sender = post.another_sender()
        while sender.step():
            pass

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(post.bodies()) == sorted(f"第t{number}条。" for number in range(60))


@pytest.mark.parametrize("seed", range(5))
def test_whatever_the_carrier_does_every_text_ends_and_none_is_doubled(
    post: Post, seed: int
) -> None:
    """A hundred failures in a seeded order: once at the carrier, or failed for staff to see."""
    chance = random.Random(seed)  # noqa: S311 - a reproducible order, no secret
    kinds: list[Behaviour] = [
        "take",
        "take and hang up",
        "hang up",
        "list fails",
        500,
        429,
        30003,
        21211,
    ]
    post.carrier.next.extend(chance.choice(kinds) for _ in range(100))
    for number in range(15):
        post.put(f"r{number}", contact=f"+861380000{number:04d}")
    for _ in range(60):
        post.later(timedelta(minutes=chance.choice([1, 5, 30, 90])))
    bodies = post.bodies()
    assert len(bodies) == len(set(bodies))
    for number in range(15):
        state = post.state(f"r{number}")
        assert state in {"accepted", "failed"}
        assert (f"第r{number}条。" in bodies) or state == "failed"
