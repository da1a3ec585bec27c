"""A choice from a numbered list: 一, ①, "1.", 1️⃣, 选1, 第二个, "option 2", "the first one".

An answer must be about the number and little else: "一楼" or "one of my neighbours" is no choice.
"""

from __future__ import annotations

import re

from assistant.understanding.language import plain
from assistant.understanding.numbers import EN_UNITS, parse_number

MOST = 99
"Lists longer than this are never read out."

_ZH_NUMBER = r"[0-9零〇一二两三四五六七八九十壹贰叁肆伍陆柒捌玖拾幺]{1,3}"
_ZH_HEAD = (
    r"(?:嗯|呃|哦|喔|啊|哎|那个|那么|那|就|我|俺|您|你|给|帮|麻烦|请|想|要|还是|是|来|选择|选|挑|拣|投"
    r"|按|回复|回|填|答|数字|号码|编号|选项|方案|了|个|，|,|\s)*"
)
_ZH_TAIL = (
    r"(?:个|号|项|条|种|样|款|位|那个|这个|选项|的|吧|啊|呀|呢|嘛|哈|啦|了|好|好了|就行|行|可以|谢谢|谢谢你"
    r"|多谢|，|,|。|\.|、|!|！|\)|）|:|：|\s)*"
)
_ZH_BARE = re.compile(rf"{_ZH_HEAD}(?:第)?({_ZH_NUMBER}){_ZH_TAIL}")
_ZH_ORDINAL = re.compile(
    rf"(?:要|选|选择|投|挑|就|是|还是|按)第({_ZH_NUMBER})(?:个|项|种|条|样|号|款)?{_ZH_TAIL}$"
)
_ZH_VOTE = re.compile(
    rf"(?:投|选|选择|赞成|同意|支持|里头|里面|当中)(?:给|了)?第({_ZH_NUMBER})(?:个|项|种|条|号)"
)
"Said of a vote these words are the choice, whatever stands around them."
_ZH_FIRST = re.compile(rf"{_ZH_HEAD}(?:头一个|头个|前面那个|前头那个|上面那个){_ZH_TAIL}")
_ZH_LAST = re.compile(rf"{_ZH_HEAD}(?:最后一?个|最末一?个|末了一?个|后面那个){_ZH_TAIL}")
_ZH_SLIPS = str.maketrans(
    "衣医依而儿耳山叁午舞溜流漆妻捌酒韭", "一一一二二二三三五五六六七七八九九"
)
_ZH_SLIP = re.compile(
    rf"{_ZH_HEAD}(?:选|选择|第)([衣医依而儿耳山叁午舞溜流漆妻捌酒韭])(?:个|项|号)?{_ZH_TAIL}"
)

_FIRST_TEN = "first second third fourth fifth sixth seventh eighth ninth tenth"
_ORDINALS = {word: value for value, word in enumerate(_FIRST_TEN.split(), start=1)}
_ORDINALS |= {"frist": 1, "firts": 1, "fisrt": 1, "secnod": 2, "secound": 2, "sencond": 2}
_ORDINALS |= {"thrid": 3, "therd": 3, "forth": 4}
"The usual slips of the thumb after them."
_SLIPS = {"won": 1, "to": 2, "too": 2, "tree": 3, "free": 3, "for": 4, "fore": 4, "sicks": 6}
_SLIPS |= {"ate": 8, "ait": 8, "nein": 9, "tin": 10}
_EN_HEAD = (
    r"(?:um|uh|er|erm|oh|well|yes|ok|okay|so|now|right|then|i'll|ill|i'd|id|i|would|like|take|have|go"
    r"|for|with|want|choose|chose|pick|vote|say|think|it's|its|it|is|be|that|make|please|the|teh|just"
    r"|give|me|my|choice|answer|press|reply|let's|let|us)"
)
_EN_NAMED = (
    r"(?:option|optoin|opton|opt|number|nubmer|numer|num|no\.?|nr\.?|choice|choise|item|answer|#)"
)
_EN_TAIL = (
    r"(?:one|please|pls|thanks|thank|you|dear|love|then|option|choice|it|is|for|me|ta|will|do|would"
    r"|be|good|i|think)"
)
_EN_WORDS = "|".join([*EN_UNITS, r"\d{1,2}"])
_EN_ORDINAL = "|".join([*_ORDINALS, r"\d{1,2}(?:st|nd|rd|th)"])
_EN_TIE = r"[\s,.!:)-]+"
_EN_BARE = re.compile(
    rf"(?:{_EN_HEAD}{_EN_TIE})*?(?:(?P<named>{_EN_NAMED})(?:{_EN_TIE})?)?"
    rf"(?:(?P<number>{_EN_WORDS})|(?P<ordinal>{_EN_ORDINAL})|(?P<slip>{'|'.join(_SLIPS)}))"
    rf"(?:{_EN_TIE}{_EN_TAIL})*[\s,.!:)]*"
)
_EN_VOTE = re.compile(
    rf"\b(?:vote|voting|voted)\b(?:\W+\w+){{0,3}}?\W+the\W+(?P<ordinal>{_EN_ORDINAL})(?:\W+one)?\b"
)
_EN_LAST = re.compile(rf"(?:{_EN_HEAD}{_EN_TIE})*(?:last|bottom)(?:{_EN_TIE}{_EN_TAIL})*[\s.,!]*")


