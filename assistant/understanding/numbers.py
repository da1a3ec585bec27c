"""Numbers as they are said: 两百五, 廿三, twenty-five, double four.

Two readings: a value ("a hundred and twenty" is 120) and a run of digits as in a telephone
number ("double four oh" is 440). Words that are no number give nothing, never an exception.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.understanding.language import plain

ZH_DIGITS = {
    **{sign: value for value, sign in enumerate("零一二三四五六七八九")},
    **{sign: value for value, sign in enumerate("〇壹贰叁肆伍陆柒捌玖")},
    **{str(value): value for value in range(10)},
    "幺": 1,
    "两": 2,
    "俩": 2,
    "仨": 3,
}
_TENS = {"廿": 20, "卅": 30, "卌": 40}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_GROUPS = {"万": 10_000, "亿": 100_000_000}
_HUNDRED = 100
_LONGEST = 24
"Longer runs of number characters are no number anybody says."

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
EN_UNITS = {word: value for value, word in enumerate(_SMALL.split())} | {
    "oh": 0,
    "nought": 0,
    "nil": 0,
}
EN_TENS = {
    word: 10 * value
    for value, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2
    )
} | {"fourty": 40}
_EN_GROUPS = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
_REPEATS = {"double": 2, "triple": 3, "treble": 3}

_ZH_SIGNS = "".join([*ZH_DIGITS, *_TENS, *_UNITS, *_GROUPS])
ZH_NUMBER = rf"(?:[{_ZH_SIGNS}]+(?:[点.][零〇一二三四五六七八九0-9]+)?|半)"
"Regular expression for a Chinese number, words or digits; read it with `parse_number`."
_EN_WORD = "|".join([*EN_UNITS, *EN_TENS, *_EN_GROUPS, "dozen"])
EN_NUMBER = (
    rf"(?:\d+(?:\.\d+)?|(?:(?:an?|half a)\s+(?={'|'.join([*_EN_GROUPS, 'dozen'])}\b))?"
    rf"(?:{_EN_WORD})\b(?:(?:[\s-]+and\b)?[\s-]+(?:{_EN_WORD})\b)*)"
)
"Regular expression for an English number, words or digits; read it with `parse_number`."
_ZH_REPEATED = re.compile(r"([两二三四五六])个([零〇一二三四五六七八九幺0-9])")
_DIGIT_GAP = r"[\s\-–—,，、.()/]{0,3}"


@dataclass(frozen=True, slots=True)
class DigitRun:
    """Digits said one after the other."""

    start: int
    "Where it begins in the text that was searched."
    end: int
    digits: str


def parse_number(text: str, language: str) -> float | None:
    """The value of a text that is a number and nothing else, or `None`."""
    bare = plain(text).strip()
    if not bare or len(bare) > _LONGEST * 4:
        return None
    return _zh_value(bare) if language == "zh" else _en_value(bare)


def digit_runs(text: str, language: str) -> list[DigitRun]:
    """Stretches of digits in a plain text, spoken or written, as in telephone numbers."""
    return _zh_runs(text) if language == "zh" else _en_runs(text)


def _zh_value(text: str) -> float | None:
    if text == "半":
        return 0.5
    if len(text) > _LONGEST:
        return None
    whole, point, fraction = text.replace("点", ".").partition(".")
    value = _zh_whole(whole)
    if value is None or (point and not fraction):
        return None
    if not point:
        return float(value)
    if any(sign not in ZH_DIGITS for sign in fraction):
        return None
    return float(f"{value}.{''.join(str(ZH_DIGITS[sign]) for sign in fraction)}")


def _zh_whole(text: str) -> int | None:
    if not text or any(sign not in _ZH_SIGNS for sign in text):
        return None
    if all(sign in ZH_DIGITS for sign in text):
        return int("".join(str(ZH_DIGITS[sign]) for sign in text))
    total = section = current = 0
    unit = 1
    spelled_zero = False
    for sign in text:
        if sign in ZH_DIGITS:
            spelled_zero = spelled_zero or ZH_DIGITS[sign] == 0
            current = current * 10 + ZH_DIGITS[sign]
        elif sign in _TENS:
            section, unit = section + _TENS[sign], 1
        elif sign in _UNITS:
            unit = _UNITS[sign]
            section, current, spelled_zero = section + (current or 1) * unit, 0, False
        else:
            unit = _GROUPS[sign]
            total, section, current = (total + section + current) * unit, 0, 0
            spelled_zero = False
    if unit >= _HUNDRED and not spelled_zero:
        current *= unit // 10
    return total + section + current


def _en_value(text: str) -> float | None:
    if re.fullmatch(r"\d{1,15}(?:\.\d{1,6})?", text):
        return float(text)
    if text in {"half", "a half"}:
        return 0.5
    words = [word for word in re.split(r"[\s-]+", text) if word not in {"and", "a", "an"}]
    if not words or len(words) > _LONGEST:
        return None
    return _en_words(words)


def _en_words(words: list[str]) -> float | None:
    total = current = 0.0
    for position, word in enumerate(words):
        if word == "half" and position + 1 < len(words):
            current = 0.5
        elif word in EN_UNITS:
            current += EN_UNITS[word]
        elif word in EN_TENS:
            current += EN_TENS[word]
        elif word == "dozen":
            current = (current or 1) * 12
        elif word == "hundred":
            current = (current or 1) * 100
        elif word in _EN_GROUPS:
            total, current = total + (current or 1) * _EN_GROUPS[word], 0
        else:
            return None
    return total + current


def _zh_runs(text: str) -> list[DigitRun]:
    signs = "".join(ZH_DIGITS)
    atom = rf"(?:[两二三四五六]个[{signs}](?=[{signs}]|$|{_DIGIT_GAP}[{signs}])|[{signs}])"
    found = []
    for hit in re.finditer(rf"{atom}(?:{_DIGIT_GAP}{atom})*", text):
        opened = _ZH_REPEATED.sub(lambda item: item[2] * ZH_DIGITS[item[1]], hit.group())
        digits = "".join(str(ZH_DIGITS[sign]) for sign in opened if sign in ZH_DIGITS)
        found.append(DigitRun(hit.start(), hit.end(), digits))
    return found


def _en_runs(text: str) -> list[DigitRun]:
    small = "|".join([*EN_UNITS, *EN_TENS, "o"])
    atom = rf"(?:(?:(?:double|triple|treble)[\s-]+)?(?:\b(?:{small})\b|\d+))"
    found = []
    for hit in re.finditer(rf"{atom}(?:(?:{_DIGIT_GAP}){atom})*", text):
        digits = _en_digits(re.findall(r"[a-z]+|\d", hit.group()))
        found.append(DigitRun(hit.start(), hit.end(), digits))
    return found


def _en_digits(words: list[str]) -> str:
    digits, repeat, tens = "", 1, 0
    for word in words:
        if word in _REPEATS:
            repeat = _REPEATS[word]
            continue
        value = int(word) if word.isdigit() else {**EN_UNITS, **EN_TENS, "o": 0}[word]
        if tens and 0 < value < 10 and not word.isdigit():  # noqa: PLR2004 - "twenty five" is 25
            digits = digits[:-1]
        tens = word in EN_TENS
        digits += str(value) * repeat
        repeat = 1
    return digits
