"""Hours as English-speaking offices write them. Pure data and the readers of its pieces.

Mon-Fri 9:00 AM - 5:00 PM; 2nd & 4th Saturday of the month from 10:00 a.m.; closed on public
holidays. A time without a.m. or p.m. counts only as the 24-hour clock writes it, with four figures.
"""

from __future__ import annotations

import re
from datetime import time
from typing import Final

from assistant.directory.written.tokens import (
    LAST_MINUTE,
    OFFICE_DAYS,
    WEEKDAYS,
    WEEKEND,
    Days,
    Mark,
    Pattern,
    Times,
    Token,
    Without,
    day_range,
    on_the_clock,
)

_DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?s?\b\.?"
_TO = r"\s*(?:-|–|—|~|\bto\b|\bthrough\b|\bthru\b|\btill?\b|\buntil\b)\s*"
_AND = r"\s*(?:,\s*and\b|,\s*&|,|&|/|\+|\band\b)\s*"
_WEEKLY = rf"(?:(?:every|each)\s+)?{_DAY}(?:(?:{_TO}|{_AND}){_DAY})*"
_ORDINALS: Final = {
    "1st": "1", "first": "1", "2nd": "2", "second": "2", "3rd": "3", "third": "3",
    "4th": "4", "fourth": "4", "5th": "5", "fifth": "5", "last": "-1",
}  # fmt: skip
_NTH = rf"(?:{'|'.join(_ORDINALS)})\b"
_MONTHLY = (
    rf"(?:(?:on|the|every|each)\s+)*(?P<nth>{_NTH}(?:{_AND}(?:the\s+)?{_NTH})*)\s+"
    rf"(?P<day>{_DAY}(?:{_AND}{_DAY})*)(?P<month>\s+(?:of|in)\s+(?:the|each|every|a)\s+month"
    r"|\s+(?:each|every|a|per)\s+month|\s+monthly)?"
)
_HALF = r"(?:\s*[ap]\.?\s?m\b\.?)"
_CLOCK = rf"(?:(?:12\s+)?(?:noon|midnight)\b|\d{{1,2}}(?:[:.]\d{{2}})?{_HALF}?)"
_KIND = r"(?:public|federal|bank|legal|national|official|state)"
_HOLIDAYS = rf"(?:(?:all|major|most)\s+)?(?:{_KIND}\s+)?holidays?\b"
_EXCEPT = r"\b(?:except|excluding|excl\.)\s+(?:for\s+|on\s+)?"
_NOON: Final = 12


def weekly(text: str) -> tuple[str, ...]:
    """Weekdays from a list with ranges: Mon-Wed, Fri."""
    found: list[str] = []
    for joint, name in re.findall(rf"({_TO}|{_AND})?\b({_DAY})", text):
        day = next(day for day in WEEKDAYS if name.upper().startswith(day))
        through = bool(found) and re.fullmatch(_TO, joint) is not None
        found += day_range(found[-1], day)[1:] if through else (day,)
    return tuple(dict.fromkeys(found))


def _weekly(match: re.Match[str]) -> Token:
    return Days(weekly(match[0]))


def _monthly(match: re.Match[str]) -> Token:
    numbers = [_ORDINALS[nth] for nth in re.findall(_NTH, match["nth"])]
    return Days(tuple(f"{nth}{day}" for day in weekly(match["day"]) for nth in numbers))


def _times(match: re.Match[str]) -> Token | None:
    closes = match["closes"]
    if closes is None:
        opens = _clock(match["opens"], "")
        return None if opens is None else Times(opens, None)
    half = _half(closes) or ("p" if "noon" in closes else "")
    last = _clock(closes, "")
    if last is None:
        return None
    for guess in (half, "a"):
        first = _clock(match["opens"], guess)
        if first is not None and (first < last or _half(match["opens"])):
            return Times(first, last)
    return None


def _half(text: str) -> str:
    found = re.search(r"([ap])\.?\s?m\b", text)
    return "" if found is None else found[1]


def _clock(text: str, half: str) -> time | None:
    """A time of day; one without a.m. or p.m. takes `half`, or must have four figures."""
    if "noon" in text:
        return time(_NOON)
    if "midnight" in text:
        return LAST_MINUTE
    half = _half(text) or ("" if re.fullmatch(r"(?:0\d|1[3-9]|2\d):\d{2}", text) else half)
    found = re.match(r"(\d{1,2})(?:[:.](\d{2}))?", text)
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if not half:
        return on_the_clock(hour, minute) if re.fullmatch(r"\d{2}:\d{2}", text) else None
    if not 1 <= hour <= _NOON:
        return None
    return on_the_clock(hour % _NOON + (_NOON if half == "p" else 0), minute)


PATTERNS: tuple[Pattern, ...] = tuple(
    (re.compile(look), build)
    for look, build in (
        (rf"\b{_WEEKLY}", _weekly),
        (_MONTHLY, _monthly),
        (r"\b(?:every\s?day|daily|seven days a week|7 days a week)\b", lambda _: Days(WEEKDAYS)),
        (r"\b(?:(?:every|all)\s+)?weekdays?\b", lambda _: Days(OFFICE_DAYS)),
        (r"\b(?:(?:every|all)\s+)?weekends?\b", lambda _: Days(WEEKEND)),
        (rf"\b{_HOLIDAYS}", lambda _: Days(holidays=True)),
        (rf"\b(?:closed|not open)\s+(?:on\s+|for\s+)?{_HOLIDAYS}", lambda _: Mark.NO_HOLIDAYS),
        (rf"{_EXCEPT}{_HOLIDAYS}", lambda _: Mark.NO_HOLIDAYS),
        (rf"\b(?:open\s+on|including|incl\.)\s+{_HOLIDAYS}", lambda _: Mark.HOLIDAYS_TOO),
        (r"\b24/7\b", lambda _: Mark.ALWAYS),
        (r"\b(?:all year(?: round)?|365 days a year)\b", lambda _: Mark.ALL_YEAR),
        (
            rf"{_EXCEPT}(?P<days>{_WEEKLY})",
            lambda found: Without(weekly(found["days"])),
        ),
        (r"\bclosed(?:\s+on)?\b", lambda _: Mark.CLOSED),
        (
            rf"\b(?:(?:from|at|between|starting\s+at|beginning\s+at)\s+)?"
            rf"(?P<opens>{_CLOCK})(?:(?:{_TO}|\s+and\s+)(?P<closes>{_CLOCK}))?",
            _times,
        ),
        (
            r"\b(?:24\s?hours?(?:\s+a\s+day)?|around the clock|round the clock|all day)\b",
            lambda _: Times(time(), LAST_MINUTE),
        ),
        (
            r"(?:\b(?:(?:opening|business|office|service|pantry|regular)\s+)?(?:hours|times?)"
            r"(?:\s+(?:are|of operation))?\b|\bopen\b|\bon\b|\band\b|\bfrom\b|[\s:;,.()&|/\[\]])",
            lambda _: Mark.NOTHING,
        ),
    )
)
