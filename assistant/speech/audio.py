"""Telephone sound: G.711 mu-law, WAV in and out, resampling, frames and levels.

Pure but for `read_wav`. Samples are numpy int16 arrays, 8 kHz mono unless said; `bytes` are either
mu-law (one byte a sample) or `pcm` (signed 16-bit little-endian, two bytes a sample). The mu-law
tables follow ITU-T G.711 and agree bit for bit with every other G.711 coder: 14-bit magnitude,
bias 33, clip 8158.
"""

from __future__ import annotations

import io
import struct
import wave
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import soxr

from assistant.core.errors import DataError
from assistant.core.ports import FRAME_BYTES, SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Samples = npt.NDArray[np.int16]
"int16, mono, 8 kHz unless said."

SILENCE: Final = b"\xff"
"Mu-law for 0."

FULL_SCALE: Final = 32768.0
"What one int16 sample is a fraction of."

_BIAS: Final = 33
_CLIP: Final = 8158
_EXTENSIBLE = 0xFFFE
"WAV encoding whose real code stands further on in the format chunk."
_RIFF_BYTES, _FORMAT_BYTES, _SUBFORMAT_END = 12, 16, 26
_RATES_HZ: Final = range(1000, 768_001)


def _ulaw_table() -> Samples:
    code = ~np.arange(256) & 0xFF
    exponent, mantissa = (code >> 4) & 7, code & 15
    magnitude = (((mantissa << 1) + _BIAS) << exponent) - _BIAS
    return (np.where(code & 0x80, -magnitude, magnitude) << 2).astype(np.int16)


def _alaw_table() -> Samples:
    code = np.arange(256) ^ 0x55
    exponent, mantissa = (code >> 4) & 7, code & 15
    step = np.where(exponent > 0, exponent - 1, 0)
    magnitude = ((mantissa << 4) + np.where(exponent > 0, 0x108, 8)) << step
    return np.where(code & 0x80, magnitude, -magnitude).astype(np.int16)


def _encoding_table() -> npt.NDArray[np.uint8]:
    """The mu-law code of every 16-bit value, indexed by the value's own unsigned bit pattern."""
    value = np.arange(65536, dtype=np.uint16).view(np.int16).astype(np.int32) >> 2
    magnitude = np.minimum(np.abs(value), _CLIP) + _BIAS
    exponent = np.floor(np.log2(magnitude)).astype(np.int32) - 5
    mantissa = (magnitude >> (exponent + 1)) & 15
    sign = np.where(value < 0, 0x80, 0)
    codes: npt.NDArray[np.uint8] = (~(sign | (exponent << 4) | mantissa) & 0xFF).astype(np.uint8)
    return codes


_FROM_ULAW: Final = _ulaw_table()
_FROM_ALAW: Final = _alaw_table()
_TO_ULAW: Final = _encoding_table()


def ulaw_to_pcm(ulaw: bytes) -> bytes:
    """Mu-law to 16-bit little-endian, sample for sample."""
    return _FROM_ULAW[np.frombuffer(ulaw, np.uint8)].astype("<i2").tobytes()


def from_ulaw(ulaw: bytes) -> Samples:
    """Mu-law to samples."""
    return _FROM_ULAW[np.frombuffer(ulaw, np.uint8)]


def to_ulaw(samples: Samples) -> bytes:
    """Samples to mu-law."""
    return _TO_ULAW[np.ascontiguousarray(samples, np.int16).view(np.uint16)].tobytes()


def seconds(ulaw: bytes) -> float:
    """How long mu-law audio at 8 kHz lasts."""
    return len(ulaw) / SAMPLE_RATE


def silence(ms: float) -> bytes:
    """Mu-law silence of `ms` milliseconds, to the nearest sample; empty for none."""
    return SILENCE * max(0, round(ms * SAMPLE_RATE / 1000))


def frames(ulaw: bytes) -> Iterator[bytes]:
    """Cut into frames of 20 ms (160 bytes), the last one filled up with silence."""
    for start in range(0, len(ulaw), FRAME_BYTES):
        yield ulaw[start : start + FRAME_BYTES].ljust(FRAME_BYTES, SILENCE)


def rms(samples: Samples) -> float:
    """Root mean square in int16 units (0 to 32768); 0 for no samples."""
    if samples.size == 0:
        return 0.0
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))


def to_int16(values: npt.NDArray[np.float64]) -> Samples:
    """A wave in -1..1 to int16, rounded and clipped."""
    return np.clip(np.rint(values * FULL_SCALE), -32768, 32767).astype(np.int16)


def resample(samples: Samples, rate: int, to: int = SAMPLE_RATE) -> Samples:
    """Change the rate of a whole recording with no aliasing.

    Not for streams: soxr holds back 120 ms there. Raises `DataError` for a rate of 0 or less.
    """
    if rate <= 0 or to <= 0:
        msg = f"a sample rate of {rate} Hz to {to} Hz makes no sound; give rates above 0"
        raise DataError(msg)
    if rate == to or samples.size == 0:
        return samples
    return to_int16(soxr.resample(samples.astype(np.float64) / FULL_SCALE, rate, to))


