"""Which telephones we may ring and text: nothing dear, nothing abroad unless it is named. PURE.

Toll fraud and text pumping live from making somebody else's line reach numbers that earn money.
A country is told by the numbering plan, not by its code: +1 alone would let the Caribbean's in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

from assistant.core.phones import e164

DEAR = frozenset(
    {PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST, PhoneNumberType.PERSONAL_NUMBER}
)
"Whoever has such a number is paid for being reached (in China 96xxx; in Britain 09, 084, 070)."
EXTENSION = re.compile(r"\d{2,5}")


@dataclass(frozen=True, slots=True)
class Tolls:
    """What an office lets its line reach."""

    country: str
    "Two letters; numbers are read as dialled there."
    prefixes: tuple[str, ...] = ()
    "Beginnings of E.164 numbers, as +86 or +85298; none: the numbers of `country`."
    always: frozenset[str] = frozenset()
    "E.164 numbers the office has set itself: the people on duty."
    extensions: bool = False
    "Whether numbers of up to five digits are those inside the office's own exchange."

    def allows(self, contact: str) -> bool:
        """Whether this number may be rung and texted."""
        number = e164(contact, self.country)
        inside = self.extensions and EXTENSION.fullmatch(contact) is not None
        if inside or number in self.always:
            return True
        if self.is_dear(number) or not number.startswith("+"):
            return False
        if self.prefixes:
            return number.startswith(self.prefixes)
        return self._at_home(number)

    def is_dear(self, contact: str) -> bool:
        """Whether reaching this number pays whoever has it."""
        try:
            number = phonenumbers.parse(contact, self.country)
        except NumberParseException:
            return False
        return phonenumbers.number_type(number) in DEAR

    def _at_home(self, number: str) -> bool:
        """Of the country by its plan; a number the plan does not know yet, by its code."""
        parsed = phonenumbers.parse(number)
        region = phonenumbers.region_code_for_number(parsed)
        if region is not None:
            return bool(region == self.country)
        alone = phonenumbers.region_codes_for_country_code(parsed.country_code or 0)
        return alone == (self.country,)
