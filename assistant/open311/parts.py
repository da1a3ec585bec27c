"""What the pages need of the house, and the words they publish."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ruamel.yaml import YAML

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime, tzinfo

    from assistant.core.case import Published, Received, Topic
    from assistant.core.values import Localised

WORDS = Path(__file__).with_name("words.yaml")
OTHER = "other"
"The code of the service for cases that belong to no topic."


class Cases(Protocol):
    """Cases as the public sees them. Called from worker threads."""

    def published(
        self,
        now: datetime,
        *,
        ids: Sequence[str] = (),
        topics: Sequence[str] = (),
        since: date | None = None,
        until: date | None = None,
        is_open: bool | None = None,
        most: int = 1000,
    ) -> tuple[Published, ...]:
        """Cases that fit all filters, the newest first; days are local, both included."""
        ...

    def receive(self, received: Received, now: datetime) -> str:
        """Keep a case another system hands over; its public id."""
        ...


@dataclass(frozen=True, slots=True)
class Open311Parts:
    """Everything the pages join."""

    cases: Cases
    topics: Mapping[str, Topic]
    name: Localised
    "Of the office."
    phone: str
    "Of the office."
    languages: tuple[str, ...]
    country: str
    zone: tzinfo
    public_url: Callable[[], str]
    now: Callable[[], datetime]
    tick: Callable[[], float]
    "Seconds that never go back."
    api_keys: tuple[str, ...]
    reads_per_minute: int
    writes_per_minute: int

    def topic_name(self, topic: str, language: str) -> str:
        """The name of a topic, or of what belongs to none."""
        if topic in self.topics:
            return self.topics[topic].name.text(language)
        return str(words(language)["other"])


@lru_cache(maxsize=8)
def words(language: str) -> Mapping[str, Any]:
    """What is published in a language; in English where nobody wrote it in that one."""
    told: Mapping[str, Mapping[str, Any]] = YAML(typ="safe").load(WORDS.read_text("utf-8"))
    return told.get(language) or told["en"]