def read_wav(path: Path | str) -> Samples:
    """Read a WAV file of any rate and channel count as 8 kHz mono.

    PCM of 8, 16, 24 or 32 bits, 32- or 64-bit float, mu-law and A-law are understood; channels are
    averaged. Raises `DataError` naming the file when it cannot be read or is something else.
    """
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        msg = f"{path}: cannot be read ({error.strerror}); give a WAV file"
        raise DataError(msg) from error
    return decode_wav(content, str(path))


def decode_wav(content: bytes, name: str) -> Samples:
    """As `read_wav`, from the file's content; `name` stands in error messages."""
    channels, rate = wave_of(content, name)
    mono = channels.mean(axis=1)
    return to_int16(mono if rate == SAMPLE_RATE else soxr.resample(mono, rate, SAMPLE_RATE))


def wave_of(content: bytes, name: str) -> tuple[npt.NDArray[np.float64], int]:
    """What a WAV file holds, untouched: a wave in -1..1, one column a channel, and its rate in Hz.

    Raises `DataError` as `read_wav` does.
    """
    form, data = _chunks(content, name)
    code, channels, rate, bits = _format(form, name)
    decoded = _decode(data, code, bits, name)
    whole = decoded[: decoded.size - decoded.size % channels]
    if whole.size == 0:
        msg = f"{name}: the WAV file holds no sound; record it again"
        raise DataError(msg)
    return whole.reshape(-1, channels), rate


def encode_wav(samples: Samples) -> bytes:
    """A WAV file of 16-bit PCM, 8 kHz mono."""
    file = io.BytesIO()
    with wave.open(file, "wb") as form:
        form.setparams((1, 2, SAMPLE_RATE, samples.size, "NONE", "not compressed"))
        form.writeframes(samples.astype("<i2").tobytes())
    return file.getvalue()


def _chunks(content: bytes, name: str) -> tuple[bytes, bytes]:
    """The format and data chunks; a data chunk cut short or of unknown length runs to the end."""
    if len(content) < _RIFF_BYTES or content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        msg = f"{name}: not a WAV file (no RIFF/WAVE header); convert it to WAV"
        raise DataError(msg)
    form, at = b"", _RIFF_BYTES
    while at + 8 <= len(content):
        kind, size = content[at : at + 4], struct.unpack_from("<I", content, at + 4)[0]
        if kind == b"fmt ":
            form = content[at + 8 : at + 8 + size]
        elif kind == b"data":
            return form, content[at + 8 : at + 8 + size]
        at += 8 + size + (size & 1)
    msg = f"{name}: the WAV file has no data chunk; it was cut short, record it again"
    raise DataError(msg)


def _format(form: bytes, name: str) -> tuple[int, int, int, int]:
    """Encoding, channels, rate in Hz and bits a sample."""
    if len(form) < _FORMAT_BYTES:
        msg = f"{name}: the WAV file has no format chunk before its data; record it again"
        raise DataError(msg)
    code, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", form)
    if code == _EXTENSIBLE and len(form) >= _SUBFORMAT_END:
        code = struct.unpack_from("<H", form, 24)[0]
    if channels == 0 or rate not in _RATES_HZ:
        msg = f"{name}: {channels} channels at {rate} Hz is no sound; record it again"
        raise DataError(msg)
    return code, channels, rate, bits


def _decode(data: bytes, code: int, bits: int, name: str) -> npt.NDArray[np.float64]:
    """Samples of any kind as a wave in -1..1, channels still interleaved."""
    width = max(1, bits // 8)
    data = data[: len(data) - len(data) % width]
    decoder = _DECODERS.get((code, bits))
    if decoder is None:
        msg = f"{name}: WAV encoding {code} with {bits} bits is not understood; make it 16-bit PCM"
        raise DataError(msg)
    return decoder(data)


def _from_24_bits(data: bytes) -> npt.NDArray[np.float64]:
    padded = np.zeros((len(data) // 3, 4), np.uint8)
    padded[:, 1:] = np.frombuffer(data, np.uint8).reshape(-1, 3)
    return padded.reshape(-1).view("<i4") / 2.0**31


def _from_float(data: bytes, kind: str) -> npt.NDArray[np.float64]:
    values = np.frombuffer(data, kind).astype(np.float64)
    return np.clip(np.nan_to_num(values, nan=0.0, posinf=1.0, neginf=-1.0), -1.0, 1.0)


_DECODERS: Final[dict[tuple[int, int], Callable[[bytes], npt.NDArray[np.float64]]]] = {
    (1, 8): lambda data: (np.frombuffer(data, np.uint8) - 128.0) / 128,
    (1, 16): lambda data: np.frombuffer(data, "<i2") / FULL_SCALE,
    (1, 24): _from_24_bits,
    (1, 32): lambda data: np.frombuffer(data, "<i4") / 2.0**31,
    (3, 32): lambda data: _from_float(data, "<f4"),
    (3, 64): lambda data: _from_float(data, "<f8"),
    (6, 8): lambda data: _FROM_ALAW[np.frombuffer(data, np.uint8)] / FULL_SCALE,
    (7, 8): lambda data: from_ulaw(data) / FULL_SCALE,
}
"By WAV encoding (1 PCM, 3 float, 6 A-law, 7 mu-law) and bits."
