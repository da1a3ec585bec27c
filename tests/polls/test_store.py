"""Ballots: one voice each, replaced and never doubled, and nobody's to read."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from assistant.core.poll import Tally
from assistant.database import Database
from assistant.polls.store import BallotStore
from assistant.polls.tables import ballots, news

NOW = datetime(2026, 11, 25, 1, 30, tzinfo=UTC)
LI, WANG = "+8613800000001\n老李", "+8613800000001\n老王"
PHONE = "+8613800000001"


@pytest.fixture
def store(any_database: Database) -> BallotStore:
    """Ballots in a real database of each kind."""
    return BallotStore(any_database)


def test_a_second_vote_takes_the_place_of_the_first(store: BallotStore) -> None:
    """It is told what it replaces; one voice counts once, two of one telephone twice."""
    first, second = store.cast("p", PHONE, LI, 1, NOW), store.cast("p", PHONE, LI, 3, NOW)
    assert (first.replaces, first.household) == (None, 1)
    assert (second.replaces, second.household) == (1, 1)
    other = store.cast("p", PHONE, WANG, 1, NOW)
    assert (other.replaces, other.household) == (None, 2)
    assert store.counts("p") == {3: 1, 1: 1}
    assert (store.mine("p", LI), store.mine("q", LI)) == (3, None)


def test_many_votes_of_one_voice_at_once_are_one(store: BallotStore) -> None:
    """Whoever comes last, one ballot stands."""
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda choice: store.cast("p", PHONE, LI, choice, NOW), [1, 2, 3, 1]))
    assert store.turnout("p") == 1


def test_nothing_in_a_row_tells_who_or_what(store: BallotStore, any_database: Database) -> None:
    """No number, no name, no choice, no time of day; the same voice looks different elsewhere."""
    store.cast("p", PHONE, LI, 2, NOW)
    store.cast("q", PHONE, LI, 2, NOW)
    with any_database.read() as connection:
        rows = connection.execute(select(ballots)).all()
    assert len({row.id for row in rows} | {row.household for row in rows}) == 4
    assert len({row.choice for row in rows}) == 2
    for row in rows:
        assert not any(sign in str(tuple(row)) for sign in ("138000", "老李", "\n"))
        assert row.choice not in {"2", "02"}
        assert row.day.hour == row.day.minute == 0


def test_a_result_is_published_once(store: BallotStore) -> None:
    """Hidden counts stay hidden in the table; a second time changes nothing."""
    assert store.publish("p", (Tally(1, 52), Tally(2, None)), "陈站长", NOW)
    assert not store.publish("p", (Tally(1, 53),), "陈站长", NOW)
    assert store.published() == {"p": (Tally(1, 52), Tally(2, None))}


def test_who_wants_it_is_told_once(store: BallotStore, any_database: Database) -> None:
    """Not before it is published, not who said no, and no number in the clear."""
    store.keep_posted("p", PHONE, "zh", NOW, wanted=False)
    store.keep_posted("p", PHONE, "zh", NOW, wanted=True)
    store.keep_posted("p", "+8613800000002", "en", NOW, wanted=False)
    assert store.to_tell() == ()
    assert store.was_asked("p", PHONE)
    assert not store.was_asked("q", PHONE)
    store.publish("p", (Tally(1, 52),), "陈站长", NOW)
    (telling,) = store.to_tell()
    assert (telling.contact, telling.language, telling.poll) == (PHONE, "zh", "p")
    assert [store.told(telling, NOW), store.told(telling, NOW)] == [True, False]
    assert store.to_tell() == ()
    with any_database.read() as connection:
        assert "138000" not in str(connection.execute(select(news)).all())
