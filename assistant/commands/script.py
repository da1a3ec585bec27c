"""The line-by-line input of `call` and `text` with `--json`: what one line asks for."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from assistant.journal import LineJournal


@dataclass(frozen=True, slots=True)
class Line:
    """One instruction: its word and its value."""

    word: str
    value: Any

    def seconds(self) -> float:
        """The value as seconds. Raises a usage error."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            raise click.ClickException(f"silence needs a number of seconds, not {self.value!r}")
        return max(0.0, min(float(self.value), 86_400.0))

    def text(self) -> str:
        """The value as text. Raises a usage error."""
        if not isinstance(self.value, str):
            raise click.ClickException(f"{self.word} needs a text, not {self.value!r}")
        return self.value

    def path(self) -> Path:
        """The value as a file that exists. Raises a usage error."""
        path = Path(self.text())
        if not path.is_file():
            raise click.ClickException(f"{path}: no such file")
        return path


def lines(known: tuple[str, ...]) -> Iterator[Line]:
    """One instruction for every JSON object on stdin, until it ends."""
    for number, raw in enumerate(sys.stdin, start=1):
        if not raw.strip():
            continue
        try:
            parsed = json.loads(raw)
        except ValueError:
            raise click.ClickException(f"line {number} of the input is not JSON") from None
        if not isinstance(parsed, dict) or len(parsed) != 1 or next(iter(parsed)) not in known:
            names = ", ".join(known)
            raise click.ClickException(f"line {number} of the input: give one of {names}")
        word, value = next(iter(parsed.items()))
        yield Line(word, value)


def listening(journal: LineJournal, when: datetime) -> None:
    """Say that it is the resident's turn."""
    journal.raw({"event": "listening", "time": when.isoformat()})
