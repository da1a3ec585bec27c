"""The Chromium of the operating system, without a screen or a sound card, with a WAV to hear."""

from __future__ import annotations

import time
import wave
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Playwright

    from assistant.speech.audio import Samples

EXECUTABLE = "/usr/bin/chromium"

VOICE_HERTZ = 700
"The tone that tests of the protocol put before the microphone."

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
)


@contextmanager
def launched(playwright: Playwright, voice: Path | None = None) -> Iterator[Browser]:
    """A browser whose microphone hears `voice` again and again, or a beep every second."""
    flags = list(_FLAGS)
    if voice is not None:
        flags.append(f"--use-file-for-fake-audio-capture={voice}")
    browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=flags)
    try:
        yield browser
    finally:
        browser.close()


def wait_until(true: Callable[[], object], *, seconds: float = 15, pause: float = 0.05) -> None:
    """Ask again and again until it is so; fails with a sentence after `seconds`."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not so after {seconds} s"
        time.sleep(pause)


def write_wav(path: Path, samples: Samples, rate: int) -> None:
    """One channel of 16 bits, as a microphone file."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.astype("<i2").tobytes())
