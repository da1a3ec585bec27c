"""What one SIP line is set to. `config.yaml`, `lines`, says what each setting means."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Address = tuple[str, int]
"Host and port."


@dataclass(frozen=True, slots=True, kw_only=True)
class SipSettings:
    """One line."""

    name: str
    address: str
    "Ours; nothing else is bound."
    port: int
    peer: Address
    "The exchange or adapter."
    also_from: frozenset[str] = frozenset()
    "Other hosts of it that may ring us."
    user: str
    domain: str
    password: str = field(repr=False)
    register_s: int
    "For so long we register; 0: the peer knows where we are."
    calls: int
    codecs: tuple[int, ...]
    "Payload types, the best first."
    rtp_ports: tuple[int, int]
    "The first and the last; even ones are used."
    transfer: Literal["refer", "bridge"]
    dial: Literal["e164", "national"]
    prefix: str
    "What is dialled first, to get an outside line."
    country: str
    secret: bytes = field(repr=False)
    "Of this installation: by it we know a call of our own check."

    def knows(self, host: str) -> bool:
        """Whether this host may ring us."""
        return host == self.peer[0] or host in self.also_from

    @property
    def own_uri(self) -> str:
        """What the line is called."""
        return f"sip:{self.user}@{self.domain}"
