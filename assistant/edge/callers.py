"""Which telephone rings so often that it would take the line from the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from assistant.core.phones import e164
from assistant.edge.rates import Rate

WITHIN_S: Final = 600.0
WITHHELD: Final = frozenset(
    {"+266696687", "+7378742833", "+2562533", "+8566696", "+86282452253", "+464"}
)
"""What carriers write where a number is withheld: ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN,
UNAVAILABLE and +464 in letters of the keys. Many people share them."""


class Callers:
    """Counts the calls of each number. May be used from any thread."""

    def __init__(self, most: int, country: str, crowded: Callable[[], bool]) -> None:
        """`crowded` tells whether streams are getting scarce; before that nobody is held back."""
        self._rate, self._country, self._crowded = Rate(most, WITHIN_S), country, crowded

    def too_often(self, contact: str, at: float) -> bool:
        """Count a call at `at` seconds; whether it has to leave the streams to others."""
        number = e164(contact, self._country)
        if not number.startswith("+") or number in WITHHELD:
            return False
        return not self._rate.take(number, at) and self._crowded()
