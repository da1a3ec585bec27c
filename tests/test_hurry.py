"""Webhooks over a memory that is slow."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from assistant import hurry
from assistant.core.errors import DatabaseError
from assistant.hurry import HastyReplays, Hurry

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
PATIENCE_S = 20


class Slow:
    """Replays that wait for leave to go on."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.kept: dict[str, str] = {}

    def before(self, key: str, now: datetime) -> str | None:
        """Nothing is known."""
        assert now == NOW
        assert self.go_on.wait(PATIENCE_S)
        return self.kept.get(key)

    def after(self, key: str, answer: str, now: datetime) -> None:
        """Keep the answer."""
        assert now == NOW
        assert self.go_on.wait(PATIENCE_S)
        self.kept[key] = answer

    def failed(self, key: str) -> None:
        """Forget it."""
        del self.kept[key]


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Slow, HastyReplays]]:
    """A slow memory behind what hurries, which waits for 50 ms only."""
    for name in ("CALL_WAITS_S", "KEEPS_WITHIN_S", "CALL_KEEPS_WITHIN_S"):
        monkeypatch.setattr(hurry, name, 0.05)
    memory, calls, texts = Slow(), Hurry(), Hurry()
    yield memory, HastyReplays(memory, calls, texts)
    memory.go_on.set()
    calls.close()
    texts.close()


def test_a_call_waits_for_no_memory(slow: tuple[Slow, HastyReplays]) -> None:
    """It is led on at once, and its answer is kept a little later."""
    memory, replays = slow
    began = time.monotonic()
    assert replays.before("voice:CA1", NOW) is None
    replays.after("voice:CA1", "menu", NOW)
    assert time.monotonic() - began < 5
    assert memory.kept == {}
    memory.go_on.set()
    deadline = time.monotonic() + PATIENCE_S
    while not memory.kept and time.monotonic() < deadline:
        time.sleep(0.01)
    assert memory.kept == {"voice:CA1": "menu"}
    assert replays.before("voice:CA1", NOW) == "menu"
    replays.failed("voice:CA1")
    assert replays.before("voice:CA1", NOW) is None


def test_a_text_waits_for_what_was_answered_before(slow: tuple[Slow, HastyReplays]) -> None:
    """A text done twice would be two wishes."""
    memory, replays = slow
    memory.kept["sms:SM1"] = "told"
    threading.Timer(0.3, memory.go_on.set).start()
    assert replays.before("sms:SM1", NOW) == "told"


def test_a_text_does_not_wait_without_end(
    slow: tuple[Slow, HastyReplays], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would hold a thread that calls are answered by; more of them than there are hold none."""
    monkeypatch.setattr(hurry, "TEXT_WITHIN_S", 0.05)
    _, replays = slow
    for number in range(hurry.THREADS + 1):
        with pytest.raises(DatabaseError):
            replays.before(f"sms:SM{number}", NOW)


def test_what_nobody_waits_for_any_more_is_not_begun() -> None:
    """A key pressed while everything hangs does nothing minutes later; an answer is still kept."""
    threads, go_on = Hurry(), threading.Event()
    done: list[str] = []
    for _ in range(hurry.THREADS):
        threads.soon(0, lambda: go_on.wait(PATIENCE_S))
    with pytest.raises(TimeoutError):
        threads.within(0.01, lambda: done.append("key"))
    assert not threads.soon(0.01, lambda: done.append("answer"))
    go_on.set()
    assert threads.soon(PATIENCE_S, lambda: done.append("last"))
    threads.close()
    assert "key" not in done
    assert "answer" in done
