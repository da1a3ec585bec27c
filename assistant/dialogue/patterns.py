"""The shape of `voices/<language>/wording.yaml`, checked when it is read. PURE.

Everything a language says differently is a pattern here: a text with named fields in braces. A
field a pattern may not use, an unknown key and a missing one are refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import time
from string import Formatter
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.core.errors import DataError
from assistant.dialogue.numerals import check_rules


def _pattern(*fields: str) -> AfterValidator:
    """Accept texts that use none but these fields."""

    def check(pattern: str) -> str:
        used = {name for _, name, _, _ in Formatter().parse(pattern) if name is not None}
        if wrong := sorted(used - set(fields)):
            raise ValueError(f"unknown field {{{wrong[0]}}}; known are {', '.join(fields)}")
        return pattern

    return AfterValidator(check)


def _regex(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return pattern


def _minutes(key: str) -> str:
    if not re.fullmatch(r"other|\d\d?(-\d\d?)?", key):
        raise ValueError(f"'{key}' is neither a minute, nor a range like 1-9, nor 'other'")
    return key


Text: TypeAlias = Annotated[str, Field(min_length=1)]
Regex: TypeAlias = Annotated[str, AfterValidator(_regex)]
ClockPattern: TypeAlias = Annotated[str, _pattern("period", "hour", "minute")]
SpanPattern: TypeAlias = Annotated[str, _pattern("opens", "closes", "opens_bare", "closes_bare")]
DayPattern: TypeAlias = Annotated[
    str, _pattern("weekday", "month", "day", "ordinal", "year"), Field(min_length=1)
]
MoneyPattern: TypeAlias = Annotated[str, _pattern("whole", "tenth", "hundredth", "cents")]
DaysPattern: TypeAlias = Annotated[str, _pattern("days")]
RowPattern: TypeAlias = Annotated[str, _pattern("days", "spans")]
RangePattern: TypeAlias = Annotated[str, _pattern("first", "last")]
MomentPattern: TypeAlias = Annotated[str, _pattern("day", "clock")]
MinusPattern: TypeAlias = Annotated[str, _pattern("number")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Numbers(_Strict):
    """How numbers become words: exactly one of the two ways."""

    library: str | None = None
    "The language's code in num2words."
    rules: Mapping[str, tuple[tuple[int, str], ...]] | None = None
    "Rule sets as `numerals` describes them; `plain` and `counting` must be there."
    minus: MinusPattern
    point: Text
    "Said between the whole and the decimals."

    @model_validator(mode="after")
    def _one_way(self) -> Numbers:
        if (self.library is None) == (self.rules is None):
            raise ValueError("give either a num2words language code or rules")
        if self.rules is not None and (wrong := check_rules(self.rules)):
            raise ValueError(wrong)
        return self


class Grouping(_Strict):
    """How the digits of a whole number that matches are grouped."""

    match: Regex
    sizes: Annotated[tuple[int, ...], Field(min_length=1)]


class Spelling(_Strict):
    """Digit by digit and letter by letter."""

    digits: Annotated[tuple[Text, ...], Field(min_length=10, max_length=10)]
    "0 to 9 as said in years and room numbers."
    telephone: Annotated[tuple[Text, ...], Field(min_length=10, max_length=10)]
    "0 to 9 as said in telephone numbers and codes."
    joiner: str
    "Between digits of one group."
    pause: Text
    "Between groups."
    plus: Text
    drop: Regex
    "A beginning that is not said, such as the country's own code."
    groups: tuple[Grouping, ...]
    "The first that matches counts; otherwise groups of three."


class Embedded(_Strict):
    """Digits within a text, and how they are said."""

    match: Regex
    say: Literal["clock", "phone", "digits", "number", "counting", "ordinal", "year"]


class Clock(_Strict):
    """Times of day."""

    hours: Literal[12, 24]
    periods: tuple[tuple[time, str], ...] = ()
    "From when on the part of the day has this name; the first at 00:00."
    exact: Mapping[time, Text] = Field(default_factory=dict)
    minutes: Mapping[Annotated[str, AfterValidator(_minutes)], ClockPattern]
    "By minute (`0`), range (`1-9`) or `other`; the narrowest counts."

    @model_validator(mode="after")
    def _complete(self) -> Clock:
        if "other" not in self.minutes:
            raise ValueError("minutes: 'other' is missing")
        starts = [start for start, _ in self.periods]
        if starts and (starts[0] != time.min or starts != sorted(set(starts))):
            raise ValueError("periods must begin at 00:00 and rise")
        return self


class Span(_Strict):
    """From one time to another; `_bare` fields lack the part of the day."""

    same_period: SpanPattern
    other_period: SpanPattern
    whole_day: Text


class Joined(_Strict):
    """How several things are strung together."""

    between: str
    last: str
    "Between the last two."

    def join(self, items: Sequence[str]) -> str:
        """The items in one string; empty for none."""
        if len(items) < 2:  # noqa: PLR2004 - one needs no joining
            return "".join(items)
        return self.between.join(items[:-1]) + self.last + items[-1]


class Week(_Strict):
    """Opening hours of a week."""

    weekdays: Annotated[tuple[Text, ...], Field(min_length=7, max_length=7)]
    days: Joined
    range: RangePattern
    "For three or more days in a row."
    every_day: Text
    row: RowPattern
    closed: DaysPattern
    never: Text
    rows: Joined


class Day(_Strict):
    """Dates."""

    weekdays: Annotated[tuple[Text, ...], Field(min_length=7, max_length=7)]
    months: Annotated[tuple[Text, ...], Field(min_length=12, max_length=12)]
    relative: Mapping[int, Text] = Field(default_factory=dict)
    "By days from today."
    this_week: DayPattern | None = None
    "For up to six days ahead, before next Monday."
    next_week: DayPattern | None = None
    "For up to six days ahead, from next Monday on."
    date: DayPattern
    date_with_year: DayPattern


class Money(_Strict):
    """Amounts; `cents` is the two-digit fraction, `tenth` and `hundredth` its digits."""

    whole: MoneyPattern
    tenths: MoneyPattern
    hundredths: MoneyPattern
    only_hundredths: MoneyPattern
    below_one: MoneyPattern | None = None
    "Tenths without a whole; otherwise as usual."


class Form(_Strict):
    """One channel's way of saying every value."""

    numerals: Literal["words", "digits"]
    empty: Text
    "Said where a text is empty."
    closed: Text
    "Said for a day without opening hours."
    clock: Clock
    span: Span
    spans: Joined
    week: Week
    day: Day
    moment: MomentPattern
    listing: Joined
    money: Money


class Patterns(_Strict):
    """A whole wording.yaml."""

    language: Text
    "The language's code, as in the name of its folder."
    numbers: Numbers
    spelling: Spelling
    embedded: tuple[Embedded, ...]
    voice: Form
    sms: Form


def patterns(mapping: object) -> Patterns:
    """Check the content of a wording.yaml; `DataError` names the key and what is wrong.

    Whoever reads the file adds its name.
    """
    try:
        return Patterns.model_validate(mapping)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"])) or "the whole file"
        raise DataError(f"{key}: {first['msg']}; correct this key") from error
