"""What synthetic callers say: sentences of the examples in the site's own voices, and silence."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.app import build_mouth, lessons, open_house
from assistant.clock import ServiceClock
from assistant.core.errors import SynthesisError
from assistant.library import load_spoken
from assistant.speech.audio import silence
from assistant.speech.models import models_in_use

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from assistant.app import House
    from assistant.config import Config
    from assistant.speech.mouth import Mouth

log = logging.getLogger(__name__)

SPEAKING_SHARE = 0.3
"Of a call, the caller speaks so much; the line speaks and she listens for the rest."
EVERY_INTENT = 6
"Sentences are taken from every sixth intent: directory questions, wishes, commands."


@dataclass(frozen=True, slots=True)
class Material:
    """What the benchmarks work with."""

    config: Config
    models: Mapping[str, Path]
    "The model in use by language."
    sentences: Mapping[str, tuple[bytes, ...]]
    "Mu-law of each sentence, by language."
    vocabularies: Mapping[tuple[str, str], tuple[str, ...]]


def prepare(config: Config, root: Path, data: Path, scratch: Path) -> Material:
    """Open a house of its own in `scratch` and let its voices speak the callers' sentences."""
    named = {language: name for language, name in config.speech.models.items() if name}
    in_use = models_in_use(data, named)
    models = {lang: in_use[lang] for lang in config.site.languages if lang in in_use}
    house = open_house(config, scratch, root, ServiceClock(config.site.timezone))
    try:
        vocabularies = {(lang, name): tuple(said) for lang, name, said in lessons(house)}
        texts = {lang: _texts(house, lang) for lang in config.site.languages}
        sentences = asyncio.run(_said(build_mouth(config, house.library, scratch), texts))
    finally:
        house.close()
    return Material(config, models, sentences, vocabularies)


def say(
    config: Config, root: Path, scratch: Path, texts: Mapping[str, Sequence[str]]
) -> dict[str, tuple[bytes, ...]]:
    """These sentences in the site's own voices, in mu-law, but for languages without a voice."""
    spoken = load_spoken(root, tuple(config.site.languages))
    mouth = build_mouth(config, spoken, scratch)
    return asyncio.run(_said(mouth, texts))


async def _said(mouth: Mouth, texts: Mapping[str, Sequence[str]]) -> dict[str, tuple[bytes, ...]]:
    found: dict[str, tuple[bytes, ...]] = {}
    await mouth.start()
    try:
        for language, sentences in texts.items():
            try:
                found[language] = tuple([await mouth.speak(one, language) for one in sentences])
            except SynthesisError as error:
                log.warning("callers have no voice in %s: %s", language, error)
    finally:
        await mouth.stop()
    return found


def _texts(house: House, language: str) -> list[str]:
    """One example of some intents, most of them questions to the directory."""
    by_intent = house.library.examples[language]
    spoken = [examples.spoken[0] for examples in by_intent.values() if examples.spoken]
    return spoken[::EVERY_INTENT]


def monologue(sentences: Sequence[bytes], first: int, share: float = SPEAKING_SHARE) -> bytes:
    """Sentences from the `first` on, each followed by silence so that `share` of it is speech.

    Begins with the silence, as callers listen to the greeting.
    """
    parts: list[bytes] = []
    for number in range(len(sentences)):
        sentence = sentences[(first + number) % len(sentences)]
        pause = silence(len(sentence) / 8 * (1 / share - 1))
        parts += [pause, sentence]
    return b"".join(parts)
