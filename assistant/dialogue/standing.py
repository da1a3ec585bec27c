"""How a case stands, in plain words and with its day; never what it is about. PURE."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.core.event import Say
from assistant.core.values import Code, Day, PhoneNumber

if TYPE_CHECKING:
    from assistant.core.case import Told
    from assistant.dialogue.move import Context


def standing(code: str, told: Told | None, context: Context) -> Say:
    """What is said of a case; without more, that it is still being worked on."""
    named = ("code", Code(code))
    if told is None:
        return Say("status.open", (named,))
    if told.stage == "closed":
        return Say("status.closed", (named,))
    day = Day(told.due, context.now.date())
    phone = PhoneNumber(context.site.office_phone)
    return Say(f"case.status.{told.stage}", (named, ("day", day), ("phone", phone)))
