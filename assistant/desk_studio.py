"""Prompts at the desk: heard as a caller hears them, and recorded anew, live at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assistant.core.errors import DataError
from assistant.desk.tables import Spoken
from assistant.speech.audio import encode_wav, from_ulaw, wave_of
from assistant.speech.takes import faults, measure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from assistant.app import House
    from assistant.core.values import Localised
    from assistant.speech.mouth import Mouth

VARIANT: Final = 1
"The desk keeps one recording a prompt; more of them come by `voices import`."


class PromptStudio:
    """The prompts of one house; `assistant.desk.tables.Studio`.

    `speak` renders text, language and prompt to mu-law at 8 kHz from any thread.
    """

    def __init__(
        self, house: House, mouth: Mouth, speak: Callable[[str, str, str | None], bytes]
    ) -> None:
        self._book = house.talk.rooms.book
        self._prompts = house.library.prompts
        self._site: Localised = house.config.the_site().name
        self._mouth = mouth
        self._speak = speak

    def listing(self, language: str) -> tuple[Spoken, ...]:
        """Every prompt of a language, in the order of its file."""
        fixed, recorded = self._book.fixed(language), self._recorded(language)
        return tuple(
            self._spoken(key, language, fixed, recorded) for key in self._prompts[language]
        )

    def prompt(self, key: str, language: str) -> Spoken | None:
        """One prompt, or `None`."""
        if key not in self._prompts.get(language, {}):
            return None
        fixed = self._book.fixed(language)
        return self._spoken(key, language, fixed, self._recorded(language))

    def _recorded(self, language: str) -> dict[tuple[str, str], float]:
        """Seconds of what is recorded, by prompt and words."""
        found = self._mouth.recordings.of(language)
        return {(item.prompt, item.text): item.seconds for item in found}

    def _spoken(
        self,
        key: str,
        language: str,
        fixed: Mapping[str, str],
        recorded: Mapping[tuple[str, str], float],
    ) -> Spoken:
        text = fixed.get(key, self._prompts[language][key].spoken)
        own = recorded.get((key, text)) if key in fixed else None
        seconds = self._mouth.estimate_seconds(self._said(key, language, fixed), language)
        return Spoken(key, text, key in fixed, round(own or seconds, 1), recorded=own is not None)

    def _said(self, key: str, language: str, fixed: Mapping[str, str]) -> str:
        """The words that are heard; where a fact belongs, the site's name stands for it."""
        if key in fixed:
            return fixed[key]
        prompt = self._prompts[language][key]
        return prompt.spoken.format_map(dict.fromkeys(prompt.fields(), self._site.text(language)))

    def sound(self, key: str, language: str) -> bytes:
        """A WAV file, 8 kHz, through the line's own coding. Raises `SynthesisError`."""
        fixed = self._book.fixed(language)
        text = self._said(key, language, fixed)
        return encode_wav(from_ulaw(self._speak(text, language, key if key in fixed else None)))

    def take(self, key: str, language: str, content: bytes) -> tuple[str, ...]:
        """Measure a recording as `voices import` does and keep it.

        Returns what is wrong with it: `format`, `silent`, `clipped`, `soft`, `noisy`, `length` or
        `disk`; then nothing is kept.
        """
        text = self._book.fixed(language)[key]
        try:
            measured, samples = measure(*wave_of(content, key))
        except DataError:
            return ("format",)
        wrong = faults(measured, self._mouth.estimate_seconds(text, language))
        if wrong:
            return wrong
        try:
            self._mouth.recordings.add(language, key, VARIANT, text, samples)
        except DataError:
            return ("disk",)
        return ()

    def give_up(self, key: str, language: str) -> bool:
        """Remove every recording of a prompt; whether there were any. Raises `DataError`."""
        return self._mouth.recordings.remove(language, key)
