"""Which texts a Kannel was asked to take, kept because Kannel keeps no list that could be asked.

One line of JSON each time that an asking changes, with a keyed digest in place of the number and
the words. An asking is written down before the request leaves the house; one of which neither an
answer nor a report ever came stays in doubt. Blocks; may be used from any thread.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import threading
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal, get_args

from assistant.core.errors import CarrierError

if TYPE_CHECKING:
    from pathlib import Path

Came = Literal["doubt", "refused", "taken"]
"What came of an asking."

KEPT: Final = timedelta(days=2)
"Longer than any text is in doubt: after some two hours a person has been told."
SLACK: Final = timedelta(seconds=2)
"By which an asking may seem older than the moment that was written down for it."


@dataclass(frozen=True, slots=True)
class Asking:
    """One request to take one text."""

    identifier: str
    whose: str
    "Keyed digest of the number and the words."
    at: datetime
    came: Came = "doubt"


class AskedLog:
    """The askings of one Kannel."""

    def __init__(self, path: Path, secret: bytes, now: datetime) -> None:
        """Raises `OSError` where the file cannot be read or written anew."""
        self._path, self._secret = path, secret
        self._guard = threading.Lock()
        self._askings: dict[str, Asking] = {}
        self._read(now)

    def asking(self, identifier: str, to: str, body: str, at: datetime) -> None:
        """A text is about to be handed over. Raises `CarrierError` where nothing can be written."""
        self._keep(Asking(identifier, self._digest(to, body), at), sure=True)

    def came(self, identifier: str, came: Came) -> None:
        """Kannel answered, or reported later on. What was taken stays taken."""
        with self._guard:
            known = self._askings.get(identifier)
        if known is None or known.came == "taken":
            return
        with contextlib.suppress(CarrierError):  # it is still in doubt then, which a person settles
            self._keep(replace(known, came=came), sure=False)

    def find(self, to: str, body: str, since: datetime) -> tuple[Asking, ...]:
        """Askings for this text since then, the oldest first."""
        whose = self._digest(to, body)
        with self._guard:
            same = [asking for asking in self._askings.values() if asking.whose == whose]
        recent = [asking for asking in same if asking.at >= since - SLACK]
        return tuple(sorted(recent, key=lambda asking: asking.at))

    def _keep(self, asking: Asking, *, sure: bool) -> None:
        with self._guard:
            try:
                with self._path.open("a", encoding="ascii") as lines:
                    lines.write(_line(asking))
                    lines.flush()
                    if sure:
                        os.fsync(lines.fileno())
            except OSError as error:
                raise CarrierError(
                    f"a text could not be noted before sending ({error.strerror}); free the disk"
                ) from error
            self._askings[asking.identifier] = asking

    def _read(self, now: datetime) -> None:
        """What earlier processes wrote; the file is written anew without what is old."""
        with contextlib.suppress(FileNotFoundError):
            for line in self._path.read_text("ascii", "replace").splitlines():
                with contextlib.suppress(ValueError, KeyError, TypeError):
                    asking = _parsed(line)
                    self._askings[asking.identifier] = asking
        self._askings = {
            name: asking for name, asking in self._askings.items() if asking.at > now - KEPT
        }
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        fresh.write_text("".join(map(_line, self._askings.values())), "ascii")
        fresh.replace(self._path)

    def _digest(self, to: str, body: str) -> str:
        whole = f"{to}\0{body}".encode("utf-8", "replace")
        return hmac.new(self._secret, whole, hashlib.sha256).hexdigest()


def _line(asking: Asking) -> str:
    kept = {
        "id": asking.identifier,
        "whose": asking.whose,
        "at": asking.at.isoformat(),
        "came": asking.came,
    }
    return json.dumps(kept) + "\n"


def _parsed(line: str) -> Asking:
    """Raises `ValueError`, `KeyError` or `TypeError` for what is no such line."""
    kept = json.loads(line)
    came = kept["came"]
    if came not in get_args(Came):
        raise ValueError(came)
    return Asking(str(kept["id"]), str(kept["whose"]), datetime.fromisoformat(kept["at"]), came)
