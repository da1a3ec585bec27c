"""A mark for finished work: five stars, 八分, satisfied, it is still dripping. PURE."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assistant.core.intent import Mark
from assistant.understanding.language import plain
from assistant.understanding.numbers import EN_NUMBER, ZH_NUMBER, parse_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

KEYS: Final = ("good", "fair", "bad", "full", "solved", "unsolved")
BY_WORD: Final = {"good": 3, "fair": 2, "bad": 1}
"Of three."
SCALES: Final = (5, 10, 100)
"The smallest that holds a mark is meant: eight is of ten, sixty of a hundred."
STARS: Final = 5
MORE: Final = {"zh": 5, "en": 4}
"Characters (zh) or words beside the mark; so many tell why."

_ZH_OF = re.compile(r"(十|一百|百|五|10|100|5)分(?:制|里|当中|之中|满分)")
_ZH_ASKED = re.compile("满不满意|满意不满意|好不好|满意吗")
"The question, told over again: no answer yet."
_ZH_TAKEN_OFF = r"(?<![扣减留差])"
_ZH_ADVERB = r"(?!钟|之|店|公司|满意|感谢|好|不错)"
_ZH_MARK = re.compile(rf"{_ZH_TAKEN_OFF}({ZH_NUMBER})\s*(?:分{_ZH_ADVERB}|[颗粒]?星)(半)?")
_ZH_BARE = re.compile(
    rf"(?:评分|打分|分数|评价|满意|给你|给|打)[是为给个，,:： ]{{0,3}}({ZH_NUMBER})"
    r"(?=$|[，。,.!！ ])"
    rf"|^(\d{{1,3}})(?=\D*[^\W\d])"
)
_ZH_STARS = re.compile(rf"({ZH_NUMBER})\s*[颗粒]?星")
_EN_OF = re.compile(
    rf"\b({EN_NUMBER})\s*(?:(?:(?:out|oot)\s+)?(?:of|o)\s|/)\s*(?:an?\s)?"
    r"(five|ten|hundred|\d{1,3})\b"
)
_EN_UNIT = re.compile(
    rf"\b({EN_NUMBER})[\s-]*(?:more\s+)?(stars?\b|\*|marks?\b|points?\b|percent\b)"
)
_EN_BARE = re.compile(
    r"\b(?:say|gives?|gie|giving|put|score|rate|rated|rating|mark|call|going? (?:for|with)|go with"
    r"|it's|its|down|at|is|otherwise|that|so|to)"
    r"(?:\s(?:it|them|you|that|this|your|me|is|as|at|down|only|about|a|an|one|solid|the|call|visit"
    r"|work))*?"
    rf"\s+(?:an?\s)?({EN_NUMBER})\b(?!\s*(?:times?|days?|weeks?|months?|hours?|minutes?|o'clock|am|pm))"
    r"|^(\d{1,3})\s+(?=[a-z])"
    rf"|^({EN_NUMBER})(?=\s(?:i think|i'd|i would|maybe))"
    rf"|(?<=[a-z,])\s+({EN_NUMBER})\W*$"
)


@dataclass(frozen=True, slots=True)
class Marks:
    """How one language says how well something was done."""

    language: str
    words: Mapping[str, tuple[str, ...]]
    "By key of `KEYS`, longest first."

    @classmethod
    def of(cls, language: str, common: Mapping[str, Mapping[str, Sequence[str]]]) -> Marks:
        """From the lists under `marks` of the language's `_common.yaml`."""
        lists = common["marks"]
        ordered = {
            key: tuple(sorted((_bare(str(word), language) for word in lists[key]), key=_longest))
            for key in KEYS
        }
        return cls(language, ordered)

    def read(self, text: str) -> Mark | None:
        """The mark in what was said, or `None`."""
        written = _ZH_ASKED.sub(" ", plain(text))
        said = _bare(written, self.language)
        solved, rest = self._solved(said)
        score, of = self._figure(written)
        if score is None:
            score, of, rest = self._by_word(rest)
        if score is None and solved is None:
            return None
        return Mark(score, of, solved, self._tells_more(rest))

    def _solved(self, said: str) -> tuple[bool | None, str]:
        for key, value in (("unsolved", False), ("solved", True)):
            without, found = self._without(said, key)
            if found:
                return value, without
        return None, said

    def _by_word(self, said: str) -> tuple[float | None, int | None, str]:
        """Full marks, else bad before good: 不满意 holds 满意. What is fair takes no side."""
        rest, full = self._without(said, "full")
        if full:
            return STARS, STARS, rest
        rest, fair = self._without(said, "fair")
        for key in ("bad", "good"):
            without, found = self._without(rest, key)
            if found:
                return BY_WORD[key], 3, without
        return (BY_WORD["fair"], 3, rest) if fair else (None, None, said)

    def _without(self, said: str, key: str) -> tuple[str, bool]:
        left, gap = said, "" if self.language == "zh" else " "
        for word in self.words[key]:
            left = left.replace(word, gap)
        return left, left != said

    def _figure(self, written: str) -> tuple[float | None, int | None]:
        return _zh_figure(written) if self.language == "zh" else _en_figure(written)

    def _tells_more(self, rest: str) -> bool:
        length = len(rest) if self.language == "zh" else len(rest.split())
        return length >= MORE.get(self.language, 4)


def _zh_figure(written: str) -> tuple[float | None, int | None]:
    named = _ZH_OF.search(written)
    of = None if named is None else int(parse_number(named[1], "zh") or SCALES[-1])
    without = _ZH_OF.sub(" ", written)
    found = [*_ZH_MARK.finditer(without)]
    if found:
        value = parse_number(found[-1][1], "zh")
        value = value + 0.5 if value is not None and found[-1][2] else value
        stars = _ZH_STARS.search(found[-1][0]) is not None
        return _scaled(value, of or (STARS if stars else None))
    bare = [*_ZH_BARE.finditer(without)]
    if not bare:
        return None, None
    return _scaled(parse_number(bare[-1][1] or bare[-1][2], "zh"), of)


def _en_figure(written: str) -> tuple[float | None, int | None]:
    said = written.lower().replace("’", "'")
    out_of = [*_EN_OF.finditer(said)]
    if out_of:
        of = parse_number(out_of[-1][2], "en")
        return _scaled(parse_number(out_of[-1][1], "en"), int(of) if of else None)
    unit = _EN_UNIT.search(said)
    if unit is not None:
        of = STARS if unit[2].startswith(("star", "*")) else None
        return _scaled(parse_number(unit[1], "en"), of)
    bare = [*_EN_BARE.finditer(said)]
    if not bare:
        return None, None
    said_last = next(part for part in bare[-1].groups() if part is not None)
    return _scaled(parse_number(said_last, "en"), None)


def _scaled(value: float | None, of: int | None) -> tuple[float | None, int | None]:
    """The mark and what it is of; `None` where it is more than any scale holds."""
    if value is None:
        return None, None
    of = of or next((scale for scale in SCALES if value <= scale), None)
    if of is None or value > of:
        return None, None
    return (int(value) if value.is_integer() else value), of


def _longest(word: str) -> int:
    return -len(word)


def _bare(text: str, language: str) -> str:
    """Letters and characters only; words of other scripts with one blank around each."""
    kept = "".join(c if c.isalnum() or c == "'" else " " for c in plain(text)).split()
    return "".join(kept) if language == "zh" else f" {' '.join(kept)} "
