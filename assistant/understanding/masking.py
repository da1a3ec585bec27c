"""Takes the numbers of identity cards and bank cards out of what was said, before it is kept. Pure.

A resident who tells the line such a number was asked for it by nobody here. Runs of 13 and more
digits are masked, typed or spoken: bank numbers have 13 to 19 (ISO/IEC 7812), identity numbers 15,
or 18 of which the last may be X (GB 11643). What is made of telephone numbers or of dates alone
stays, and so does everything shorter: mobile numbers, landlines with area code, case codes.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import phonenumbers

from assistant.understanding.language import plain
from assistant.understanding.numbers import EN_TENS, EN_UNITS, ZH_DIGITS, DigitRun, digit_runs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.core.turn import Utterance

MASK = "****"
FEWEST = 13
"Digits; twenty and more are an account number with something after it, and masked as well."
BEFORE_CHECK = 17
"Digits of an identity number before its X."
ATOM = re.compile(
    rf"[^\W\D]|[{''.join(ZH_DIGITS)}①-⑨兩]|\b(?:{'|'.join([*EN_UNITS, *EN_TENS])})\b", re.IGNORECASE
)
"Anything that may be a digit, in every width and both languages."
FEWEST_ATOMS = FEWEST // 3
"So few can be a run of `FEWEST` digits: triple four triple five."
NO_GAP = re.compile(r"[^\s\-–—,，、.()/]+")
FEWEST_ALONE = 10
"Digits of a number that stands for itself between two gaps; a landline has ten."
CHECK = re.compile(r"[\s\-–—,，、]{0,3}(?:[x×叉]|艾克斯|ex\b)")
_PHONE = r"(?:(?:00)?86)?(?:1[3-9]\d{9}|0[1-9]\d{8,10}|[48]00\d{7})"
PHONES = re.compile(rf"(?:{_PHONE})+")
"""Chinese mobile numbers, landlines with area code, 400 and 800 numbers, one after the other."""
DATE = r"(?:19|20)\d\d[-./](?:0?[1-9]|1[0-2])[-./](?:[0-2]?\d|3[01])"
DATES = re.compile(rf"{DATE}(?:\D{{1,3}}{DATE}|\D{{1,3}}\d{{1,2}})*")
LONGEST_ABROAD = 15
"Digits of a number in E.164, with its country code."


def masked(utterance: Utterance) -> Utterance:
    """What was heard, in every reading of it, without such numbers."""
    language = utterance.language
    others = tuple(replace(item, text=mask(item.text, language)) for item in utterance.alternatives)
    return replace(utterance, text=mask(utterance.text, language), alternatives=others)


def mask(text: str, language: str) -> str:
    """The text with `MASK` for every such number; digits of either language are looked for."""
    if len(ATOM.findall(text)) < FEWEST_ATOMS:
        return text
    readable = _same_length(text)
    spans = sorted(_spans(readable, language))
    if not spans:
        return text
    kept, at = [], 0
    for start, end in spans:
        if end <= at:
            continue
        kept += [text[at : max(at, start)], MASK]
        at = end
    return "".join([*kept, text[at:]])


def _same_length(text: str) -> str:
    """As the reader of numbers wants it, each character still in its place."""
    return "".join(sign if len(read := plain(sign)) != 1 else read for sign in text)


def _spans(text: str, language: str) -> Iterator[tuple[int, int]]:
    for spoken in dict.fromkeys((language, "zh", "en")):
        for run in digit_runs(text, spoken):
            for part in _parts(text, run, spoken):
                said = text[part.start : part.end]
                if len(part.digits) < FEWEST or _is_known(text, part.start, said, part.digits):
                    continue
                check = CHECK.match(text, part.end) if len(part.digits) == BEFORE_CHECK else None
                yield part.start, check.end() if check else part.end


def _parts(text: str, run: DigitRun, spoken: str) -> list[DigitRun]:
    """A long run as several numbers, where gaps part it into some that are each long enough."""
    parts = [
        DigitRun(run.start + part.start(), run.start + part.end(), digits)
        for part in NO_GAP.finditer(text[run.start : run.end])
        for digits in ["".join(found.digits for found in digit_runs(part.group(), spoken))]
    ]
    return parts if all(len(part.digits) >= FEWEST_ALONE for part in parts) else [run]


def _is_known(text: str, start: int, said: str, digits: str) -> bool:
    """Whether a long run is telephone numbers or dates."""
    if PHONES.fullmatch(digits) or DATES.fullmatch(said.strip()):
        return True
    abroad = digits.removeprefix("00")
    dialled = text[start - 1 : start] == "+" or abroad != digits
    return dialled and len(abroad) <= LONGEST_ABROAD and _is_a_telephone(abroad)


def _is_a_telephone(digits: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(f"+{digits}"))
    except phonenumbers.NumberParseException:
        return False
