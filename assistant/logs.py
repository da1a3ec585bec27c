"""How the log is written: lines for people, or JSON for machines; each with its conversation.

A conversation's id stands in every line that is written while one of its turns is taken, so that
all of one call can be read together. Ids are the carrier's or our own; they name nobody.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Literal

import structlog

Style = Literal["text", "json"]
TRACE: Final = "conversation"


@contextmanager
def within(conversation: str) -> Iterator[None]:
    """Lines written inside carry this conversation's id."""
    with structlog.contextvars.bound_contextvars(**{TRACE: conversation}):
        yield


def write_to_stderr(level: int, style: Style = "text") -> None:
    """Send the log to stderr; stdout belongs to the command's own lines."""
    for noisy in ("alembic", "apscheduler"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(style))
    logging.basicConfig(level=level, handlers=[handler])


def formatter(style: Style) -> logging.Formatter:
    """One line an event; what failed follows as lines of text, or as a value of its JSON."""
    return _Plain() if style == "text" else _json()


class _Plain(logging.Formatter):
    """`TIME LEVEL NAME: message [conversation]`."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name is logging's
        """The line, with the conversation it belongs to."""
        trace = structlog.contextvars.get_contextvars().get(TRACE)
        line = super().formatMessage(record)
        return line if trace is None or str(trace) in line else f"{line} [{trace}]"


def _json() -> logging.Formatter:
    """`time` (ISO, UTC), `level`, `logger`, `event`, `conversation`, `exception`."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
