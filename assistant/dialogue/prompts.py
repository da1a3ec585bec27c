"""From a `Say` to the sentence itself: the prompt of that name with its facts put into words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter

from assistant.core.event import Say
from assistant.core.turn import Channel
from assistant.core.values import Localised, Value
from assistant.dialogue.wording import Wording


@dataclass(frozen=True, slots=True)
class Prompt:
    """One whole sentence, or a few, in its two forms."""

    spoken: str
    sms: str

    def form(self, channel: Channel) -> str:
        """The form for a channel."""
        return self.spoken if channel == "voice" else self.sms

    def fields(self) -> frozenset[str]:
        """The names in braces, of both forms."""
        parsed = [*Formatter().parse(self.spoken), *Formatter().parse(self.sms)]
        return frozenset(name for _, name, _, _ in parsed if name)


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is to be said, ready for a voice or a text."""

    text: str
    prompt: str
    language: str
    slower: bool = False
    fixed: bool = False
    "Without parameters: a recording of it may stand in for synthesis."


class PromptBook:
    """Every prompt of every language, and the wording that fills them."""

    def __init__(
        self,
        prompts: Mapping[str, Mapping[str, Prompt]],
        wordings: Mapping[str, Wording],
    ) -> None:
        """Take prompts by language and key, and one wording a language."""
        self._prompts = prompts
        self._wordings = wordings

    def sentence(self, say: Say, language: str, channel: Channel) -> Sentence:
        """Put a `Say` into words.

        A parameter the prompt does not name is ignored; a missing one is a `KeyError` with the
        prompt's name, caught by the loop and answered with the `error` prompt.
        """
        language = say.language or language
        prompt = self._prompts[language].get(say.prompt)
        if prompt is None:
            msg = f"prompt {say.prompt!r} is missing in voices/{language}/prompts.yaml"
            raise KeyError(msg)
        values = {
            name: self._value(value, language, channel)
            for name, value in say.params
            if name in prompt.fields()
        }
        text = prompt.form(channel).format_map(values)
        return Sentence(text, say.prompt, language, say.slower, fixed=not prompt.fields())

    def _value(self, value: Value, language: str, channel: Channel) -> str:
        words = self._wordings[language].say(value, channel)
        return words.rstrip("。.；; ") if isinstance(value, Localised) else words

    def fixed(self, language: str) -> dict[str, str]:
        """Spoken prompts without parameters, by key: what can be rendered beforehand."""
        return {
            key: prompt.spoken
            for key, prompt in self._prompts[language].items()
            if not prompt.fields()
        }
