"""The drill's carrier and caller as tests ring with them: faster, signed by a secret of their own.

Audio runs at `SPEED` times real time: the line counts frames, not seconds, so nothing changes but
the waiting.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from assistant.drill import carrier
from assistant.drill.caller import Caller
from assistant.drill.carrier import ACCOUNT

__all__ = ["ACCOUNT", "SECRET", "SPEED", "Caller", "Carrier"]

SPEED = 6
SECRET = "live-secret"


@dataclass(frozen=True, slots=True)
class Carrier(carrier.Carrier):
    """Speaks to the service of a test."""

    secret: str = SECRET
    speed: float = SPEED

    def ring(self, call_sid: str, contact: str = "+8613800000001") -> tuple[str, str]:
        """The incoming call's webhook; the stream's address and its token."""
        return carrier.Carrier.ring(self, call_sid, contact)

    @contextmanager
    def call(self, call_sid: str, contact: str = "+8613800000001") -> Iterator[Caller]:
        """A call from ringing to hanging up."""
        with carrier.Carrier.call(self, call_sid, contact) as caller:
            yield caller
