"""Whether what a caller was told is true, and what she asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from assistant.dialogue.choices import as_field
from assistant.drill.wishes import truths

if TYPE_CHECKING:
    from datetime import datetime

    from assistant.app import House
    from assistant.drill.journal import Event
    from assistant.drill.wishes import Wish

MAY_BRING = {
    "person.": ("person.", "callback."),
    "safety.": ("emergency.", "staff."),
    "service.": ("answered",),
}
"What words of a kind may lead to; everything else was done or told without being asked for."


def judge(house: House, moments: Callable[[], tuple[datetime, ...]]) -> Callable[..., str]:
    """Judges outcomes by the directory; `moments` are those at which they may have been true."""

    def wrong(event: Event, wish: Wish | None) -> str:
        kind = str(event["kind"])
        if kind == "abandoned":
            return ""
        if wish is not None and not kind.startswith(_expected(wish)):
            return f"asked for {wish.intent}, got {kind}"
        return _untrue(house, event, wish, moments()) if kind == "answered" else ""

    return wrong


def _expected(wish: Wish) -> tuple[str, ...]:
    return next((kinds for group, kinds in MAY_BRING.items() if wish.intent.startswith(group)), ())


def _untrue(house: House, event: Event, wish: Wish | None, moments: tuple[datetime, ...]) -> str:
    facts = event["facts"]
    service, field = str(facts["service"]), as_field(facts["field"])
    if wish is not None and service != wish.service:
        return "was told of another service than she asked for"
    if wish is not None and field not in {wish.field, "phone"}:
        return f"asked for {wish.field}, was told {field}"
    told = str(facts["value"])
    if not any(told in truths(house, wish, service, field, now) for now in moments):
        return f"was told {field} otherwise than it stands in the directory"
    return ""
