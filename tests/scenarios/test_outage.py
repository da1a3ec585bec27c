from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from assistant.core.texts import IncomingText
from assistant.texting import excuses

AT = datetime.fromisoformat("2026-11-25T09:00+08:00")
HERS = "+8613800000001"


@pytest.mark.parametrize(
    ("words", "danger"),
    [
        ("食堂几点开门", False),
        ("我摔倒了起不来，救命", True),
        ("When does the canteen open?", False),
        ("Help, I have fallen and cannot get up", True),
        ("1", False),
    ],
)
def test_a_text_nobody_can_keep_is_told_whom_to_ring(
    open_at: Callable[[datetime], Any], words: str, *, danger: bool
) -> None:
    """The office's number in her language; words of danger bring the emergency number before it."""
    house, *_ = open_at(AT)
    house.close()
    site = house.talk.rooms.site
    parts = excuses(house.talk.rooms)(IncomingText(HERS, words))
    said = "".join(parts)
    digits = "".join(sign for sign in said if sign.isdigit())
    office = "".join(sign for sign in site.office_phone if sign.isdigit())
    assert len(parts) == 1
    assert office in digits
    assert (site.emergency_number in digits.partition(office)[0]) == danger
