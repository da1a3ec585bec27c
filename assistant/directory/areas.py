"""Where a notice holds: buildings by number, streets by name, as they are written and said. Pure.

六号楼到九号楼, 3、5栋, 桂花路; buildings 6 to 9, building 3.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.directory.written.zh import number

if TYPE_CHECKING:
    from collections.abc import Iterable

_NUMBER = r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3})"
_KIND = r"(?:号(?:楼|院)|号?[栋幢座])"
_TO, _AND = r"\s*(?:到|至|[-–—~～]|to|through)\s*", r"\s*(?:、|,|，|和|及|与|and|&)\s*"
_CHINESE = re.compile(
    rf"(?<![第上下几\d]){_NUMBER}{_KIND}?(?:(?:{_TO}|{_AND}){_NUMBER}{_KIND}?)*(?<=[楼栋幢座院])"
)
_ENGLISH = re.compile(
    rf"\b(?:building|block)s?\s+\d{{1,3}}(?:(?:{_TO}|{_AND})(?:(?:building|block)\s+)?\d{{1,3}})*"
)
_STREET = re.compile(r"[\u4e00-\u9fff]{2,4}?(?:大街|大道|路|街|巷|胡同|弄)")
_PART = re.compile(rf"({_TO})?({_NUMBER})")
_MANY = 200
"Buildings a range may span; more is a slip of the pen."


@dataclass(frozen=True, slots=True)
class Area:
    """Buildings and streets; neither: everywhere."""

    buildings: frozenset[int] = frozenset()
    streets: frozenset[str] = frozenset()

    def everywhere(self) -> bool:
        """Whether it names no part of the community."""
        return not (self.buildings or self.streets)

    def covers(self, other: Area) -> bool:
        """Whether what holds here may hold at `other`, a place somebody named."""
        if self.everywhere() or other.everywhere():
            return True
        if self.buildings and other.buildings:
            return bool(self.buildings & other.buildings)
        return bool(self.streets & other.streets)


def area(texts: Iterable[str]) -> Area:
    """The buildings and streets named in some texts."""
    buildings: set[int] = set()
    streets: set[str] = set()
    for text in texts:
        said = text.casefold()
        for look in (_CHINESE, _ENGLISH):
            for found in look.finditer(said):
                buildings |= _numbers(found[0])
        streets |= set(_STREET.findall(text))
    return Area(frozenset(buildings), frozenset(streets))


def _numbers(text: str) -> set[int]:
    """Building numbers of a list with ranges."""
    found: list[int] = []
    every: set[int] = set()
    for through, name in _PART.findall(re.sub(_KIND, " ", text)):
        one = number(name)
        if through and found and found[-1] < one <= found[-1] + _MANY:
            every |= set(range(found[-1], one))
        every.add(one)
        found.append(one)
    return every
