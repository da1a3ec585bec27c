"""The journal lines of a drill's own calls, kept for it whether or not the journal is on.

They hold what synthetic callers said and nothing of any resident.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.drill.numbers import is_drill
from assistant.journal import LineJournal

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from assistant.core.conversation import Conversation
    from assistant.core.ports import Journal

log = logging.getLogger(__name__)

FILE = "drill.jsonl"
"In the data folder, so that a drill from another process finds it; gone when the drill is over."
Event = dict[str, Any]


class DrillJournal:
    """Passes every event on, and writes those of drills to a file as well."""

    def __init__(self, inner: Journal, folder: Path) -> None:
        self._inner, self._path = inner, folder / FILE

    def write(self, event: str, conversation: Conversation, when: datetime, **keys: object) -> None:
        """Write one event; never raises into a conversation."""
        self._inner.write(event, conversation, when, **keys)
        if not is_drill(conversation.contact):
            return
        try:
            with self._path.open("a", encoding="utf-8") as stream:
                LineJournal(stream).write(event, conversation, when, **keys)
        except OSError:
            log.warning("the lines of a drill could not be written")


def reader(folder: Path) -> Callable[[str], list[Event]]:
    """Reads what is written so far of one call, by its id; an unfinished line is left for later."""
    path = folder / FILE

    def events(call: str) -> list[Event]:
        try:
            lines = path.read_text("utf-8").splitlines(keepends=True)
        except FileNotFoundError:
            return []
        found = [json.loads(line) for line in lines if line.endswith("\n") and call in line]
        return [line for line in found if line["conversation"] == call]

    return events


def forget(folder: Path) -> None:
    """Take the lines of the last drill away."""
    (folder / FILE).unlink(missing_ok=True)
