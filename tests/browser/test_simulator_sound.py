from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from assistant.speech.audio import from_ulaw, to_ulaw

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_mu_law_agrees_with_the_service(page: Page) -> None:
    """All 256 codes decode, and all 65,536 samples encode, as the service's own tables do."""
    decoded = page.evaluate(
        "async () => [...(await import('./static/mulaw.js')).decode(Uint8Array.from("
        "{length: 256}, (_, i) => i))].map(x => x * 32768)"
    )
    assert decoded == from_ulaw(bytes(range(256))).tolist()
    encoded = page.evaluate(
        "async () => [...(await import('./static/mulaw.js')).encode(Float32Array.from("
        "{length: 65536}, (_, i) => (i - 32768) / 32768))]"
    )
    assert bytes(encoded) == to_ulaw(np.arange(-32768, 32768).astype(np.int16))


@pytest.mark.parametrize(
    ("rate", "hertz", "gain"),
    [
        pytest.param(48000, 1000, 1.0, id="48 kHz, speech"),
        pytest.param(44100, 3000, 1.0, id="44.1 kHz, upper speech"),
        pytest.param(16000, 300, 1.0, id="16 kHz, low voice"),
        pytest.param(8000, 1000, 1.0, id="8 kHz"),
        pytest.param(48000, 5000, 0.0, id="48 kHz, above the band"),
        pytest.param(44100, 12000, 0.0, id="44.1 kHz, far above"),
    ],
)
def test_resampling_keeps_speech_and_drops_the_rest(
    page: Page, rate: int, hertz: int, gain: float
) -> None:
    """In blocks of 128, speech keeps its level within 0.5 dB; what would alias is 40 dB down."""
    script = """async ([rate, hertz]) => {
        const { Resampler } = await import("./static/resampler.js");
        const resampler = new Resampler(rate, 8000);
        const output = [];
        for (let start = 0; start < rate; start += 128) {
            const block = Float32Array.from({ length: Math.min(128, rate - start) },
                (_, i) => Math.sin((2 * Math.PI * hertz * (start + i)) / rate));
            output.push(...resampler.process(block));
        }
        return output;
    }"""
    output = np.array(page.evaluate(script, [rate, hertz]))
    assert abs(output.size - 8000) < 30
    level = float(np.sqrt(2 * np.mean(np.square(output[1000:7000]))))
    assert level == pytest.approx(gain, abs=0.01 if gain == 0 else 0.056)
