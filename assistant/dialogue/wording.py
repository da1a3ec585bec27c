"""Values into words: what a telephone number, an opening time or an amount is said as. PURE.

`Wording` knows no language: all of it is in wording.yaml. In `voice` nothing is left for the voice
engine to interpret, so every digit becomes a word; in `sms` the forms are short and keep digits.
No value raises: an empty text has its own words, and what fits no pattern is said digit by digit.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import time
from functools import partial
from typing import TYPE_CHECKING, Literal, TypeAlias, assert_never

from assistant.core.values import (
    Clock,
    Code,
    Day,
    DayRows,
    Listing,
    Localised,
    Moment,
    Money,
    Number,
    PhoneNumber,
    Span,
    Spans,
    Value,
    Week,
    Words,
)
from assistant.dialogue.calendar_words import day_rows_text, day_text, week_text
from assistant.dialogue.clock_words import clock_text, span_text, spans_text
from assistant.dialogue.number_words import NumberWords
from assistant.dialogue.patterns import Embedded, Form, patterns

if TYPE_CHECKING:
    from collections.abc import Callable

Channel: TypeAlias = Literal["voice", "sms"]

_TOKENS = re.compile(r"[A-Z]|\d+|[a-z]+|[^\W\da-zA-Z_]+|[A-Za-z]")
_A_WORD = 3
"Lower-case letters from this many on are a word, said as it is."


class Wording:
    """How one language says every value of `core.values`."""

    def __init__(self, mapping: object) -> None:
        """`mapping` is the parsed wording.yaml; a `DataError` names the wrong key."""
        self._patterns = patterns(mapping)
        self.language = self._patterns.language
        self._numbers = NumberWords(self._patterns.numbers, self._patterns.spelling)
        self._embedded = [(re.compile(rule.match), rule) for rule in self._patterns.embedded]

    def say(self, value: Value, channel: Channel) -> str:
        """`value` as said or written within a sentence; never empty, in `voice` without digits."""
        form = self._patterns.voice if channel == "voice" else self._patterns.sms
        text = self._say(value, form).strip()
        unsaid = form.numerals == "words" and not any(map(str.isalnum, text))
        return form.empty if unsaid or not text else text

    def _say(self, value: Value, form: Form) -> str:
        match value:
            case Localised() | Words() | Listing():
                return self._text(value, form)
            case PhoneNumber() | Code():
                return self._spelt(value, form)
            case Number(value=number):
                return self._numbers.counting(number, form)
            case Money(amount=amount):
                return self._numbers.money(amount, form)
            case Day() | Moment():
                return self._date(value, form)
            case Clock() | Span() | Spans() | Week() | DayRows():
                return self._hours(value, form)
            case _:
                assert_never(value)

    def _text(self, value: Localised | Words | Listing, form: Form) -> str:
        match value:
            case Localised():
                return self._plain(value.text(self.language), form)
            case Words():
                return self._plain(value.text, form)
            case Listing():
                items = [self._plain(item.text(self.language), form) for item in value.items]
                return form.listing.join([item for item in items if item])
            case _:
                assert_never(value)

    def _spelt(self, value: PhoneNumber | Code, form: Form) -> str:
        text = value.number if isinstance(value, PhoneNumber) else value.text
        if form.numerals == "digits":
            return _printable(text)
        if isinstance(value, PhoneNumber):
            return self._numbers.telephone(text)
        return self._code(text)

    def _date(self, value: Day | Moment, form: Form) -> str:
        if isinstance(value, Day):
            return day_text(value.on, value.today, form, self._numbers)
        return form.moment.format(
            day=day_text(value.at.date(), value.today, form, self._numbers),
            clock=clock_text(value.at.time(), form, self._numbers),
        )

    def _hours(self, value: Clock | Span | Spans | Week | DayRows, form: Form) -> str:
        match value:
            case Clock():
                return clock_text(value.at, form, self._numbers)
            case Span():
                return span_text(value, form, self._numbers)
            case Spans():
                return spans_text(value.spans, form, self._numbers)
            case Week():
                return week_text(value, form, self._numbers)
            case DayRows():
                return day_rows_text(value, form, self._numbers)
            case _:
                assert_never(value)

    def _plain(self, text: str, form: Form) -> str:
        """A text; for the voice with every digit in it as words."""
        text = _printable(text)
        if form.numerals == "digits":
            return text
        text = "".join(
            str(unicodedata.digit(character)) if character.isdigit() else character
            for character in text
        )
        for pattern, rule in self._embedded:
            text = pattern.sub(partial(self._in_place, rule=rule, form=form), text)
        return re.sub(r"\d", lambda found: self._apart(found, self._numbers.digits(found[0])), text)

    def _in_place(self, found: re.Match[str], *, rule: Embedded, form: Form) -> str:
        return self._apart(found, self._embedded_words(found, rule, form))

    def _apart(self, found: re.Match[str], words: str) -> str:
        """Words in place of digits, kept apart from what they touched where words have spaces."""
        space = self._patterns.spelling.joiner
        before = found.string[found.start() - 1 : found.start()]
        after = found.string[found.end() : found.end() + 1]
        return (space if before.isalnum() else "") + words + (space if after.isalnum() else "")

    def _embedded_words(self, found: re.Match[str], rule: Embedded, form: Form) -> str:
        number = found[1] if found.re.groups else found[0]
        if rule.say == "clock":
            return self._embedded_clock(found, form)
        ways: dict[str, Callable[[str], str]] = {
            "phone": self._numbers.telephone,
            "digits": self._numbers.digits,
            "counting": lambda digits: self._numbers.counting(int(digits), form),
            "ordinal": lambda digits: self._numbers.ordinal(int(digits)),
            "year": lambda digits: self._numbers.year(int(digits)),
            "number": self._numbers.decimal,
        }
        return ways[rule.say](number)

    def _embedded_clock(self, found: re.Match[str], form: Form) -> str:
        """A time such as 14:30; before 13:00 the text itself says which part of the day."""
        hour, minute = (int(part) for part in re.findall(r"\d+", found[0])[:2])
        if hour >= 24 or minute >= 60:  # noqa: PLR2004 - no time of day
            return self._numbers.digits(found[0])
        return clock_text(time(hour, minute), form, self._numbers, bare=hour < 13)  # noqa: PLR2004

    def _code(self, text: str) -> str:
        """Letters and digits one by one, words of a safe word as they are."""
        plain = "".join(
            str(unicodedata.digit(character)) if character.isdigit() else character
            for character in _printable(text)
        )
        parts = []
        for token in _TOKENS.findall(plain):
            if token.isdecimal():
                parts.append(self._numbers.grouped(token))
            elif token.isascii() and token.islower() and len(token) < _A_WORD:
                parts += list(token.upper())
            else:
                parts.append(token)
        return self._patterns.spelling.pause.join(parts)


def _printable(text: str) -> str:
    """Without control characters; runs of white space become one space."""
    return " ".join("".join(c if c.isprintable() or c.isspace() else "" for c in text).split())
