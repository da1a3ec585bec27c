"""The two codings of telephone sound, between each other. Calls are mu-law; a line may be A-law."""

from __future__ import annotations

from typing import Final

from aiortp import PcmConcealer
from aiortp.codecs.g711 import PcmaCodec, PcmuCodec

from assistant.core.ports import FRAME_BYTES, SAMPLE_RATE

PCMU, PCMA = 0, 8
"Payload types (RFC 3551)."
NAMES: Final = {PCMU: "PCMU", PCMA: "PCMA"}

_ULAW, _ALAW = PcmuCodec(), PcmaCodec()
_EVERY = bytes(range(256))
_TO_ULAW: Final = {PCMU: None, PCMA: _ULAW.encode(_ALAW.decode(_EVERY))}
_FROM_ULAW: Final = {PCMU: None, PCMA: _ALAW.encode(_ULAW.decode(_EVERY))}
SILENCE: Final = b"\xff" * FRAME_BYTES
"One frame of mu-law."


def to_ulaw(payload: bytes, codec: int) -> bytes:
    """Sound of a line as calls have it."""
    return payload.translate(_TO_ULAW[codec])


def from_ulaw(ulaw: bytes, codec: int) -> bytes:
    """Sound of a call as the line has it."""
    return ulaw.translate(_FROM_ULAW[codec])


class Concealer:
    """What is heard in place of a frame that did not come: the last one, fading out in 60 ms."""

    def __init__(self) -> None:
        self._last: bytes | None = None
        self._fading: PcmConcealer | None = None

    def heard(self, ulaw: bytes) -> None:
        """A frame came."""
        self._last, self._fading = ulaw, None

    def missing(self) -> bytes:
        """A frame did not come."""
        if self._last is None:
            return SILENCE
        if self._fading is None:
            self._fading = PcmConcealer(SAMPLE_RATE)
            self._fading.update(_ULAW.decode(self._last))
        return _ULAW.encode(self._fading.conceal(FRAME_BYTES))
