"""Chinese words with their pinyin, for staff who read one script better than the other. Pure."""

from __future__ import annotations

import re
from typing import Final

from pypinyin import Style, lazy_pinyin

_HAN: Final = re.compile(r"[\u3400-\u9fff]+")


def pinyin(words: str) -> str:
    """Syllables with tone marks, the rest as it is; empty for words with nothing Chinese."""
    if _HAN.search(words) is None:
        return ""
    return " ".join(" ".join(lazy_pinyin(words, style=Style.TONE)).split())
