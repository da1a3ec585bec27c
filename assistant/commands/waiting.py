"""Says now and then that a long step is still at work, so that nobody takes it for hung."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

FIRST_S: Final = 2.0
"Shorter steps are not mentioned."
EVERY_S: Final = 5.0


@contextmanager
def told_while(
    what: str,
    tell: Callable[[str], None],
    first_s: float = FIRST_S,
    every_s: float = EVERY_S,
) -> Iterator[None]:
    """While the block runs, `tell`: `what` after `first_s`, then the seconds, every `every_s`."""
    over = threading.Event()

    def watch() -> None:
        begun = time.monotonic()
        if over.wait(first_s):
            return
        tell(what)
        while not over.wait(every_s):
            tell(f"  {time.monotonic() - begun:.0f} s so far")

    thread = threading.Thread(target=watch, name="told", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
