"""Counts what the journal is told, for `/metrics`: kinds of events and waiting times, no words.

The journal is off by default; counting is not: a line that nobody looks at fails unseen. Calls
of drills are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import Counter, Histogram

from assistant.drill.numbers import is_drill

if TYPE_CHECKING:
    from datetime import datetime

    from assistant.core.conversation import Conversation
    from assistant.core.ports import Journal

events = Counter(
    "assistant_events", "Events of conversations, as the journal names them.", ["channel", "event"]
)
outcomes = Counter(
    "assistant_outcomes", "What residents got, as the journal names it.", ["channel", "kind"]
)
understood = Counter(
    "assistant_understood",
    "Utterances by whether an intent was accepted.",
    ["channel", "accepted"],
)
replies = Histogram(
    "assistant_reply_seconds",
    "From the end of her speech to the first sound of the reply, on the call's own clock.",
    buckets=(0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 8.0, 15.0),
)


class CountingJournal:
    """Passes every event on and counts it. Safe from several threads."""

    def __init__(self, inner: Journal) -> None:
        self._inner = inner

    def write(self, event: str, conversation: Conversation, when: datetime, **keys: object) -> None:
        """Count one event; labels are names of this program, never a resident's words."""
        self._inner.write(event, conversation, when, **keys)
        if is_drill(conversation.contact):
            return
        channel = conversation.channel
        events.labels(channel, event).inc()
        if event == "outcome":
            outcomes.labels(channel, str(keys["kind"])).inc()
        elif event == "understood":
            understood.labels(channel, "no" if keys["intent"] is None else "yes").inc()
        elif event == "timing":
            _timed(keys.get("end_of_speech_ms"), keys.get("reply_started_ms"))


def _timed(ended: object, began: object) -> None:
    if isinstance(ended, int | float) and isinstance(began, int | float):
        replies.observe(max(0.0, (began - ended) / 1000))
