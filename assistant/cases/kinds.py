"""Which kind a case is, and what it is about: proposals, for staff to confirm. PURE."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.core.case import Kind, Topic

OF_INTENT: dict[str, Kind] = {
    "case.report": "help",
    "case.complain": "complaint",
    "case.suggest": "suggestion",
    "case.thank": "praise",
    "callback.change": "help",
    "callback.cancel": "help",
    "privacy.delete": "help",
    "person.request": "consult",
}
"What a resident wants when she says so; every other intent is a question."
MAY_BE_ANOTHER = frozenset({"case.report", "case.complain"})
"Intents within which her words can show another kind: 举报 a builder is no repair."

_BUILDING = re.compile(
    r"(?:\d{1,4}|[一二三四五六七八九十百]{1,4})\s?(?:号楼|栋|幢)"
    r"|\b(?:[Bb]uilding|[Bb]lock)\s+(?:no\.?\s)?(?:\d{1,4}|[A-Z])\b"
)
_ONLY_LATIN = re.compile(r"[ -~]+")


@dataclass(frozen=True, slots=True)
class Sorting:
    """How words show what a case is, as `topics.yaml` has it."""

    kinds: Mapping[Kind, tuple[str, ...]]
    "Words by kind, in the order in which they are tried."
    topics: Mapping[str, Topic]
    "By id, in the order in which they are tried."

    def kind(self, intent: str, words: str) -> Kind:
        """The kind proposed for what was taken down under `intent`."""
        if intent in MAY_BE_ANOTHER:
            for kind, cues in self.kinds.items():
                if _first(words, cues) is not None:
                    return kind
        return OF_INTENT.get(intent, "consult")

    def topic(self, words: str) -> str:
        """The id of the topic proposed; empty where no word shows one.

        Danger and utilities go before the rest; else the topic named first is meant.
        """
        found = [
            (topic.urgency == "ordinary", place, rank, name)
            for rank, (name, topic) in enumerate(self.topics.items())
            if (place := _first(words, topic.words)) is not None
        ]
        return min(found)[3] if found else ""


def building(place: str | None) -> str | None:
    """Of a place only the building: no flat, no name, nothing else that was said there."""
    found = _BUILDING.search(place or "")
    return None if found is None else " ".join(found[0].split())


def _first(words: str, cues: tuple[str, ...]) -> int | None:
    found = _cues(cues).search(words.lower())
    return None if found is None else found.start()


@lru_cache(maxsize=64)
def _cues(cues: tuple[str, ...]) -> re.Pattern[str]:
    """English cues are whole words; Chinese has no blanks between them."""
    parts = [
        rf"\b{re.escape(cue)}\b" if _ONLY_LATIN.fullmatch(cue) else re.escape(cue)
        for cue in sorted((cue.lower() for cue in cues), key=len, reverse=True)
    ]
    return re.compile("|".join(parts))
