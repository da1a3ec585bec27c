"""Telephone numbers as the world writes them. Pure: the numbering plans lie in the library."""

from __future__ import annotations

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat


def e164(contact: str, country: str) -> str:
    """A number in E.164, read as dialled in `country`; what is no possible number stays as it is.

    So one telephone is one contact, whether the carrier writes 13800000001 or +8613800000001.
    """
    try:
        number = phonenumbers.parse(contact, country)
    except NumberParseException:
        return contact
    if not phonenumbers.is_possible_number(number):
        return contact
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)
