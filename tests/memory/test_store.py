from __future__ import annotations

import logging
import subprocess
import sys
import threading
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from assistant.core.conversation import Conversation, Option, Pace, Pending, Topic
from assistant.core.event import Say
from assistant.core.values import (
    Clock,
    Code,
    Day,
    Listing,
    Localised,
    Moment,
    Money,
    Number,
    PhoneNumber,
    Span,
    Spans,
    Value,
    Week,
    WeekRow,
    Words,
)
from assistant.database import Database, open_database
from assistant.memory.store import (
    ABANDONED,
    STATE,
    ConversationStore,
    StoredAnswer,
    WebhookLog,
    conversations,
    state_json,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=timezone(timedelta(hours=8)))
ANSWER = StoredAnswer("<Response/>", 200, "text/xml")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty database in a folder of its own."""
    opened = open_database(f"sqlite:///{tmp_path / 'assistant.db'}")
    yield opened
    opened.close()


def conversation(identifier: str = "c1", minutes: int = 0, **changes: object) -> Conversation:
    """A conversation by text that was last touched so many minutes after nine."""
    updated = NOW + timedelta(minutes=minutes)
    given_ = {"channel": "sms", "contact": "+8610", "language": "zh", "opened": NOW, **changes}
    return Conversation(id=identifier, updated=updated, **given_)  # type: ignore[arg-type]


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
LOCALISED = st.builds(Localised, st.lists(st.tuples(TEXTS, TEXTS), max_size=3).map(tuple))
TIMES = st.times()
DATES = st.dates(date(1900, 1, 1), date(2100, 1, 1))
MOMENTS = st.datetimes(
    datetime(1950, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.integers(-14, 14).map(lambda hours: timezone(timedelta(hours=hours))),
)
SPANS = st.builds(Span, TIMES, TIMES)
VALUES: st.SearchStrategy[Value] = st.one_of(
    LOCALISED,
    st.builds(Words, TEXTS),
    st.builds(PhoneNumber, TEXTS),
    st.builds(Code, TEXTS),
    st.builds(Number, st.integers(-(2**53), 2**53)),
    st.builds(Money, st.floats(allow_nan=False, allow_infinity=False)),
    st.builds(Clock, TIMES),
    st.builds(Day, DATES, DATES),
    st.builds(Moment, MOMENTS, DATES),
    SPANS,
    st.builds(Spans, st.lists(SPANS, max_size=2).map(tuple)),
    st.builds(
        Week,
        st.lists(
            st.builds(WeekRow, st.tuples(st.integers(0, 6)), st.tuples(SPANS)), max_size=2
        ).map(tuple),
    ),
    st.builds(Listing, st.lists(LOCALISED, max_size=2).map(tuple)),
)
SAYS = st.builds(Say, TEXTS, st.lists(st.tuples(TEXTS, VALUES), max_size=3).map(tuple))
PENDING = st.builds(
    Pending,
    st.sampled_from(["open", "which", "menu", "confirm", "emergency"]),
    MOMENTS,
    st.lists(st.builds(Option, TEXTS, LOCALISED, TEXTS), max_size=2).map(tuple),
    st.none() | TEXTS,
    TEXTS,
)
CONVERSATIONS = st.builds(
    Conversation,
    id=TEXTS,
    channel=st.sampled_from(["voice", "sms"]),
    contact=TEXTS,
    language=TEXTS,
    opened=MOMENTS,
    updated=MOMENTS,
    pending=st.none() | PENDING,
    topic=st.builds(Topic, st.lists(TEXTS, max_size=2).map(tuple), st.none() | TEXTS),
    said=st.lists(SAYS, max_size=3).map(tuple),
    trail=st.lists(st.lists(SAYS, max_size=2).map(tuple), max_size=2).map(tuple),
    misses=st.integers(0, 9),
    pace=st.builds(Pace, st.floats(0.5, 2), st.floats(-6, 6), st.booleans()),
    ended=st.booleans(),
)


@settings(max_examples=150, deadline=None)
@given(CONVERSATIONS)
def test_a_stored_conversation_comes_back_equal(talk: Conversation) -> None:
    """Whatever was said, asked and left open survives JSON, each value with its own kind."""
    assert STATE.validate_json(state_json(talk)) == talk


def test_save_and_load_and_get(database: Database) -> None:
    """The latest conversation of the contact in the channel is loaded; each is had by its id."""
    store = ConversationStore(database)
    early, late = conversation("a", 1), conversation("b", 2, ended=True)
    others = [conversation("c", 3, contact="+8611"), conversation("d", 4, channel="voice")]
    for talk in (late, early, *others):
        store.save(talk)
    assert store.load("sms", "+8610") == late
    assert store.get("a") == early
    assert (store.load("sms", "+8699"), store.get("z")) == (None, None)


def test_the_newest_state_wins_whatever_the_order(database: Database) -> None:
    """A late-coming older state is dropped; one of the same moment replaces."""
    store = ConversationStore(database)
    for minutes, turns in ((2, 5), (1, 4), (2, 6)):
        store.save(conversation("a", minutes, turns=turns))
    found = store.get("a")
    assert found is not None
    assert found.turns == 6


def test_an_unreadable_state_is_absent_and_its_content_is_not_logged(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """A state of an older shape begins anew, and the log names the conversation only."""
    store = ConversationStore(database)
    store.save(conversation("a"))
    with database.begin() as connection:
        connection.execute(update(conversations).values(state='{"words": "my hip hurts"}'))
    with caplog.at_level(logging.DEBUG, "assistant"):
        assert (store.get("a"), store.load("sms", "+8610")) == (None, None)
    assert "conversation a" in caplog.text
    assert "hip" not in caplog.text
    store.save(conversation("a", 1))
    assert store.get("a") == conversation("a", 1)


def test_halves_of_characters_do_not_lose_a_conversation(database: Database) -> None:
    """Half an emoji, which no JSON may hold, is kept as a question mark; NUL is kept out of it."""
    store = ConversationStore(database)
    store.save(conversation("a", pending=Pending("words", NOW, heard="药\ud83d 没了\0")))
    found = store.get("a")
    assert found is not None
    assert found.pending is not None
    assert found.pending.heard.startswith("药? 没了")


def test_threads_save_one_conversation_and_the_newest_stays(database: Database) -> None:
    """Eight threads at once: none fails and the newest moment is what is read."""
    store = ConversationStore(database)
    threads = [
        threading.Thread(target=store.save, args=(conversation("a", minute, turns=minute),))
        for minute in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.get("a") == conversation("a", 7, turns=7)


def test_a_webhook_is_given_out_once_and_then_answered_alike(database: Database) -> None:
    """The first is told to act; a second meanwhile to wait; later ones get the same answer."""
    log = WebhookLog(database)
    assert log.first("SM1", NOW) is None
    assert log.first("SM1", NOW) == StoredAnswer(done=False)
    log.answered("SM1", ANSWER, NOW)
    assert log.first("SM1", NOW + timedelta(days=1)) == ANSWER
    assert log.first("SM2", NOW) is None


def test_a_webhook_nobody_finished_is_given_out_again(database: Database) -> None:
    """Whoever took it has died; the carrier's next try is acted upon, once."""
    log = WebhookLog(database)
    late = NOW + ABANDONED
    assert [log.first("SM1", when) for when in (NOW, late, late)] == [
        None,
        None,
        StoredAnswer(done=False),
    ]


