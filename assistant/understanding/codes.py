"""Case numbers (two letters and six digits) and case words, said or texted.

Letters may be names of letters ("gee aitch", 吉艾尺), words of a spelling alphabet ("golf
hotel") or "g for george". A case word is two characters taken from a list the caller passes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from pypinyin import lazy_pinyin

from assistant.understanding.language import plain
from assistant.understanding.numbers import digit_runs

DIGITS = 6
LETTERS = 2
MAX_SOUND_TEXT = 12
"A case word is looked for by its sound only in answers this short (characters)."

_NAMES = {
    "a": "ay hey alpha alfa 诶",
    "b": "bee be bravo 比 必",
    "c": "cee see sea charlie 西",
    "d": "dee delta 迪 弟",
    "e": "ee echo 伊",
    "f": "eff foxtrot 艾弗",
    "g": "gee jee golf 吉 鸡",
    "h": "aitch haitch hotel 艾尺 爱吃",
    "i": "eye india 爱",
    "j": "jay juliet juliett 杰",
    "k": "kay okay kilo 开",
    "l": "el ell lima 艾勒 艾欧",
    "m": "em mike 艾姆",
    "n": "en november 恩",
    "o": "oh owe oscar 欧",
    "p": "pee pea papa 屁 皮",
    "q": "cue queue quebec 丘 球",
    "r": "ar are romeo 阿尔 啊",
    "s": "ess sierra 艾斯",
    "t": "tee tea tango 提 踢",
    "u": "you ewe uniform 优",
    "v": "vee victor 维",
    "w": "double-you double-u whiskey 达不溜 达布留",
    "x": "ex xray x-ray 艾克斯",
    "y": "why wye yankee 歪",
    "z": "zed zee zulu 贼德 贼",
}
_LETTER = {name: letter for letter, names in _NAMES.items() for name in [letter, *names.split()]}
_ANY_LETTER = "|".join(sorted(map(re.escape, _LETTER), key=len, reverse=True))
_AS_IN = re.compile(r"\b([a-z])\s+(?:for|as in)\s+[a-z]+\b")
_TAIL = re.compile(rf"(?:^|[^a-z])({_ANY_LETTER})[\s.,，、-]*({_ANY_LETTER})[\s.,，、:：#号-]*$")


def find_case(text: str, language: str, words: Sequence[str] = ()) -> str | None:
    """A case number as two capitals and six digits, or one of `words`; `None` for neither."""
    simple = _AS_IN.sub(r"\1", plain(text).replace("double you", "double-you"))
    return _number(simple, language) or _word(simple, words)


def find_word(text: str, words: Sequence[str], *, within: bool) -> str | None:
    """The case word a text is, by its letters or its sound; `within` takes it in a sentence too."""
    simple = plain(text)
    said = "".join(sign for sign in simple if sign.isalnum())
    for word in words:
        if said == word.replace(" ", ""):
            return word
    if within or len(said) == LETTERS:
        return _word(simple, words)
    return None


def _number(text: str, language: str) -> str | None:
    for spoken in dict.fromkeys((language, "en", "zh")):
        for run in digit_runs(text, spoken):
            spare = len(run.digits) - DIGITS
            if spare not in {0, 1}:
                continue
            found = _TAIL.search(text[: run.start])
            if found and spare == 0:
                return f"{_LETTER[found[1]]}{_LETTER[found[2]]}{run.digits}".upper()
            # A second letter O was read as the first digit of the run.
            lone = re.search(r"(?<![a-z])([a-z])[\s-]*$", text[: run.start])
            if spare and lone and run.digits[0] == "0" and text[run.start] == "o":
                return f"{lone[1]}o{run.digits[1:]}".upper()
    return None


def _word(text: str, words: Sequence[str]) -> str | None:
    for word in words:
        if word in text:
            return word
    bare = re.sub(r"[^\u4e00-\u9fff]", "", text)
    if len(bare) > MAX_SOUND_TEXT:
        return None
    sounds = _sounds(bare)
    heard = [word for word in words if word and _within(_sounds(word), sounds)]
    return heard[0] if len(heard) == 1 else None


@lru_cache(maxsize=4096)
def _sounds(text: str) -> tuple[str, ...]:
    return tuple(lazy_pinyin(text))


def _within(part: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    width = len(part)
    return any(whole[at : at + width] == part for at in range(len(whole) - width + 1))
