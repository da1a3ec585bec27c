"""What the ports of storage promise, for every adapter of each, on SQLite and on PostgreSQL."""

from __future__ import annotations

import inspect
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from assistant.alarms.store import AlarmStore
from assistant.cases.store import RequestStore
from assistant.core import ports
from assistant.core.conversation import Conversation
from assistant.core.event import Alert, AlertNews, TakeDown
from assistant.memory.preferences import PreferenceStore
from assistant.memory.store import ConversationStore

if TYPE_CHECKING:
    from assistant.database import Database

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
TALK = Conversation("c1", "voice", "+8610", "zh", NOW, NOW)


@pytest.fixture
def database(any_database: Database) -> Database:
    """An empty database of each kind."""
    return any_database


@pytest.fixture(params=[ConversationStore], ids=["database"])
def conversations(request: pytest.FixtureRequest, database: Database) -> ports.ConversationStore:
    """Each adapter of `ConversationStore`."""
    store: ports.ConversationStore = request.param(database)
    return store


@pytest.fixture(params=[RequestStore], ids=["database"])
def requests(request: pytest.FixtureRequest, database: Database) -> ports.RequestStore:
    """Each adapter of `RequestStore`."""
    store: ports.RequestStore = request.param(database)
    return store


@pytest.fixture(params=[AlarmStore], ids=["database"])
def alarms(request: pytest.FixtureRequest, database: Database) -> ports.AlarmStore:
    """Each adapter of `AlarmStore`."""
    store: ports.AlarmStore = request.param(database)
    return store


@pytest.mark.parametrize(
    ("port", "adapter"),
    [
        (ports.ConversationStore, ConversationStore),
        (ports.RequestStore, RequestStore),
        (ports.AlarmStore, AlarmStore),
        (ports.PreferenceStore, PreferenceStore),
    ],
    ids=["conversations", "requests", "alarms", "preferences"],
)
def test_an_adapter_has_the_methods_of_its_port(port: type, adapter: type) -> None:
    """Every method is there with the same parameters and annotations."""
    for name, method in inspect.getmembers(port, inspect.isfunction):
        if not name.startswith("_"):
            theirs = inspect.signature(getattr(adapter, name))
            assert theirs == inspect.signature(method), name


def test_a_conversation_is_absent_until_saved(conversations: ports.ConversationStore) -> None:
    """`None` before, the same value after, by contact and by id."""
    assert (conversations.load("voice", "+8610"), conversations.get("c1")) == (None, None)
    conversations.save(TALK)
    assert (conversations.load("voice", "+8610"), conversations.get("c1")) == (TALK, TALK)


def test_saving_twice_is_saving_once(conversations: ports.ConversationStore) -> None:
    """The same state again changes nothing."""
    conversations.save(TALK)
    conversations.save(TALK)
    assert conversations.load("voice", "+8610") == TALK


def test_what_was_taken_down_is_open(requests: ports.RequestStore) -> None:
    """Requests are open under their own code, and only under it."""
    first, second = requests.next_code(), requests.next_code()
    requests.take_down(TakeDown(first, "case.report", "灯坏了"), TALK, NOW)
    requests.take_down(TakeDown(second, "case.suggest", "多放两把椅子"), TALK, NOW)
    unknown = requests.next_code()
    assert [requests.status(code) for code in (first, second, unknown)] == ["open", "open", None]
    assert len({first, second, unknown}) == 3


def test_nobody_has_opted_out_until_they_do(requests: ports.RequestStore) -> None:
    """A contact nobody knows wants messages; one that said stop does not, until it says start."""
    said = [requests.opted_out("+8610")]
    for minute, stop in enumerate((True, False)):
        requests.opt_out("+8610", stop=stop, now=NOW + timedelta(minutes=minute))
        said.append(requests.opted_out("+8610"))
    assert said == [False, True, False]


def test_an_alarm_is_open_whatever_the_resident_answers(alarms: ports.AlarmStore) -> None:
    """Her no is noted, not obeyed; news of an unknown code is ignored."""
    alarms.raise_(Alert("GH000001", "safety.fall", "摔倒了"), TALK, NOW)
    alarms.add(AlertNews("GH000001", "declined"))
    alarms.add(AlertNews("GH000009", "confirmed", "在三号楼"))
    assert (alarms.status("GH000001"), alarms.status("GH000009")) == ("open", None)