def test_old_webhooks_are_forgotten(database: Database) -> None:
    """Only those before the moment given; a forgotten one counts as new."""
    log = WebhookLog(database)
    log.answered("SM1", ANSWER, NOW)
    log.answered("SM2", ANSWER, NOW + timedelta(hours=1))
    assert log.forget(NOW + timedelta(minutes=1)) == 1
    assert (log.first("SM1", NOW), log.first("SM2", NOW)) == (None, ANSWER)


TAKE = """
import sys
from datetime import UTC, datetime
from assistant.database import open_database
from assistant.memory.store import WebhookLog
database = open_database(sys.argv[1])
log = WebhookLog(database)
now = datetime(2026, 11, 25, tzinfo=UTC)
print(*(number for number in range(60) if log.first(f"SM{number}", now) is None))
database.close()
"""


def test_two_processes_share_webhooks_without_doing_any_twice(database: Database) -> None:
    """Of sixty webhooks delivered to both, each is acted upon by exactly one."""
    command = [sys.executable, "-c", TAKE, f"sqlite:///{database.where}"]
    both = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) for _ in range(2)]
    taken = [process.communicate(timeout=60)[0].split() for process in both]
    assert sorted(int(number) for part in taken for number in part) == list(range(60))


def test_threads_share_one_webhook(database: Database) -> None:
    """Of eight threads with the same webhook one acts."""
    log = WebhookLog(database)
    start = threading.Barrier(8)
    found: list[StoredAnswer | None] = []

    def take() -> None:
        start.wait()
        found.append(log.first("SM1", datetime(2026, 11, 25, tzinfo=UTC)))

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (found.count(None), found.count(StoredAnswer(done=False))) == (1, 7)


def test_times_of_day_keep_their_kind(database: Database) -> None:
    """A clock time, a date and a moment are not mistaken for one another or for words."""
    values: tuple[tuple[str, Value], ...] = (
        ("clock", Clock(time(8, 30))),
        ("day", Day(date(2026, 3, 5), date(2026, 3, 4))),
        ("words", Words("08:30:00")),
        ("code", Code("GH000123")),
    )
    store = ConversationStore(database)
    store.save(conversation("a", said=(Say("answer.hours.day", values),)))
    found = store.get("a")
    assert found is not None
    assert found.said[0].params == values
