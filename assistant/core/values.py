"""Values a prompt may carry. They are facts, not words: wording turns them into words.

Each has a `kind` so that a stored conversation can be read back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal


@dataclass(frozen=True, slots=True)
class Localised:
    """A text in each language it is known in."""

    texts: tuple[tuple[str, str], ...]
    "Pairs of language and text; the first is the community's own language."
    kind: Literal["localised"] = "localised"

    def text(self, language: str) -> str:
        """The text in `language`, else in the community's own; empty when there is none."""
        known = dict(self.texts)
        return known.get(language) or (self.texts[0][1] if self.texts else "")


@dataclass(frozen=True, slots=True)
class Words:
    """The resident's own words, or an identifier: said as they are."""

    text: str
    kind: Literal["words"] = "words"


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A telephone number: digits, spaces, hyphens, an optional leading +."""

    number: str
    kind: Literal["phone"] = "phone"


@dataclass(frozen=True, slots=True)
class Code:
    """A case code or safe word, said character by character."""

    text: str
    kind: Literal["code"] = "code"


@dataclass(frozen=True, slots=True)
class Number:
    """A count."""

    value: int
    kind: Literal["number"] = "number"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in the site's currency."""

    amount: float
    kind: Literal["money"] = "money"


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day, local."""

    at: time
    kind: Literal["clock"] = "clock"


@dataclass(frozen=True, slots=True)
class Day:
    """A date; `today` lets wording say "tomorrow" or "Wednesday the 3rd"."""

    on: date
    today: date
    kind: Literal["day"] = "day"


@dataclass(frozen=True, slots=True)
class Moment:
    """A day and a time of day, local."""

    at: datetime
    today: date
    kind: Literal["moment"] = "moment"


@dataclass(frozen=True, slots=True)
class Span:
    """From one time of day to another, on the same day."""

    opens: time
    closes: time
    kind: Literal["span"] = "span"


@dataclass(frozen=True, slots=True)
class Spans:
    """The opening spans of one day, in order."""

    spans: tuple[Span, ...]
    kind: Literal["spans"] = "spans"


@dataclass(frozen=True, slots=True)
class WeekRow:
    """Weekdays (0 Monday to 6 Sunday) that share the same opening spans."""

    days: tuple[int, ...]
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Week:
    """Opening hours of a usual week; a day in no row is closed."""

    rows: tuple[WeekRow, ...]
    kind: Literal["week"] = "week"


@dataclass(frozen=True, slots=True)
class DayRow:
    """Days from the first to the last that share the same opening spans; none: closed."""

    first: date
    last: date
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class DayRows:
    """Opening hours of certain days, in order."""

    rows: tuple[DayRow, ...]
    today: date
    kind: Literal["day_rows"] = "day_rows"


@dataclass(frozen=True, slots=True)
class Listing:
    """Several texts, to be joined as the language joins them."""

    items: tuple[Localised, ...]
    kind: Literal["listing"] = "listing"


Value = (
    Localised
    | Words
    | PhoneNumber
    | Code
    | Number
    | Money
    | Clock
    | Day
    | Moment
    | Span
    | Spans
    | Week
    | DayRows
    | Listing
)
