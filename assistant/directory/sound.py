"""How words sound, with what older speakers and recognisers confuse counted as the same. Pure.

Chinese goes character by character: the toneless syllable, then with n/l, h/f, zh/z, ch/c, sh/s
and the nasal endings an/ang, en/eng, in/ing merged (SENIOR 1.6). English goes word by word: the
consonants, as far as they can be told apart on a telephone line. Nothing here raises.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pypinyin import lazy_pinyin

CACHED = 65536
"More characters and words than residents and directories use."

_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("h", "f"))
"The second of each pair stands for both."

_SPELLINGS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"^(?:kn|gn|pn)", "n"),
        (r"^wr", "r"),
        (r"^ps", "s"),
        (r"^wh", "w"),
        (r"ph|v", "f"),
        (r"mb$", "m"),
        (r"sch(?=[eiou])", "sk"),
        (r"t?ch|sh|ti(?=on|a)|c(?=ia|io)", "x"),
        (r"th", "0"),
        (r"d?g(?=[eiy])", "j"),
        (r"gh", ""),
        (r"c(?=[eiy])|z", "s"),
        (r"ck|c|q", "k"),
        (r"^[aeiou]+", "a"),
        (r"(?<=.)[aeiouwhy]+", ""),
        (r"(.)\1+", r"\1"),
    )
)
"Applied in this order; `x` is sh and ch, `0` is th, a vowel counts only at the beginning."


def is_hanzi(character: str) -> bool:
    """Whether a character is a Chinese one."""
    return "\u3400" <= character <= "\u9fff"


@lru_cache(maxsize=CACHED)
def syllable(character: str) -> str:
    """The toneless syllable of one Chinese character; anything else as it is."""
    if not is_hanzi(character):
        return character
    found = lazy_pinyin(character)
    return found[0] if found else character


@lru_cache(maxsize=CACHED)
def heard(character: str) -> str:
    """The syllable of one Chinese character as an older ear or mouth may have it."""
    sound = syllable(character)
    if not is_hanzi(character):
        return sound
    for written, merged in _INITIALS:
        if sound.startswith(written):
            sound = merged + sound[len(written) :]
            break
    return sound.removesuffix("g") if sound.endswith(("ang", "eng", "ing")) else sound


@lru_cache(maxsize=CACHED)
def consonants(word: str) -> str:
    """The sound of one English word: `pharmacy` and `farmasy` are both `frms`."""
    sound = re.sub(r"[^a-z0-9]", "", word.casefold())
    for pattern, replacement in _SPELLINGS:
        sound = pattern.sub(replacement, sound)
    return sound


def key(text: str) -> tuple[str, ...]:
    """The sounds of a text in order: a syllable a Chinese character, one sound a word."""
    parts = re.findall(r"[\u3400-\u9fff]|[^\W_]+?(?=[\u3400-\u9fff]|[\W_]|$)", text)
    return tuple(heard(part) if is_hanzi(part[0]) else consonants(part) for part in parts)
