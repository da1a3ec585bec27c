"""What a resident says of what she was told: not so, checked when, any of it will do. PURE."""

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
    whenever: tuple[str, ...] = ()

    @classmethod
    def of(cls, language: str, common: Mapping[str, Sequence[str]]) -> Remarks:
        """From the lists `wrong`, `age` and `whenever` of the language's `_common.yaml`."""
        lists = [tuple(_bare(str(text), language) for text in common[key]) for key in KEYS]
        return cls(language, *lists)

    def read(self, text: str) -> Remark | None:
        """Which remark a short text is, or `None`."""
        said = _bare(text, self.language)
        length = len(said) if self.language == "zh" else len(said.split())
        if length > LONGEST.get(self.language, 16):
            return None
        if any(cue in said for cue in self.age):
            return "age"
        if any(cue in said for cue in self.wrong):
            return "wrong"
        return "whenever" if any(cue in said for cue in self.whenever) else None


KEYS = ("wrong", "age", "whenever")


def _bare(text: str, language: str) -> str:
    """Letters and characters only; words of other scripts with one blank around each."""
    kept = "".join(c if c.isalnum() or c == "'" else " " for c in plain(text)).split()
    return "".join(kept) if language == "zh" else f" {' '.join(kept)} "
