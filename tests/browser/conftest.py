from __future__ import annotations

import os
import shutil
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.chromium import VOICE_HERTZ, launched, write_wav
from tests.browser.fake_line import FakeLine, running_line, tone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """Playwright, where there is a Chromium to drive."""
    if shutil.which("chromium") is None and not os.environ.get("CI"):
        pytest.skip("there is no chromium here: apt-get install chromium")
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def fake_line() -> Iterator[FakeLine]:
    """A line that keeps what the simulator sends."""
    with running_line() as line:
        yield line


@pytest.fixture(scope="module")
def browser(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Chromium with a steady tone before its microphone."""
    voice = tmp_path_factory.mktemp("voice") / "tone.wav"
    write_wav(voice, tone(VOICE_HERTZ, 2, rate=48000), 48000)
    with launched(playwright, voice) as started:
        yield started


@pytest.fixture
def hear(playwright: Playwright) -> Iterator[Callable[[Path], Browser]]:
    """Start a Chromium with the given WAV before its microphone."""
    with ExitStack() as stack:
        yield lambda voice: stack.enter_context(launched(playwright, voice))


@pytest.fixture
def page(browser: Browser, fake_line: FakeLine) -> Iterator[Page]:
    """The simulator, opened on the fake line; fails when the page reported any error."""
    for kept in (fake_line.forms, fake_line.refused, fake_line.received, fake_line.spoken):
        kept.clear()
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda said: complaints.append(said.text) if _is_fault(said) else None)
    opened.goto(f"{fake_line.url}/simulator/")
    yield opened
    context.close()
    assert complaints == []


def _is_fault(said: ConsoleMessage) -> bool:
    """An error of the page itself or of its security policy; not a request that was refused."""
    return said.type == "error" and not said.text.startswith("Failed to load resource")