_KEYCAP = {0xFE0F: None, 0x20E3: None}
"What makes a digit an emoji of a key."
_AROUND = " ()（）[]【】<>《》“”‘’\"'「」#.。、,，!！?？:：;；~～…-—"
"Brackets, quotes and stops around an answer."
_LOOKS_ALIKE = re.compile(
    r"(选|选择|回|回复|按|option |number |no\.? ?)?([li|o])[\s.。,，、!！)）]*"
)


def read_choice(text: str, language: str, count: int | None = None) -> int | None:
    """The number chosen, 0 for the person behind key 0, or `None`.

    `count` is the length of the list: it makes "the last one" readable and refuses numbers
    beyond the list.
    """
    simple = _mended(plain(text).translate(_KEYCAP).strip(_AROUND))
    if not simple:
        return None
    chosen = _zh(simple, count) if language == "zh" else _en(simple, count)
    if chosen is None:
        # Digits and characters are texted in either language.
        chosen = _en(simple, count) if language == "zh" else _zh(simple, count)
    if chosen is None or not 0 <= chosen <= (count or MOST):
        return None
    return chosen


def _mended(text: str) -> str:
    """A lone l, i or o put right: on many telephones they look like 1 and 0."""
    slip = _LOOKS_ALIKE.fullmatch(text)
    return (slip[1] or "") + ("0" if slip[2] == "o" else "1") if slip else text


def _zh(text: str, count: int | None) -> int | None:
    if text in {"o", "〇", "零", "圈"}:
        return 0
    bare = _ZH_BARE.fullmatch(text) or _ZH_ORDINAL.search(text) or _ZH_VOTE.search(text)
    if bare:
        value = parse_number(bare[1], "zh")
        return None if value is None else int(value)
    slip = _ZH_SLIP.fullmatch(text)
    if slip:
        return int(parse_number(slip[1].translate(_ZH_SLIPS), "zh") or 0) or None
    if _ZH_FIRST.fullmatch(text):
        return 1
    return count if _ZH_LAST.fullmatch(text) else None


def _en(text: str, count: int | None) -> int | None:
    if _EN_LAST.fullmatch(text):
        return count
    vote = _EN_VOTE.search(text)
    if vote:
        return _ordinal(vote["ordinal"])
    found = _EN_BARE.fullmatch(text)
    if not found:
        return None
    if found["ordinal"]:
        return _ordinal(found["ordinal"])
    if found["number"]:
        value = parse_number(found["number"], "en")
        return None if value is None else int(value)
    # "to" and "for" are numbers only where a number is expected, or where nothing else is said.
    alone = text.strip(" .,!") == found["slip"]
    return _SLIPS[found["slip"]] if found["named"] or alone else None


def _ordinal(word: str) -> int:
    return _ORDINALS.get(word) or int(re.sub(r"\D", "", word))
