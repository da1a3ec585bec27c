"""What a resident says of what she was told: not so, checked when, any of it will do. PURE.

Also what she says of this call, of who may ask for her, of the office's last month and of who rang
without the safe word; these have two cues each, so that neither a number to be noted down nor a son
she asks after is taken for one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.core.intent import REMARK_CUES, Remark
from assistant.understanding.language import plain

LONGEST = {"zh": 24, "en": 16}
"Characters (zh) or words: what is longer tells a story and is read as a wish."
OF_TWO_CUES = 2
"So many times as long may be what has two cues."


@dataclass(frozen=True, slots=True)
class Remarks:
    """How one language says them."""

    language: str
    wrong: tuple[str, ...]
    age: tuple[str, ...]
    whenever: tuple[str, ...] = ()
    call_over: tuple[str, ...] = ()
    keep_nothing: tuple[str, ...] = ()
    somebody: tuple[str, ...] = ()
    for_me: tuple[str, ...] = ()
    no_more: tuple[str, ...] = ()
    last_month: tuple[str, ...] = ()
    how_done: tuple[str, ...] = ()
    own_matter: tuple[str, ...] = ()
    i_vote: tuple[str, ...] = ()
    no_vote: tuple[str, ...] = ()
    safe_word: tuple[str, ...] = ()
    not_known: tuple[str, ...] = ()

    @classmethod
    def of(cls, language: str, common: Mapping[str, Sequence[str]]) -> Remarks:
        """From the lists named in `REMARK_CUES` of the language's `_common.yaml`."""
        lists = [tuple(_bare(str(text), language) for text in common[key]) for key in REMARK_CUES]
        return cls(language, *lists)

    def read(self, text: str) -> Remark | None:
        """Which remark a short text is, or `None`."""
        said = _bare(text, self.language)
        length = len(said) if self.language == "zh" else len(said.split())
        longest = LONGEST.get(self.language, 16)
        if length > longest * OF_TWO_CUES:
            return None
        if (about := self._of_two_cues(said)) is not None:
            return about
        if length > longest:
            return None
        return self._of_one_cue(said)

    def _of_one_cue(self, said: str) -> Remark | None:
        """Of her vote, of an answer that was given, of times on offer."""
        if _first(said, self.i_vote) is not None and _first(said, self.no_vote) is None:
            return "vote"
        listed: tuple[tuple[Remark, tuple[str, ...]], ...] = (
            ("age", self.age),
            ("wrong", self.wrong),
            ("whenever", self.whenever),
        )
        return next((name for name, cues in listed if _first(said, cues) is not None), None)

    def _of_two_cues(self, said: str) -> Remark | None:
        """Of this call, the last month, a safe word; that somebody may ask for her, or no more."""
        if _first(said, self.safe_word) is not None and _first(said, self.not_known) is not None:
            return "no_safe_word"
        if self._of_last_month(said):
            return "last_month"
        if _first(said, self.call_over) is not None and _first(said, self.keep_nothing) is not None:
            return "forget"
        who, asks = _first(said, self.somebody), _last(said, self.for_me)
        if who is None or asks is None or asks < who:
            return None
        return "no_helper" if _first(said, self.no_more) is not None else "helper"

    def _of_last_month(self, said: str) -> bool:
        """How the office did; how a matter of her own stands is another question."""
        both = (_first(said, cues) is not None for cues in (self.last_month, self.how_done))
        return all(both) and _first(said, self.own_matter) is None


def _first(said: str, cues: tuple[str, ...]) -> int | None:
    return min((at for cue in cues if (at := said.find(cue)) >= 0), default=None)


def _last(said: str, cues: tuple[str, ...]) -> int | None:
    return max((at for cue in cues if (at := said.rfind(cue)) >= 0), default=None)


def _bare(text: str, language: str) -> str:
    """Letters and characters only; words of other scripts with one blank around each."""
    kept = "".join(c if c.isalnum() or c == "'" else " " for c in plain(text)).split()
    return "".join(kept) if language == "zh" else f" {' '.join(kept)} "
