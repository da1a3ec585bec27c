"""What is true of the office that runs this line."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.core.values import Localised


@dataclass(frozen=True, slots=True)
class Site:
    """The office, as residents know it."""

    name: Localised
    languages: tuple[str, ...]
    "The community's own language first."
    timezone: str
    "IANA name."
    emergency_number: str
    "The one number offered in an emergency, the same in every language."
    fire_number: str
    office_phone: str
    "The number on the notice at the door."
    staff_phone: str | None
    "Where a caller is put through to a person; `None` takes her request down instead."
    country: str = "CN"
    "Two letters; decides holidays and how national numbers are read."
    emergency_bridge: bool = False
    "Whether the emergency centre has agreed that a call is put through to it."
    duty_phones: tuple[str, ...] = ()
    "Telephones of the people on duty, who get every alarm as a text."
    stale_days: int = 180
    "A fact nobody checked for longer is not vouched for."
