"""What was heard is kept with the conversation, sealed, once, and never of a drill."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, func, select, update

import assistant.retaining  # noqa: F401 - declares the tables of every rule
from assistant.app import House, open_house
from assistant.clock import ConversationClock
from assistant.config import load_config
from assistant.core.conversation import Conversation
from assistant.core.texts import IncomingText
from assistant.core.turn import Hypothesis, Key, Opened, Utterance
from assistant.drill.numbers import fresh_number
from assistant.drill.results import DrillStore
from assistant.memory.hearings import (
    UNREADABLE,
    Answer,
    Exchange,
    Hearing,
    HearingStore,
    hearings,
)
from assistant.memory.store import ConversationStore
from assistant.privacy.retention import Retention
from tests.conftest import ROOT
from tests.houses import trees_learnt

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime.fromisoformat("2026-11-25T09:30+08:00")
HERS = "+8613800000001"
SAID, OTHER = "楼道的灯坏了", "楼道的凳坏了"
HEARD = Utterance(SAID, "zh", 0.62, (Hypothesis(OTHER, 0.31),))
IDENTITY = "330102194901011234"


@pytest.fixture
def house(tmp_path: Path, demo_data: Path) -> Iterator[House]:
    """A house on the demo community."""
    config = load_config(ROOT / "config.yaml", {})
    learnt = trees_learnt()
    shutil.copytree(demo_data, tmp_path, dirs_exist_ok=True)
    opened = open_house(config, tmp_path, ROOT, ConversationClock(NOW), learnt=learnt)
    yield opened
    opened.close()


def call(house: House, *turns: Utterance | Key, contact: str = HERS, name: str = "CA1") -> None:
    """One call with these turns, half a minute apart."""
    talk = house.talk.begin("voice", contact, NOW, identifier=name)
    talk = house.talk.take(talk, Opened(), NOW).conversation
    for number, turn in enumerate(turns, start=1):
        talk = house.talk.take(talk, turn, NOW + timedelta(seconds=30 * number)).conversation


def kept(house: House) -> int:
    """Rows."""
    with house.database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(hearings)).scalar() or 0)


def turn_of(words: str = SAID, number: int = 1, at: datetime = NOW) -> Hearing:
    """A turn of a conversation of its own."""
    exchange = Exchange(Utterance(words, "zh", 0.5), (Answer("open.ask", "您请说。", "zh"),))
    return Hearing("c1", number, at, "voice", "", exchange)


def test_every_hypothesis_and_the_answer_are_kept(house: House) -> None:
    """With confidence and language, prompts by name and as said; of a key only that it was one."""
    call(house, HEARD, Key("9"))
    first, second = HearingStore(house.database).about("", "CA1")
    assert first.exchange.heard == HEARD
    assert first.exchange.answered
    assert all(one.prompt and one.text and one.language for one in first.exchange.answered)
    assert (first.at, first.channel) == (NOW + timedelta(seconds=30), "voice")
    assert second.exchange.heard is None
    assert first.turn < second.turn


def test_a_turn_read_anew_replaces_itself(house: House) -> None:
    """Of two breaths heard as two wishes, then as one, only the one stays."""
    before = house.talk.begin("voice", HERS, NOW, identifier="CA1")
    for words in ("食堂", "食堂礼拜天开门吗"):
        house.talk.take(before, Utterance(words, "zh"), NOW)
    (only,) = HearingStore(house.database).about("", "CA1")
    assert only.exchange.heard == Utterance("食堂礼拜天开门吗", "zh")


def test_nothing_is_written_in_the_clear(house: House, tmp_path: Path) -> None:
    """Neither file nor write-ahead log; and an identity number not even sealed."""
    call(house, Utterance("彩虹桥边的猫饿了", "zh", 0.4, (Hypothesis("彩虹桥边的帽饿了", 0.2),)))
    house.talk.text(IncomingText(HERS, f"我的身份证是{IDENTITY}"), NOW)
    with house.database.read() as connection:
        rows = str(connection.execute(select(hearings)).all())
    assert "彩虹桥" not in rows
    raw = b"".join(path.read_bytes() for path in tmp_path.glob("neighbour-line.db*"))
    assert "边的帽饿了".encode() not in raw
    texts = HearingStore(house.database).about("", _texts_of(house))
    assert texts
    assert IDENTITY not in str(texts)


def _texts_of(house: House) -> str:
    found = house.talk.rooms.store.load("sms", HERS)
    assert found is not None
    return found.id


def test_it_costs_no_transaction_more(house: House) -> None:
    """Conversation and hearing are one commit, and neither stays without the other."""
    commits: list[object] = []

    def count(connection: object) -> None:
        commits.append(connection)

    event.listen(house.database.engine, "commit", count)
    store, talk = (
        ConversationStore(house.database),
        Conversation("c1", "voice", HERS, "zh", NOW, NOW),
    )
    store.save_turn(talk, turn_of())
    event.remove(house.database.engine, "commit", count)
    assert len(commits) == 1
    torn = turn_of(number=2, at=NOW.replace(tzinfo=None))
    other = Conversation("c2", "voice", HERS, "zh", NOW, NOW)
    with pytest.raises(Exception, match="zone"):
        store.save_turn(other, torn)
    assert store.get("c2") is None
    assert kept(house) == 1


def test_a_text_about_a_case_is_found_by_its_code(house: House) -> None:
    """Her call, then what she wrote of it days later, in the order in which it was said."""
    call(house, Utterance("我要报修，楼道的灯坏了", "zh"), Utterance("对", "zh"))
    (request,) = house.requests.listing("open")
    later = NOW + timedelta(days=2)
    house.talk.text(IncomingText(HERS, f"{request.code} 办得怎么样了"), later)
    house.talk.text(IncomingText(HERS, "食堂几点开门"), later + timedelta(minutes=1))
    found = HearingStore(house.database).about(request.code, "CA1")
    assert [one.channel for one in found][-1] == "sms"
    assert {one.channel for one in found[:-1]} == {"voice"}
    assert found[-1].exchange.answered


def test_a_drill_leaves_none(house: House) -> None:
    """Those of residents stay."""
    call(house, HEARD, contact=fresh_number(), name="CAdrill1")
    call(house, HEARD)
    assert kept(house) == 2
    DrillStore(house.database).sweep()
    assert kept(house) == 1
    assert HearingStore(house.database).about("", "CA1")


def test_only_what_belongs_to_a_case_outlives_the_night(house: House) -> None:
    """An answered question is gone with the first run; a repair stays as long as its case."""
    days = house.config.retention.days.model_dump()
    call(house, Utterance("我要报修，楼道的灯坏了", "zh"), Utterance("对", "zh"), name="CA-case")
    call(house, Utterance("食堂几点开门", "zh"), name="CA-asked", contact="+8613800000002")
    (request,) = house.requests.listing("open")
    store, keeping = HearingStore(house.database), Retention(house.database, days)
    keeping.run(NOW + timedelta(hours=1))
    assert store.about("", "CA-asked"), "a talk of this hour may still go on"
    keeping.run(NOW + timedelta(hours=17))
    assert store.about("", "CA-asked") == ()
    assert store.about(request.code, "CA-case")
    house.requests.close(request.code)
    keeping.run(NOW + timedelta(days=days["requests"] - 1))
    assert store.about(request.code, "CA-case")
    keeping.run(NOW + timedelta(days=days["requests"] + 1))
    assert kept(house) == 0


def test_what_cannot_be_opened_is_marked(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """The page is shown; the log names the conversation and no word."""
    call(house, HEARD)
    with house.database.begin() as connection:
        connection.execute(update(hearings).values(words="nothing at all"))
    (found,) = HearingStore(house.database).about("", "CA1")
    assert found.exchange == UNREADABLE
    assert "CA1" in caplog.text
    assert SAID not in caplog.text
    assert "nothing at all" not in caplog.text
