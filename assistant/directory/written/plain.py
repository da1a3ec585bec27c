"""The plain text of a cell that may hold a little HTML. Pure."""

from __future__ import annotations

import re
import unicodedata
from html.parser import HTMLParser

_BREAKS = frozenset({"br", "p", "li", "div", "tr", "ul", "ol", "h1", "h2", "h3", "h4"})
_TAG = re.compile(r"<\s*/?\s*[a-zA-Z!][^<>]*>|&(?:[a-zA-Z]+|#\d+);")


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(re.sub(r"\s+", " ", data))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        self._break(tag)

    def _break(self, tag: str) -> None:
        if tag in _BREAKS:
            self.parts.append("\n")
        elif tag in {"td", "th"}:
            self.parts.append(" ")


def without_markup(text: str) -> str:
    """The text without tags and entities, one line a paragraph; as it is if it has none."""
    if not _TAG.search(text):
        return text
    reader = _Text()
    reader.feed(text)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).splitlines())
    return "\n".join(line for line in lines if line)


def plain_text(text: str) -> str:
    """The text as the patterns expect it: no markup, plain signs, small letters."""
    return unicodedata.normalize("NFKC", without_markup(text)).casefold().strip()
