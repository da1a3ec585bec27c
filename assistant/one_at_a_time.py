"""One at a time: whoever changes the texts with a contact, on this node and between nodes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager


class OneAtATime:
    """Lets one thread through for each contact. Used from any thread."""

    def __init__(self, between_nodes: Callable[[str], AbstractContextManager[None]]) -> None:
        """`between_nodes` is held by one node at a time, a contact each."""
        self._between_nodes = between_nodes
        self._taken: dict[str, tuple[threading.Lock, int]] = {}
        "By contact whose texts are changed now, its lock and how many hold it or wait for it."
        self._guard = threading.Lock()

    @contextmanager
    def alone_with(self, contact: str) -> Iterator[None]:
        """Held while anything changes the texts with this contact (E.164), on whatever node."""
        with self._alone_here(contact), self._between_nodes(contact):
            yield

    @contextmanager
    def _alone_here(self, contact: str) -> Iterator[None]:
        """One thread at a time; who leaves last takes the lock away: contacts come without end."""
        with self._guard:
            lock, many = self._taken.get(contact) or (threading.Lock(), 0)
            self._taken[contact] = lock, many + 1
        try:
            with lock:
                yield
        finally:
            with self._guard:
                lock, many = self._taken.pop(contact)
                if many > 1:
                    self._taken[contact] = lock, many - 1
