from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from assistant.cases.closings import RequestDesk
from assistant.cases.store import RequestStore
from assistant.core.conversation import Conversation
from assistant.core.event import TakeDown
from assistant.database import open_database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
TALK = Conversation("c1", "sms", "+8613800000001", "zh", NOW, NOW)
COUNT = 7


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[tuple[RequestStore, RequestDesk]]:
    """Seven requests, several of the same second."""
    database = open_database(f"sqlite:///{tmp_path / 'assistant.db'}")
    store = RequestStore(database)
    for number in range(COUNT):
        request = TakeDown(store.next_code(), "case.report", "灯坏了")
        store.take_down(request, TALK, NOW + timedelta(seconds=number // 3))
    yield store, RequestDesk(database)
    database.close()


@pytest.mark.parametrize("most", [1, 2, 3, 10])
def test_pages_show_every_request_once(desk: tuple[RequestStore, RequestDesk], most: int) -> None:
    """In the order of the whole list, however long a page is."""
    store, pages = desk
    seen: list[str] = []
    after = None
    while page := pages.page(after, most):
        seen += [one.code for one in page]
        after = seen[-1]
    assert seen == [one.code for one in store.listing()]
    assert pages.waiting() == COUNT


def test_a_request_ends_once_with_an_outcome(desk: tuple[RequestStore, RequestDesk]) -> None:
    """The second to close it changes nothing; one closed by command has no outcome."""
    store, pages = desk
    assert pages.close("GH000003", "passed_on", "王芳", "转\0给物业", NOW)
    assert not pages.close("GH000003", "solved", "李主任", "", NOW)
    closing = pages.closing("GH000003")
    assert closing is not None
    assert (closing.outcome, closing.closed_by, closing.note) == ("passed_on", "王芳", "转给物业")
    assert store.status("GH000003") == "closed"
    assert store.close("GH000004")
    assert pages.closing("GH000004") is None
    assert not pages.close("GH999999", "solved", "王芳", "", NOW)
    assert [one.code for one in pages.page(closed=True)] == ["GH000003", "GH000004"]
    assert pages.waiting() == COUNT - 2


def test_an_unknown_place_to_go_on_is_the_beginning(
    desk: tuple[RequestStore, RequestDesk],
) -> None:
    """A link from long ago still opens."""
    assert desk[1].page("GH999999", 2) == desk[1].page(None, 2)
