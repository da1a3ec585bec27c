"""How a telephone number and an age are shown. Pure."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

_CHINA: Final = "+86"
_LONG, _SHORT = 10, 7
"Digits: of a whole number with its area, and of one within a town."


def masked(contact: str) -> str:
    """`138****0001`: enough to tell two apart, too little to ring. Anything else is all hidden."""
    digits = re.sub(r"[\s()-]", "", contact.removeprefix(_CHINA)).removeprefix("+")
    if not digits.isdigit() or len(digits) < _SHORT:
        return "****"
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) > _LONG else f"****{digits[-3:]}"


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
