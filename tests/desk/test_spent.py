"""What can no longer be paid for today stands on every page of whoever is signed in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from assistant.desk import Box
from tests.desk.around import NAMES, Browser

if TYPE_CHECKING:
    from tests.desk.around import Around


@pytest.mark.parametrize(
    ("spent", "said"),
    [((), ()), (("rings",), ("自己给名单上",)), (("texts", "rings"), ("明天补发", "自己给"))],
)
def test_the_desk_says_what_is_used_up(
    around: Around, spent: tuple[str, ...], said: tuple[str, ...]
) -> None:
    """And nothing of it to somebody who is not signed in."""
    box = Box(ready=True, hears=("zh",), speaks=True, spent=spent)
    around.parts = replace(around.parts, box=lambda: box)
    browser = Browser(around, around.app().test_client())
    assert "明天补发" not in browser.get("/desk/sign-in").text
    browser.sign_in(NAMES["agent"])
    page = browser.get("/desk/requests").text
    assert all(words in page for words in said)
    assert ("明天补发" in page) is ("texts" in spent)
