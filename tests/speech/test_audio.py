from __future__ import annotations

import importlib
import struct
import sys
import warnings
import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from assistant.core.errors import DataError
from assistant.speech import audio

ALL_CODES = bytes(range(256))
EVERY_VALUE = np.arange(-32768, 32768).astype(np.int16)
ALL_VALUES = EVERY_VALUE.astype("<i2").tobytes()


def tone(hertz: float, rate: int = 8000, seconds: float = 0.5, peak: float = 0.5) -> audio.Samples:
    """A sine."""
    at = np.arange(int(rate * seconds)) / rate
    return audio.to_int16(peak * np.sin(2 * np.pi * hertz * at))


def riff(code: int, bits: int, data: bytes, rate: int = 8000, channels: int = 1) -> bytes:
    """A WAV file of any encoding."""
    block = channels * bits // 8
    form = struct.pack("<HHIIHH", code, channels, rate, rate * block, block, bits)
    chunks = b"fmt " + struct.pack("<I", len(form)) + form
    chunks += b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="audioop left the library in Python 3.13")
def test_agrees_with_audioop() -> None:
    """Every code and every sample converts as the standard library's G.711 coder does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        audioop = importlib.import_module("audioop")
    assert audioop.ulaw2lin(ALL_CODES, 2) == audio.ulaw_to_pcm(ALL_CODES)
    assert audioop.lin2ulaw(ALL_VALUES, 2) == audio.to_ulaw(EVERY_VALUE)


def test_every_code_survives_the_round_trip() -> None:
    """Decoding and encoding gives the same code, but for the second zero of G.711."""
    again = audio.to_ulaw(audio.from_ulaw(ALL_CODES))
    assert ALL_CODES.replace(b"\x7f", b"\xff") == again


@pytest.mark.parametrize(
    ("code", "value"),
    [(0xFF, 0), (0x7F, 0), (0x80, 32124), (0x00, -32124), (0xFE, 8), (0x7E, -8), (0xF0, 120)],
)
def test_known_values_of_the_standard(code: int, value: int) -> None:
    """Anchors from the G.711 tables."""
    assert value == struct.unpack("<h", audio.ulaw_to_pcm(bytes([code])))[0]


def test_error_stays_within_half_a_step() -> None:
    """The coding error is at most half the step of the segment, so about 1/32 of the value."""
    values = EVERY_VALUE.astype(np.int32)
    decoded = np.frombuffer(audio.ulaw_to_pcm(audio.to_ulaw(EVERY_VALUE)), "<i2")
    inside = np.abs(values) < 32124
    error = np.abs(decoded - values)[inside]
    assert np.all(error <= np.abs(values[inside]) / 32 + 12)


def test_frames_are_filled_up_with_silence() -> None:
    """Every frame is 20 ms; the last one ends in silence."""
    cut = list(audio.frames(b"\x01" * 200))
    assert cut == [b"\x01" * 160, b"\x01" * 40 + b"\xff" * 120]
    assert list(audio.frames(b"")) == []


def test_lengths() -> None:
    """Silence of so many milliseconds lasts as long."""
    assert audio.seconds(audio.silence(1500)) == 1.5
    assert audio.silence(-5) == b""


def test_rms_of_a_sine() -> None:
    """A sine's RMS is its peak over the square root of two; nothing has none."""
    assert audio.rms(tone(1000)) == pytest.approx(0.5 * 32768 / 2**0.5, rel=0.001)
    assert audio.rms(tone(1000)[:0]) == 0.0


def test_resampling_does_not_alias() -> None:
    """A 6 kHz tone, above the telephone band, is gone at 8 kHz; a 1 kHz tone stays."""
    inner = audio.resample(tone(6000, 22050), 22050)[200:-200]
    assert audio.rms(inner) < 20
    assert audio.rms(audio.resample(tone(1000, 22050), 22050)) == pytest.approx(11585, rel=0.01)
    assert audio.resample(tone(1000), 8000, 16000).size == 8000


def test_resampling_refuses_no_rate() -> None:
    """A rate of nought is refused, not computed with."""
    with pytest.raises(DataError, match="0 Hz"):
        audio.resample(tone(1000), 0)


