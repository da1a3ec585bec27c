"""The codings in which an Asterisk hands sound over, to and from mu-law. PURE."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from aiortp.codecs.g711 import PcmuCodec

from assistant.channels.paced.g711 import PCMA, from_ulaw, to_ulaw
from assistant.core.ports import FRAME_BYTES

_LINEAR = PcmuCodec()


@dataclass(frozen=True, slots=True)
class Sound:
    """One coding of 8 kHz sound."""

    frame_bytes: int
    "Of 20 ms."
    to_ulaw: Callable[[bytes], bytes]
    from_ulaw: Callable[[bytes], bytes]


def _same(sound: bytes) -> bytes:
    return sound


ULAW: Final = Sound(FRAME_BYTES, _same, _same)
ALAW: Final = Sound(FRAME_BYTES, lambda it: to_ulaw(it, PCMA), lambda it: from_ulaw(it, PCMA))
SLIN: Final = Sound(2 * FRAME_BYTES, _LINEAR.encode, _LINEAR.decode)
"16 bits, little-endian."
_BY_NAME: Final = {"ulaw": ULAW, "alaw": ALAW, "slin": SLIN, "": ULAW}
"By Asterisk's names. One too old to tell is taken for mu-law, as docs/lines.md has it dialled."


def sound_of(name: str, frame_bytes: int) -> Sound | None:
    """The coding of that name, handed over in frames of that size; `None`: not spoken here."""
    sound = _BY_NAME.get(name)
    return sound if sound is not None and sound.frame_bytes == frame_bytes else None


class Cutter:
    """Cuts sound of any length into frames of 20 ms of mu-law."""

    def __init__(self, sound: Sound) -> None:
        self._sound, self._rest = sound, b""

    def cut(self, payload: bytes) -> list[bytes]:
        """Frames that are whole by now."""
        size = self._sound.frame_bytes
        if not self._rest and len(payload) == size:
            return [self._sound.to_ulaw(payload)]
        whole = self._rest + payload
        end = len(whole) - len(whole) % size
        self._rest = whole[end:]
        return [self._sound.to_ulaw(whole[at : at + size]) for at in range(0, end, size)]
