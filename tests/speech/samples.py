"""A real reading, in the forms a recorder may give it."""

from __future__ import annotations

import io
import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soxr

from assistant.speech.audio import wave_of


def reading(shared: Path, rate: int = 16000) -> tuple[npt.NDArray[np.float64], int]:
    """A person says "go forward ten metres": about 2 s, half a second of silence around it."""
    path = shared / "data" / "audio" / "en_sent" / "goforward.wav"
    sound, own = wave_of(path.read_bytes(), path.name)
    rng = np.random.default_rng(1)
    quiet = rng.standard_normal((own // 2, 1)) * 1e-4
    padded = np.concatenate([quiet, sound * 4, quiet])
    return soxr.resample(padded, own, rate), rate


def as_wav(channels: npt.NDArray[np.float64], rate: int) -> bytes:
    """A WAV file of 16 bits."""
    file = io.BytesIO()
    with wave.open(file, "wb") as form:
        form.setnchannels(channels.shape[1])
        form.setsampwidth(2)
        form.setframerate(rate)
        form.writeframes(np.rint(np.clip(channels, -1, 1) * 32767).astype("<i2").tobytes())
    return file.getvalue()
