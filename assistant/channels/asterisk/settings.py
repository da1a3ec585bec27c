"""What one line to an Asterisk is set to. `config.yaml`, `lines`, says what each setting means."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["asterisk", "audiosocket"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AsteriskSettings:
    """One line."""

    name: str
    kind: Kind
    address: str
    "Ours; nothing else is bound."
    port: int
    "Of the door, and of chan_websocket's sound."
    sound_port: int = 0
    "Of AudioSocket's sound."
    peer: str
    "The Asterisk's host."
    also_from: frozenset[str] = frozenset()
    password: str = field(repr=False)
    calls: int
    media_url: str = ""
    "Where the Asterisk takes media connections; empty: it connects to us."
    country: str
    secret: bytes = field(repr=False)
    "Of this installation: by it we know a call of our own check."

    def knows(self, host: str) -> bool:
        """Whether this host may hand calls to us."""
        return host == self.peer or host in self.also_from