def _int24(values: npt.NDArray[np.int16]) -> bytes:
    return b"".join(struct.pack("<i", int(value) << 8)[:3] for value in values)


@pytest.mark.parametrize(
    ("code", "bits", "data"),
    [
        (1, 8, lambda s: ((s.astype(int) >> 8) + 128).astype(np.uint8).tobytes()),
        (1, 16, lambda s: s.astype("<i2").tobytes()),
        (1, 24, _int24),
        (1, 32, lambda s: (s.astype("<i4") << 16).astype("<i4").tobytes()),
        (3, 32, lambda s: (s / 32768).astype("<f4").tobytes()),
        (3, 64, lambda s: (s / 32768).astype("<f8").tobytes()),
        (7, 8, audio.to_ulaw),
    ],
    ids=["8", "16", "24", "32", "float", "double", "mu-law"],
)
def test_reads_every_encoding(tmp_path: Path, code: int, bits: int, data: object) -> None:
    """One tone in every encoding reads as that tone."""
    assert callable(data)
    path = tmp_path / "tone.wav"
    path.write_bytes(riff(code, bits, data(tone(1000))))
    difference = audio.read_wav(path).astype(int) - tone(1000)
    assert np.abs(difference).max() < 600
    assert abs(difference.mean()) < 150


def test_reads_a_law() -> None:
    """A-law anchors: the smallest and the largest code of each sign."""
    read = audio.decode_wav(riff(6, 8, bytes([0xD5, 0x55, 0xAA, 0x2A])), "a-law")
    assert read.tolist() == [8, -8, 32256, -32256]


def test_reads_stereo_at_another_rate(tmp_path: Path) -> None:
    """Channels are averaged and the rate becomes 8 kHz."""
    path = tmp_path / "stereo.wav"
    left = tone(1000, 44100)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(44100)
        file.writeframes(np.column_stack([left, np.zeros_like(left)]).astype("<i2").tobytes())
    samples = audio.read_wav(path)
    assert samples.size == 4000
    assert audio.rms(samples) == pytest.approx(audio.rms(left) / 2, rel=0.02)


def test_an_extensible_header_and_odd_chunks_are_read() -> None:
    """The real encoding stands further on; a chunk of odd length has a padding byte."""
    form = struct.pack("<HHIIHHHHI", 0xFFFE, 1, 8000, 16000, 2, 16, 22, 16, 4)
    form += struct.pack("<H", 1) + b"\0" * 14
    chunks = b"LIST" + struct.pack("<I", 3) + b"abc\0"
    chunks += b"fmt " + struct.pack("<I", len(form)) + form
    chunks += b"data" + struct.pack("<I", 4) + b"\1\0\2\0"
    content = b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks
    assert audio.decode_wav(content, "x").tolist() == [1, 2]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not a WAV file"),
        (b"ID3" + b"\0" * 50, "not a WAV file"),
        (riff(1, 16, b"")[:36], "no data chunk"),
        (riff(1, 16, b""), "holds no sound"),
        (riff(1, 16, b"\0"), "holds no sound"),
        (riff(85, 16, b"\0" * 8), "encoding 85"),
        (riff(1, 16, b"\0" * 8, rate=0), "is no sound"),
        (riff(1, 16, b"\0" * 8, channels=0), "is no sound"),
        (b"RIFF\0\0\0\0WAVEdata\4\0\0\0\0\0\0\0", "no format chunk"),
    ],
    ids=["empty", "mp3", "cut", "no samples", "half a sample", "mp3 in wav", "rate", "mono", "fmt"],
)
def test_names_the_file_it_cannot_read(tmp_path: Path, content: bytes, reason: str) -> None:
    """What is no sound is refused with the file's name and the reason."""
    path = tmp_path / "greeting.wav"
    path.write_bytes(content)
    with pytest.raises(DataError, match=f"greeting.wav.*{reason}"):
        audio.read_wav(path)


def test_names_a_missing_file(tmp_path: Path) -> None:
    """A file that is not there is named."""
    with pytest.raises(DataError, match=r"none\.wav: cannot be read"):
        audio.read_wav(tmp_path / "none.wav")
