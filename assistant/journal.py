"""The journal of CONTRACT: one JSON object a line for every event. Off unless asked for.

It holds what people said; nothing else the service writes does.
"""

from __future__ import annotations

import json
import logging
import threading
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from assistant.core.errors import ConfigError

if TYPE_CHECKING:
    from assistant.core.conversation import Conversation

log = logging.getLogger(__name__)


class NoJournal:
    """Keeps nothing."""

    def write(self, event: str, conversation: Conversation, when: datetime, **keys: object) -> None:
        """Drop the event."""


class LineJournal:
    """Writes lines to a stream, flushed one by one. Safe from several threads."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._guard = threading.Lock()

    def write(self, event: str, conversation: Conversation, when: datetime, **keys: object) -> None:
        """Write one event; a full disk is logged once a line and never reaches the resident."""
        line = {
            "time": when.isoformat(),
            "channel": conversation.channel,
            "contact": conversation.contact,
            "conversation": conversation.id,
            "event": event,
            **keys,
        }
        self.raw(line)

    def raw(self, line: dict[str, Any]) -> None:
        """Write one object as it is."""
        text = json.dumps(line, ensure_ascii=False, default=str).encode("utf-8", "replace").decode()
        with self._guard:
            try:
                self._stream.write(text + "\n")
                self._stream.flush()
            except (OSError, ValueError):
                log.exception("the journal could not be written")


def open_journal(path: Path | None) -> NoJournal | LineJournal:
    """A journal appending to `path`, or none. Raises `ConfigError` if it cannot be opened."""
    if path is None:
        return NoJournal()
    try:
        return LineJournal(path.open("a", encoding="utf-8"))
    except OSError as error:
        raise ConfigError(
            f"{path}: the journal cannot be written ({error.strerror}); name another file"
        ) from error
