"""The number somebody rings from, as an exchange writes it. PURE."""

from __future__ import annotations

import re
from typing import Final

from assistant.core.phones import e164

WITHHELD: Final = "anonymous"
"What stands for a number that is not shown; it can be dialled by nobody."
_NUMBER = re.compile(r"\+?[0-9]+")
_SEPARATORS = str.maketrans("", "", " -.()")


def plain_number(written: str) -> str:
    """A number without its separators; empty where it is none."""
    plain = written.translate(_SEPARATORS)
    return plain if _NUMBER.fullmatch(plain) else ""


def contact_of(written: str, country: str) -> str:
    """The caller in E.164, read as dialled in `country`; `WITHHELD` for what is no number."""
    number = plain_number(written)
    return e164(number, country) if number else WITHHELD
