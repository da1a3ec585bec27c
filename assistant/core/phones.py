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


def dialled(number: str, country: str) -> str:
    """A number as it is dialled from inside `country`, digits only; one abroad stays in E.164.

    What is no possible number, such as an extension, stays as it is.
    """
    try:
        parsed = phonenumbers.parse(number, country)
    except NumberParseException:
        return number
    if not phonenumbers.is_possible_number(parsed):
        return number
    if phonenumbers.country_code_for_region(country) != parsed.country_code:
        return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
    national = phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL)
    return "".join(sign for sign in national if sign.isdigit())


def as_dialled_here(number: str, country: str) -> str:
    """A number as people of `country` write it, in groups; one abroad, or none at all, as it is."""
    try:
        parsed = phonenumbers.parse(number, country)
    except NumberParseException:
        return number
    if phonenumbers.country_code_for_region(country) != parsed.country_code:
        return number
    return phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL)
