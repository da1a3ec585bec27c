"""What a telephone number tells by itself. PURE: the numbering plans lie in the library."""

from __future__ import annotations

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

TAKES_TEXTS = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
"""The second is all that can be told of a number in North America, where both look alike; in China,
Britain and most other plans a landline is known as one."""


def takes_texts(contact: str, country: str) -> bool:
    """Whether `contact` (E.164, or as dialled in `country`) is, or may be, a mobile telephone."""
    try:
        number = phonenumbers.parse(contact, country)
    except NumberParseException:
        return False
    return phonenumbers.number_type(number) in TAKES_TEXTS


def is_landline(contact: str, country: str) -> bool:
    """Whether `contact` is known by its numbering plan to be a landline."""
    try:
        number = phonenumbers.parse(contact, country)
    except NumberParseException:
        return False
    return phonenumbers.number_type(number) == PhoneNumberType.FIXED_LINE


def as_dialled(contact: str, country: str) -> str:
    """A number as it is dialled within the country, area code and all; else as it is."""
    try:
        number = phonenumbers.parse(contact, country)
    except NumberParseException:
        return contact
    if phonenumbers.region_code_for_number(number) != country:
        return contact
    national: str = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    return national
