"""The recogniser by itself, in a process of its own: what every figure of a call is set against."""

from __future__ import annotations

import multiprocessing
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assistant.speech import recognisers
from assistant.speech.audio import ulaw_to_pcm
from assistant.speech.vocabulary import OPEN

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from assistant.benchmarks.sounds import Material

FRAME_BYTES = 160
TIMES = 2
"Each sentence is heard twice; only the second time counts, when everything is warm."


@dataclass(frozen=True, slots=True)
class Bare:
    """One model under the vocabulary of an open question."""

    engine: str
    cpu_share: float
    "CPU seconds a second of speech."
    finish_ms: float
    "Median wall time from the last frame to the words."


def measure(material: Material) -> dict[str, Bare]:
    """Every language's model, one after the other."""
    found: dict[str, Bare] = {}
    spawn = multiprocessing.get_context("spawn")
    for language, folder in material.models.items():
        sentences = material.sentences.get(language, ())
        if not sentences:
            continue
        phrases = material.vocabularies.get((language, OPEN), ())
        with spawn.Pool(1) as pool:
            found[language] = pool.apply(_hear, (folder, language, phrases, sentences))
    return found


def _hear(folder: Path, language: str, phrases: Sequence[str], sentences: Sequence[bytes]) -> Bare:
    engine = recognisers.load(folder, language)
    decoder = engine.decoder(() if engine.free_speech else phrases)
    cpu, heard_s, waits = 0.0, 0.0, []
    for turn in range(TIMES):
        for sentence in sentences:
            began = time.process_time()
            for at in range(0, len(sentence), FRAME_BYTES):
                decoder.accept(ulaw_to_pcm(sentence[at : at + FRAME_BYTES]))
            last = time.monotonic()
            decoder.finish()
            if turn:
                waits.append(time.monotonic() - last)
                cpu += time.process_time() - began
                heard_s += len(sentence) / 8000
    finish_ms = round(1000 * float(np.median(waits)), 1)
    return Bare(recognisers.detect(folder), round(cpu / heard_s, 4), finish_ms)
