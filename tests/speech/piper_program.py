"""Speaks piper's command line without its voices: a tone for every letter, in place of speech.

Piper's voices are too large to keep here, and piper itself is never required. This program takes
the same options, lines and files as piper-tts 1.8.0, which the adapter was tried against.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
import wave
from array import array
from pathlib import Path

RATE = 22050


def main() -> None:
    """Read lines; write a WAV for each and name it on standard error."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True, type=Path)
    parser.add_argument("--output_dir", required=True, type=Path)
    parser.add_argument("--length_scale", type=float, default=1.0)
    options = parser.parse_args()
    if not options.model.read_bytes():
        sys.exit("the voice is damaged")
    for line in sys.stdin:
        if "CRASH" in line:
            sys.exit("out of memory")
        letters = sum(0.3 if letter.isascii() else 1 for letter in line if letter.isalnum())
        length = round(RATE * 0.25 * letters * options.length_scale)
        tone = array("h", (round(9000 * math.sin(at * 0.2)) for at in range(length)))
        path = options.output_dir / f"{time.monotonic_ns()}.wav"
        with wave.open(str(path), "wb") as file:
            file.setparams((1, 2, RATE, length, "NONE", "not compressed"))
            file.writeframes(tone.tobytes())
        sys.stderr.write(f"INFO:__main__:Wrote {path}\n")


if __name__ == "__main__":
    main()
