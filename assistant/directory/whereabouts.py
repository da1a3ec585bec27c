"""The streets and towns of an address, as residents name them to say where they are. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.core.service import Address

_CHINESE_STREET = re.compile(
    r"[\u4e00-\u9fff]{1,6}?(?:大街|大道|路|街|巷|胡同|弄|村|里|坊)(?=\d|$)"
)
_NUMBER = re.compile(r"^\s*\d+[a-z]?(?:\s*-\s*\d+)?\s+", re.IGNORECASE)
_UNIT = re.compile(r"[,#(].*$|\b(?:suite|ste|unit|apt|floor|fl|room|rm|bldg)\b.*$", re.IGNORECASE)
_QUARTER = re.compile(r"\b(?:N|S|E|W|NE|NW|SE|SW|North|South|East|West)\b\.?", re.IGNORECASE)
_KIND = re.compile(
    r"\b(?:st|street|rd|road|ave|avenue|dr|drive|ln|lane|blvd|boulevard|hwy|highway|pike|pl|place|"
    r"ct|court|cir|circle|ter|terrace|pkwy|parkway|way)\b\.?",
    re.IGNORECASE,
)
_STATE = re.compile(r"^[A-Z]{2}\s+")
_HANZI = re.compile(r"[\u3400-\u9fff]")


def places(address: Address) -> Iterator[str]:
    """Street, town and region of an address, without house numbers; each may be missing."""
    for text in (address.address_1, address.address_2):
        yield from _streets(text)
    for text in (address.city, _STATE.sub("", address.region)):
        if text.strip():
            yield text.strip()


def _streets(text: str) -> Iterator[str]:
    if _HANZI.search(text):
        yield from _CHINESE_STREET.findall(text)
        return
    if not _NUMBER.match(text):
        return
    street = _UNIT.sub("", _NUMBER.sub("", text))
    name = " ".join(_KIND.sub(" ", _QUARTER.sub(" ", street)).split())
    if any(letter.isalpha() for letter in name):
        yield name
