"""The telephone numbers of drills: nobody has one, so nothing done for one is done for a resident.

The country code 999 is kept free by the ITU (list of E.164 country codes); every call of a drill
rings from a number of its own, so that no caller is taken for one who rang before.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.core.event import Alert, TakeDown

if TYPE_CHECKING:
    from assistant.core.event import Event

MARK = "drill"
"Stands before the words of what a drill asked of the staff, and is who closed it."
PREFIX = "+999"
DIGITS = 10
CALL = "CAdrill"
"What the id of a drill's call begins with."
_OURS = re.compile(rf"\{PREFIX}\d{{{DIGITS}}}")


def fresh_number() -> str:
    """A number no call has rung from yet."""
    return f"{PREFIX}{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


def fresh_call() -> str:
    """The id of a call that was not rung before."""
    return CALL + secrets.token_hex(13)


def is_drill(contact: str) -> bool:
    """Whether this contact is a drill's caller."""
    return _OURS.fullmatch(contact) is not None


def marked(event: Event) -> Event:
    """What a drill's caller asks of the staff, so that whoever reads it knows at once."""
    match event:
        case TakeDown() | Alert():
            return replace(event, words=f"[{MARK}] {event.words}")
        case _:
            return event
