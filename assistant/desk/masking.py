"""How a telephone number, a text that names one, and an age are shown. Pure."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

_CHINA: Final = "+86"
_LONG, _SHORT = 10, 7
"Digits: of a whole number with its area, and of one within a town."
_SAID: Final = (
    "0|〇|零|洞|zero|oh",
    "1|一|幺|one",
    "2|二|两|two",
    "3|三|three",
    "4|四|four",
    "5|五|five",
    "6|六|six",
    "7|七|seven",
    "8|八|eight",
    "9|九|nine",
)
"How each digit is written or said, in either language."
_BETWEEN: Final = r"[\s,，、.。()-]*"


def masked(contact: str) -> str:
    """`138****0001`: enough to tell two apart, too little to ring. Anything else is all hidden."""
    digits = _digits(contact)
    if not digits.isdigit() or len(digits) < _SHORT:
        return "****"
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) > _LONG else f"****{digits[-3:]}"


def hidden(text: str, contact: str) -> str:
    """The text with this number masked, whether it stands there in figures or in words."""
    digits = _digits(contact)
    if not digits.isdecimal() or not digits.isascii() or len(digits) < _SHORT:
        return text
    said = _BETWEEN.join(f"(?:{_SAID[int(digit)]})" for digit in digits)
    return re.sub(said, masked(contact), text, flags=re.IGNORECASE)


def _digits(contact: str) -> str:
    """The number without the country's own code and without what stands between its digits."""
    return re.sub(r"[\s()-]", "", contact.removeprefix(_CHINA)).removeprefix("+")


def initial(name: str) -> str:
    """A name for whoever only looks: its first letter."""
    return f"{name[:1]}**"


def age(passed: timedelta) -> tuple[str, int]:
    """The word key of the unit and how many: minutes under two hours, hours under two days."""
    minutes = max(0, int(passed.total_seconds()) // 60)
    if minutes < 1:
        return "age.now", 0
    if minutes < 120:  # noqa: PLR2004 - two hours
        return "age.minutes", minutes
    hours = minutes // 60
    return ("age.hours", hours) if hours < 48 else ("age.days", hours // 24)  # noqa: PLR2004 - two days


def until(left: timedelta) -> tuple[str, int]:
    """The word key and how many, of the time left; what is over counts the time since."""
    late = left < timedelta()
    key, count = age(abs(left))
    if key == "age.now":
        return "due.now", 0
    return f"due.{'late' if late else 'in'}_{key.removeprefix('age.')}", count
