"""Telephone numbers as they are said or texted: 幺三八零零…, "oh one four double two", +86 138 ….

Shape only: whether the number rings anywhere is not known here. Identity card, bank card and case
numbers, dates and emergency numbers are not telephone numbers.
"""

from __future__ import annotations

import re

from assistant.understanding.language import plain
from assistant.understanding.numbers import DigitRun, digit_runs

MIN_DIGITS = 7
"The shortest subscriber number in use; 120, 12345 and the like are services, not contacts."
MAX_NATIONAL = 12
"Area code of four digits and eight digits."
MAX_DIGITS = 15
"ITU-T E.164."

_DATE = re.compile(
    r"(?:19|20)\d{2}\s?[-/.年]?\s?(?:0[1-9]|1[0-2])\s?[-/.月]?\s?(?:0[1-9]|[12]\d|3[01])"
)
_CHINA = re.compile(r"(?:00)?86(1[3-9]\d{9}|0?[1-9]\d{8,10})")
_PLUS = re.compile(r"(?:\+|plus|加号?)\s*$")
_CODE_BEFORE = re.compile(r"(?<![a-z])(?:[a-z]{2}|[a-z][\s.-]+[a-z]\s?)$")


def find_phone(text: str, language: str) -> str | None:
    """The first telephone number in `text`: digits, with a leading + where it was said."""
    simple = plain(text)
    for run in digit_runs(simple, language):
        number = _number(simple, run)
        if number:
            return number
    return None


def _number(text: str, run: DigitRun) -> str | None:
    digits = run.digits
    before = text[: run.start]
    if not MIN_DIGITS <= len(digits) <= MAX_DIGITS or _DATE.fullmatch(text[run.start : run.end]):
        return None
    if _PLUS.search(before):
        return f"+{digits}"
    china = _CHINA.fullmatch(digits)
    if china:
        return f"+86{china[1].removeprefix('0')}"
    if len(digits) > MAX_NATIONAL or _CODE_BEFORE.search(before):
        return None
    return digits
