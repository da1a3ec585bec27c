"""What a resident says of an answer just given: that it is not so, or when it was checked. PURE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.core.intent import Remark
from assistant.understanding.language import plain

LONGEST = {"zh": 24, "en": 16}
"Characters (zh) or words: what is longer tells a story and is read as a wish."


@dataclass(frozen=True, slots=True)
class Remarks:
    """How one language says them."""

    language: str
    wrong: tuple[str, ...]
    age: tuple[str, ...]

    @classmethod
    def of(cls, language: str, common: Mapping[str, Sequence[str]]) -> Remarks:
        """From the lists `wrong` and `age` of the language's `_common.yaml`."""
        both = [tuple(_bare(str(text), language) for text in common[key]) for key in KEYS]
        return cls(language, both[0], both[1])

    def read(self, text: str) -> Remark | None:
        """Which remark a short text is, or `None`."""
        said = _bare(text, self.language)
        length = len(said) if self.language == "zh" else len(said.split())
        if length > LONGEST.get(self.language, 16):
            return None
        if any(cue in said for cue in self.age):
            return "age"
        return "wrong" if any(cue in said for cue in self.wrong) else None


KEYS = ("wrong", "age")


def _bare(text: str, language: str) -> str:
    """Letters and characters only; words of other scripts with one blank around each."""
    kept = "".join(c if c.isalnum() or c == "'" else " " for c in plain(text)).split()
    return "".join(kept) if language == "zh" else f" {' '.join(kept)} "
