"""Yes or no to an open question: "好" is then no greeting and "没了" no alarm. PURE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.understanding.language import plain

LONGEST_YES = {"zh": 6, "en": 5}
LONGEST_NO = {"zh": 8, "en": 6}
"Characters (zh) or words: what is longer says more than yes or no and is read as a wish."


@dataclass(frozen=True, slots=True)
class Agreement:
    """How one language begins a yes and a no."""

    language: str
    yes: tuple[str, ...]
    no: tuple[str, ...]

    @classmethod
    def of(cls, language: str, common: Mapping[str, Sequence[str]]) -> Agreement:
        """From the lists `yes` and `no` of the language's `_common.yaml`."""
        return cls(language, _longest_first(common["yes"]), _longest_first(common["no"]))

    def read(self, text: str) -> bool | None:
        """Whether a short answer agrees; `None` when it is neither, or says more."""
        said = " ".join("".join(c if c.isalnum() or c == "'" else " " for c in plain(text)).split())
        if self.language == "zh":
            said = said.replace(" ", "")
        length = len(said) if self.language == "zh" else len(said.split())
        if self._begins(said, self.no):
            return False if length <= LONGEST_NO.get(self.language, 6) else None
        if self._begins(said, self.yes):
            return True if length <= LONGEST_YES.get(self.language, 5) else None
        return None

    def _begins(self, said: str, words: tuple[str, ...]) -> bool:
        if self.language == "zh":
            return said.startswith(words)
        return any(said == word or said.startswith(word + " ") for word in words)


def _longest_first(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted((str(word) for word in words), key=len, reverse=True))
