"""From a `Say` to the sentence itself: the prompt of that name with its facts put into words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import Formatter

from assistant.core.event import Say
from assistant.core.turn import Channel
from assistant.core.values import Localised, PhoneNumber, Value
from assistant.dialogue.lengths import parted
from assistant.dialogue.wording import Wording


@dataclass(frozen=True, slots=True)
class Prompt:
    """One whole sentence, or a few, in its two forms."""

    spoken: str
    sms: str
    variants: tuple[str, ...] = ()
    "The spoken form in other words, for who did not understand it twice; reviewed like the rest."

    def form(self, channel: Channel, variant: int = 0) -> str:
        """The form for a channel; spoken variants go round, 0 being the prompt itself."""
        if channel == "sms":
            return self.sms
        return (self.spoken, *self.variants)[variant % (len(self.variants) + 1)]

    def fields(self) -> frozenset[str]:
        """The names in braces, of all forms."""
        forms = (self.spoken, self.sms, *self.variants)
        parsed = [part for form in forms for part in Formatter().parse(form)]
        return frozenset(name for _, name, _, _ in parsed if name)


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is to be said, ready for a voice or a text."""

    text: str
    prompt: str
    language: str
    slower: int = 0
    "So many steps more slowly than the conversation's pace."
    fixed: bool = False
    "The same in every call: a recording of it may stand in for synthesis."


class PromptBook:
    """Every prompt of every language, and the wording that fills them."""

    def __init__(
        self,
        prompts: Mapping[str, Mapping[str, Prompt]],
        wordings: Mapping[str, Wording],
        constants: Mapping[str, Value] | None = None,
    ) -> None:
        """Take prompts by language and key, and one wording a language.

        `constants` are facts that never change at this site, by the name they have in prompts.
        """
        self._prompts = prompts
        self._wordings = wordings
        self._constants = dict(constants or {})

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages it is written in."""
        return tuple(self._prompts)

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
        text = prompt.form(channel, say.variant).format_map(values)
        if say.piece is not None:
            pieces = parted(text, sentences_only=bool(_numbers(say, prompt)))
            text = pieces[min(say.piece, len(pieces) - 1)]
        first = say.variant % (len(prompt.variants) + 1) == 0
        fixed = first and prompt.fields() <= self._constants.keys()
        return Sentence(text, say.prompt, language, say.slower, fixed)

    def pieces(self, say: Say, language: str) -> tuple[Say, ...]:
        """The same, in pieces of one breath each; a telephone number is never torn from its twin.

        A piece is known by its number, so that it is still the same after a change of language.
        """
        prompt = self._prompts[say.language or language][say.prompt]
        form, numbers = prompt.form("voice", say.variant), _numbers(say, prompt)
        if any(form.count(f"{{{name}}}") > 1 for name in numbers):
            return (say,)
        text = self.sentence(say, language, "voice").text
        count = len(parted(text, sentences_only=bool(numbers)))
        if count == 1:
            return (say,)
        return tuple(
            Say(say.prompt, say.params, say.language, say.slower, say.variant, number)
            for number in range(count)
        )

    def _value(self, value: Value, language: str, channel: Channel) -> str:
        words = self._wordings[language].say(value, channel)
        return words.rstrip("。.；; ") if isinstance(value, Localised) else words

    def fields(self, language: str) -> dict[str, frozenset[str]]:
        """What each prompt of a language names, by key."""
        return {key: prompt.fields() for key, prompt in self._prompts[language].items()}

    def fixed(self, language: str) -> dict[str, str]:
        """Spoken prompts that never change at this site, by key: can be rendered beforehand."""
        known = {
            name: self._value(value, language, "voice") for name, value in self._constants.items()
        }
        return {
            key: prompt.spoken.format_map(known)
            for key, prompt in self._prompts[language].items()
            if prompt.fields() <= known.keys()
        }


def _numbers(say: Say, prompt: Prompt) -> list[str]:
    """The telephone numbers that a prompt names."""
    named = prompt.fields()
    return [name for name, value in say.params if isinstance(value, PhoneNumber) and name in named]


def run_on(sentences: Sequence[str]) -> str:
    """Sentences as one text: run on, numbered choices on lines of their own."""
    text = ""
    for sentence in sentences:
        choice = sentence[:1].isdigit() and sentence[1:2] == " "
        if not text:
            text = sentence
        elif choice:
            text += "\n" + sentence
        else:
            text += ("" if text[-1:] in "。？！：" else " ") + sentence
    return text
