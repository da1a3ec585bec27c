"""Whether two requests are one matter: the same wish and place, nearly the same words. PURE."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from assistant.cases.kinds import building

if TYPE_CHECKING:
    from collections.abc import Iterable

SAME = 0.86
"""From here on the same person has said the same twice. Word for word is 1; a filler more or
less keeps 0.9; 水龙头漏水 and 水管漏水 reach 0.6; lamps in two buildings
differ in their numbers."""
LIKELY = 0.6
"From here on staff are shown the pair."
OTHER_NUMBERS = 0.5
"Likeness of two sentences that name different numbers, at most: lamp 3 is not lamp 5."
_WORDLESS = re.compile(r"[^\w]+")
_NUMBER = re.compile(r"\d+|[一二三四五六七八九十百]+(?=号|栋|幢|楼|单元|层|室)")
_LATIN = re.compile(r"[a-z]")


@dataclass(frozen=True, slots=True)
class Said:
    """What a resident asked for, as far as likeness goes."""

    code: str
    intent: str
    words: str
    place: str | None = None
    nickname: str = ""
    "Who of a shared telephone; empty where nobody said."


def likeness(one: Said, other: Said) -> float:
    """How likely both are one matter, 0 to 1; 0 for different wishes or different people."""
    if one.intent != other.intent or _differ(one.nickname, other.nickname):
        return 0.0
    first, second = _bare(one.words), _bare(other.words)
    alike = _alike(first, second)
    if _differ(building(one.place) or "", building(other.place) or ""):
        return min(alike, OTHER_NUMBERS)
    if set(_NUMBER.findall(first)) != set(_NUMBER.findall(second)):
        return min(alike, OTHER_NUMBERS if _both_name_numbers(first, second) else 1.0)
    return alike


def same_matter(new: Said, others: Iterable[Said]) -> str | None:
    """The code of the matter this one says over again; of several the likeliest."""
    rated = [(likeness(new, item), item.code) for item in others if item.code != new.code]
    best, code = max(rated, key=lambda pair: pair[0], default=(0.0, ""))
    return code if best >= SAME else None


def _alike(first: str, second: str) -> float:
    if not first or not second:
        return float(first == second)
    if _LATIN.search(first + second):
        return fuzz.token_sort_ratio(first, second) / 100
    return fuzz.ratio(first, second) / 100


def _both_name_numbers(first: str, second: str) -> bool:
    return bool(_NUMBER.search(first)) and bool(_NUMBER.search(second))


def _differ(one: str, other: str) -> bool:
    return bool(one) and bool(other) and one != other


def _bare(words: str) -> str:
    return " ".join(_WORDLESS.sub(" ", words.lower()).split())
