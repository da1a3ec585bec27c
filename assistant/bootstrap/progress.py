"""Show how far the installation is: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import os
import shutil
import time
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.bootstrap.pip_report import PipReport

LINE_SECONDS = 5.0
"""Away from a terminal: at most one line in this time."""

BAR_WIDTH = 30


class Progress:
    """A bar on a terminal; elsewhere a plain line now and then."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._drawing = stream.isatty() and os.environ.get("TERM") != "dumb"
        self._shown = ""
        self._next_line = time.monotonic() + LINE_SECONDS

    def show(self, report: PipReport) -> None:
        """Draw how far it is, if that has changed."""
        if report.installing:
            done, total, doing = report.installed, report.installing, "installing"
        else:
            # A package is named when its fetching begins, so the last one named is not there yet.
            done, total, doing = max(report.fetched - 1, 0), report.total, "fetching"
        note = f" {report.current}" if doing == "fetching" else ""
        if self._drawing:
            self._draw(done, total, f"{doing:10} ", note)
        elif time.monotonic() >= self._next_line:
            self._line(f"  {doing}: {done} of {total}{note}\n")

    def _draw(self, done: int, total: int, head: str, note: str) -> None:
        filled = BAR_WIDTH * done // max(total, 1)
        bar = f"  {head}[{'#' * filled}{'.' * (BAR_WIDTH - filled)}] {done} of {total}{note}"
        bar = bar[: shutil.get_terminal_size().columns - 1]
        if bar != self._shown:
            self._write("\r" + bar.ljust(len(self._shown)))
            self._shown = bar

    def _line(self, text: str) -> None:
        self._next_line = time.monotonic() + LINE_SECONDS
        if text != self._shown:
            self._write(text)
            self._shown = text

    def end(self) -> None:
        """Leave the cursor on a line of its own."""
        if self._drawing and self._shown:
            self._write("\n")

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
