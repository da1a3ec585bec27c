"""AudioSocket's messages on the wire: kind, length in two bytes, payload. PURE.

Asterisk drops the call when it is sent any kind but hang-up and audio, or audio without sound.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

HEADER: Final = struct.Struct("!BH")
HANG_UP, IDENTIFIER, KEY, AUDIO, ERROR = 0x00, 0x01, 0x03, 0x10, 0xFF
OTHER_AUDIO: Final = range(0x11, 0x19)
"Sound of more than 8 kHz."
UUID_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Message:
    """One."""

    kind: int
    payload: bytes


class Reader:
    """Cuts what comes over TCP into messages."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[Message]:
        """Those that are whole by now; a length has two bytes, so 64 kB are kept at the most."""
        rest, messages, at = self._rest + data, [], 0
        while len(rest) - at >= HEADER.size:
            kind, length = HEADER.unpack_from(rest, at)
            end = at + HEADER.size + length
            if end > len(rest):
                break
            messages.append(Message(kind, rest[at + HEADER.size : end]))
            at = end
        self._rest = rest[at:]
        return messages


def message(kind: int, payload: bytes = b"") -> bytes:
    """As it is sent."""
    return HEADER.pack(kind, len(payload)) + payload
