from __future__ import annotations

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from assistant.cases.store import Request, RequestStore, code_counter
from assistant.core.conversation import Conversation
from assistant.core.errors import DatabaseError
from assistant.core.event import TakeDown
from assistant.database import Database, open_database

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
TALK = Conversation("c1", "sms", "+8610", "zh", NOW, NOW)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty database in a folder of its own."""
    opened = open_database(f"sqlite:///{tmp_path / 'assistant.db'}")
    yield opened
    opened.close()


def test_codes_count_up_and_go_on_after_a_restart(database: Database) -> None:
    """Two letters and six digits; another store on the same database goes on counting."""
    codes = [RequestStore(database).next_code() for _ in range(3)]
    assert codes == ["GH000001", "GH000002", "GH000003"]
    assert RequestStore(database, "OC").next_code() == "OC000001"


@pytest.mark.parametrize("letters", ["", "G", "GHI", "gh", "G1", "桂花"])
def test_letters_that_make_no_code_are_refused(database: Database, letters: str) -> None:
    """Anything but two capital letters is named with the remedy."""
    with pytest.raises(DatabaseError, match="two capital letters"):
        RequestStore(database, letters)


def test_when_all_codes_are_given_the_operator_is_told(database: Database) -> None:
    """A seventh digit is never made up."""
    store = RequestStore(database)
    store.next_code()
    with database.begin() as connection:
        connection.execute(update(code_counter).values(value=999_998))
    assert store.next_code() == "GH999999"
    with pytest.raises(DatabaseError, match="two other letters"):
        store.next_code()


def test_a_request_is_kept_once_with_everything_staff_need(database: Database) -> None:
    """The same code twice changes nothing, as when a webhook is delivered again."""
    store = RequestStore(database)
    store.take_down(TakeDown("GH000001", "case.report", "楼道灯坏了", "三号楼"), TALK, NOW)
    again = TakeDown("GH000001", "case.report", "something else")
    store.take_down(again, TALK, NOW + timedelta(hours=1))
    assert store.listing() == (
        Request(
            code="GH000001",
            intent="case.report",
            words="楼道灯坏了",
            place="三号楼",
            conversation_id="c1",
            channel="sms",
            contact="+8610",
            language="zh",
            created=NOW,
            status="open",
        ),
    )


def test_the_oldest_request_stands_first(database: Database) -> None:
    """Staff see requests in the order in which they were made."""
    store = RequestStore(database)
    store.take_down(TakeDown("GH000002", "case.report", "b"), TALK, NOW + timedelta(minutes=1))
    store.take_down(TakeDown("GH000001", "case.report", "a"), TALK, NOW)
    assert [item.code for item in store.listing()] == ["GH000001", "GH000002"]


def test_status_and_close(database: Database) -> None:
    """A code is found however a resident writes it; closing works once."""
    store = RequestStore(database)
    store.take_down(TakeDown("GH000001", "person.request", "请回电"), TALK, NOW)
    assert (store.status("gh 000001"), store.status("GH000009"), store.status("")) == (
        "open",
        None,
        None,
    )
    assert [store.close("gh000001"), store.close("GH000001"), store.close("GH000009")] == [
        True,
        False,
        False,
    ]
    assert (store.status("GH000001"), store.listing()) == ("closed", ())
    assert [item.code for item in store.listing("closed")] == ["GH000001"]
    assert [item.code for item in store.listing(None)] == ["GH000001"]


def test_odd_words_are_kept(database: Database) -> None:
    """NUL and half an emoji do not stop a request; the rest of the words stays."""
    store = RequestStore(database)
    store.take_down(TakeDown("GH000001", "case.report", "灯\0坏了\ud83d", "\0"), TALK, NOW)
    found = store.get("GH000001")
    assert found is not None
    assert (found.words, found.place) == ("灯坏了?", "")


def test_the_latest_wish_about_messages_counts(database: Database) -> None:
    """Stop, start, and an old stop that arrives late."""
    store = RequestStore(database)
    assert not store.opted_out("+8610")
    store.opt_out("+8610", stop=True, now=NOW)
    assert store.opted_out("+8610")
    assert not store.opted_out("+8611")
    store.opt_out("+8610", stop=False, now=NOW + timedelta(hours=1))
    store.opt_out("+8610", stop=True, now=NOW)
    assert not store.opted_out("+8610")


def test_threads_never_get_the_same_code(database: Database) -> None:
    """A hundred codes drawn by eight threads are a hundred codes without a gap."""
    store = RequestStore(database)
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda _: store.next_code(), range(100)))
    assert sorted(codes) == [f"GH{number:06d}" for number in range(1, 101)]


DRAW = """
import sys
from assistant.cases.store import RequestStore
from assistant.database import open_database
database = open_database(sys.argv[1])
store = RequestStore(database)
print(*(store.next_code() for _ in range(60)))
database.close()
"""


def test_processes_never_get_the_same_code(database: Database) -> None:
    """Two processes draw sixty codes each; all differ and all have the right shape."""
    command = [sys.executable, "-c", DRAW, f"sqlite:///{database.where}"]
    both = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    codes = [code for process in both for code in process.communicate(timeout=60)[0].split()]
    assert (len(codes), len(set(codes))) == (120, 120)
    assert all(re.fullmatch(r"GH\d{6}", code) for code in codes)
