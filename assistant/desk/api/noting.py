"""Who asked for what over the JSON interface, in the audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.desk.api.asking import Asking
    from assistant.desk.parts import DeskParts


def note(parts: DeskParts, asking: Asking, what: str, which: str = "", why: str = "") -> None:
    """Write it down under the token's name, before the deed is done."""
    parts.audit.note(asking.who, what, parts.machine_now(), which=which, why=why)
