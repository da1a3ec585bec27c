from __future__ import annotations

import threading
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any, cast

import pytest

from assistant.conversation import Talk

HERS = "+8613800000001"
WAITS_S = 20


def talk() -> Talk:
    """A conversation of one node, of which only the locks are used."""
    rooms: Any = SimpleNamespace(between_nodes=lambda _: nullcontext())
    return Talk(cast("Any", rooms))


def test_texts_of_one_contact_wait_for_each_other() -> None:
    """The second comes in once the first is out; another contact waits for nobody."""
    line, came, entered = talk(), threading.Event(), threading.Event()

    def second() -> None:
        came.set()
        with line.alone_with(HERS):
            entered.set()

    with line.alone_with(HERS):
        rival = threading.Thread(target=second)
        rival.start()
        assert came.wait(WAITS_S)
        with line.alone_with("+8613800000002"):
            assert not entered.wait(0.1)
    assert entered.wait(WAITS_S)
    rival.join(WAITS_S)


def test_contacts_leave_nothing_behind() -> None:
    """They come without end: a lock goes with the last who held it, also after a failure."""
    line = talk()
    for number in range(100):
        with line.alone_with(f"+86138000{number:05}"):
            assert len(line._contacts._taken) == 1
    with pytest.raises(KeyError), line.alone_with(HERS):
        raise KeyError(HERS)
    assert line._contacts._taken == {}
