"""Where one sentence ends and the next begins. Pure."""

from __future__ import annotations

import re

_END = re.compile(r"(?<=[。？！])|(?<=[.?!])\s+(?=[^\W\d_])|\n+")
"After a Chinese full stop, after one of another script with a space and a letter behind it."


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text, each with its own end; a line break ends one too."""
    return tuple(part.strip() for part in _END.split(text) if part.strip())
