"""The English words for days and months, and regular expressions made of them."""

from __future__ import annotations

import re

from assistant.understanding.numbers import parse_number

_MONTH_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec"
MONTHS = {name: index for index, name in enumerate(_MONTH_NAMES.split(), start=1)}
"First three letters to the month's number."
MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?"
    r"|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
WEEKDAYS = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
DAY = (
    r"(?:monday|tuesday|wednesday|wensday|wednsday|thursday|friday|saturday|sunday|mon"
    r"|tues?|weds?|thur?s?|fri)s?\b\.?"
)
SHORT_WEEKEND = (
    r"(?:(?<=on )|(?<=this )|(?<=next )|(?<=last )|(?<=every )|(?<=open )|^)(?:sat|sun)\b"
    r"|\b(?:sat|sun)\b(?=$|\s(?:morning|afternoon|am|pm|eve|\d|at|or|and|pls|please|\?))"
)
"sat and sun are days only where a day is expected."
_UNITS = "first second third fourth fifth sixth seventh eighth ninth"
_TEENS = (
    "tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth "
    "nineteenth twentieth"
)
_SINGLE = {word: value for value, word in enumerate(f"{_UNITS} {_TEENS}".split(), start=1)}
_ORDINALS = _SINGLE | {"thirtieth": 30, "thirty first": 31}
_ORDINALS |= {f"twenty {word}": 20 + _SINGLE[word] for word in _UNITS.split()}
ORDINAL = (
    rf"(?:\d\d?(?:st|nd|rd|th)|twenty[\s-](?:{_UNITS.replace(' ', '|')})|thirty[\s-]first"
    rf"|thirtieth|{'|'.join(_SINGLE)})"
)
COUNT = (
    r"(?:an?|a couple of|a few|one|two|three|four|five|six|seven|eight|nine|ten|eleven"
    r"|twelve|fourteen|\d{1,3})"
)
NOT_A_FLOOR = (
    r"(?!\s+(?:floor|door|one\b|time|person|house|building|block|flat|street|road"
    r"|turning|left|right|bus|stop|option"
    r"|choice|opinion|hand|thing|class|aid|of (?:all|them|my|the)|two|world|year"
    r"|attempt|week|day|item|name))"
)
"What follows an ordinal that is no date."
_SOME = {"a": 1, "an": 1, "a couple of": 2, "a few": 3}


def count_of(words: str) -> int:
    """How many: a, a couple of, three, 12; -1 for no number."""
    if words in _SOME:
        return _SOME[words]
    value = parse_number(words, "en")
    return -1 if value is None else int(value)


def ordinal(words: str) -> int:
    """The day of the month: third, twenty-first, 3rd; -1 for none."""
    digits = re.match(r"\d+", words)
    return int(digits.group()) if digits else _ORDINALS.get(words.replace("-", " "), -1)


def weekday_index(words: str) -> int:
    """0 for Monday; misspelt Wednesdays count."""
    return WEEKDAYS["wed" if words.startswith("we") else words[:3]]
