from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.sync_api import expect

from assistant.core.ports import SAMPLE_RATE
from assistant.speech.audio import read_wav
from tests.browser.chromium import wait_until, write_wav

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PAUSE_SECONDS = 4
"Silence after each utterance of the microphone, so that it ends and is answered."


@pytest.fixture
def voice(shared: Path, tmp_path: Path) -> Path:
    """A person saying a number, then silence."""
    spoken = read_wav(shared / "data" / "audio" / "fsdd" / "0_jackson_20.wav")
    pause = np.zeros(PAUSE_SECONDS * SAMPLE_RATE, np.int16)
    path = tmp_path / "voice.wav"
    write_wav(path, np.concatenate([spoken, pause]), SAMPLE_RATE)
    return path


@pytest.fixture
def page(live_server: str, hear: Callable[[Path], Browser], voice: Path) -> Page:
    """The simulator of the running service, with the voice before its microphone."""
    opened = hear(voice).new_page()
    opened.goto(f"{live_server}/simulator/")
    return opened


def count(page: Page, name: str) -> float:
    """One of the page's own figures about the line."""
    return float(page.evaluate("name => window.simulatorStats[name]", name))


def test_a_whole_call_and_a_whole_text(page: Page) -> None:
    """Ring, be greeted, speak, press a key and be answered; then text and be answered."""
    page.locator("#call").click()
    wait_until(lambda: count(page, "heardRms") > 0.01, seconds=60)
    expect(page.locator("#state")).to_contain_text("please speak")
    wait_until(lambda: count(page, "sentRms") > 0.02)
    greeted = count(page, "bytesReceived")
    page.locator("[data-digit='1']").click()
    wait_until(lambda: count(page, "bytesReceived") > greeted, seconds=60)
    assert count(page, "digitsSent") == 1
    wait_until(lambda: count(page, "framesSent") > 50)

    page.locator("#text").fill("社区食堂几点开饭？")
    page.locator("#text").press("Enter")
    expect(page.locator("#messages .line")).not_to_have_count(0, timeout=30_000)
    assert len(page.locator("#messages .line .body").first.inner_text()) >= 4

    page.keyboard.press("Tab")
    page.locator("#hang-up").click()
    expect(page.locator("#state")).to_contain_text("You have hung up")


def test_typed_words_reach_the_line(page: Page) -> None:
    """Words typed during a call are spoken by the service's own voice and sent as audio."""
    page.locator("#microphone").uncheck()
    page.locator("#call").click()
    wait_until(lambda: count(page, "bytesReceived") > 0, seconds=60)
    page.locator("#words").fill("我想找医生")
    page.locator("#words").press("Enter")
    expect(page.locator("#diary .said .body")).to_have_text("我想找医生", timeout=30_000)
    wait_until(lambda: count(page, "sentRms") > 0.02, seconds=30)
    page.locator("#hang-up").click()
