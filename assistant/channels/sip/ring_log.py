"""What calls we made over a line, kept so that a new process can tell: an exchange keeps no list.

One line of JSON each time a call changes, with a keyed digest in place of the number. A call is
written down before its INVITE leaves the house; one of an earlier process is over, since its sound
ended with that process. Blocks; called from worker threads.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from assistant.core.errors import CarrierError
from assistant.core.ports import CarriedRing

KEPT: Final = timedelta(days=2)
"A ring in doubt is settled within minutes; a long weekend without power is told as lost."
SLACK: Final = timedelta(seconds=2)
"By which a ring may seem to begin before the moment that was written down for it."


class RingLog:
    """The calls of one line. May be used from any thread."""

    def __init__(self, path: Path, secret: bytes, now: datetime) -> None:
        self._path, self._secret = path, secret
        self._guard = threading.Lock()
        self._rings: dict[str, tuple[str, CarriedRing]] = {}
        self._read(now)

    def began(self, identifier: str, to: str, at: datetime) -> None:
        """A call is about to be made. Raises `CarrierError` when that cannot be written down."""
        ring = CarriedRing(identifier, at, answered=False, over=False)
        self._keep(self._digest(to), ring, sure=True)

    def answered(self, identifier: str) -> None:
        """It was taken up."""
        self._change(identifier, answered=True, over=False)

    def over(self, identifier: str) -> None:
        """It has ended."""
        self._change(identifier, answered=False, over=True)

    def find(self, to: str, since: datetime) -> tuple[CarriedRing, ...]:
        """Calls to this number that began since then, the newest first."""
        digest = self._digest(to)
        with self._guard:
            rings = [ring for whose, ring in self._rings.values() if whose == digest]
        recent = [ring for ring in rings if ring.began >= since - SLACK]
        return tuple(sorted(recent, key=lambda ring: ring.began, reverse=True))

    def made_since(self, moment: datetime) -> int:
        """How many calls began since then, of either telephone; two days are known."""
        with self._guard:
            return sum(ring.began >= moment for _, ring in self._rings.values())

    def _change(self, identifier: str, *, answered: bool, over: bool) -> None:
        known = self._rings.get(identifier)
        if known is None:
            return
        digest, ring = known
        changed = replace(ring, answered=ring.answered or answered, over=ring.over or over)
        with contextlib.suppress(
            CarrierError
        ):  # the ring itself goes on; doubt is settled by staff
            self._keep(digest, changed, sure=False)

    def _keep(self, digest: str, ring: CarriedRing, *, sure: bool) -> None:
        with self._guard:
            self._rings[ring.identifier] = (digest, ring)
            try:
                with self._path.open("a", encoding="ascii") as lines:
                    lines.write(_line(digest, ring))
                    lines.flush()
                    if sure:
                        os.fsync(lines.fileno())
            except OSError as error:
                raise CarrierError(
                    f"a ring could not be written down ({error.strerror}); is the disk full?"
                ) from error

    def _read(self, now: datetime) -> None:
        """What earlier processes wrote; the file is written anew without what is old."""
        with contextlib.suppress(FileNotFoundError):
            for line in self._path.read_text("ascii", "replace").splitlines():
                with contextlib.suppress(ValueError, KeyError, TypeError):
                    digest, ring = _parsed(line)
                    self._rings[ring.identifier] = (digest, replace(ring, over=True))
        self._rings = {
            name: kept for name, kept in self._rings.items() if kept[1].began > now - KEPT
        }
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        fresh.write_text("".join(_line(*kept) for kept in self._rings.values()), "ascii")
        fresh.replace(self._path)

    def _digest(self, number: str) -> str:
        return hmac.new(self._secret, number.encode(), hashlib.sha256).hexdigest()


def _line(digest: str, ring: CarriedRing) -> str:
    kept = {
        "id": ring.identifier,
        "to": digest,
        "began": ring.began.isoformat(),
        "answered": ring.answered,
        "over": ring.over,
    }
    return json.dumps(kept) + "\n"


def _parsed(line: str) -> tuple[str, CarriedRing]:
    kept = json.loads(line)
    began = datetime.fromisoformat(kept["began"])
    ring = CarriedRing(str(kept["id"]), began, bool(kept["answered"]), bool(kept["over"]))
    return str(kept["to"]), ring
