"""Whether words name a time and nothing besides: "Friday afternoon then", “还是后天上午吧”. PURE.

Everything in such an answer is a word for days or hours, or one that only leads up to it. A place,
a person or a thing ("the doctor on Friday", “后天去医院”) makes it more than a time.
"""

from __future__ import annotations

import re

from assistant.understanding.language import plain

_ZH = re.compile(
    r"(?:[0-9零〇一二两三四五六七八九十]|[今明后大昨前]|上午|下午|中午|早上|早晨|清晨|傍晚|晚上|夜里"
    r"|[年月日号天周点半刻钟]|礼拜|星期|初|底|上|下|个|之?[前后]|以[前后]"
    r"|还是|不对|不是|要不|那就|那|就|在|改[到成在]?|[换挪][到成]|吧|啊|呢|嘛|了|行|好|的话|左右|那天"
    r"|呃|嗯|哦|哎)+"
)
_ZH_TIME = re.compile(r"[今明后昨]天|[上下中]午|早上|晚上|[周点号]|礼拜|星期")
_EN_WORDS = """
monday tuesday wednesday thursday friday saturday sunday today tomorrow tonight morning afternoon
evening noon midday night january february march april may june july august september october
november december one two three four five six seven eight nine ten eleven twelve first second third
half quarter past to o'clock oclock am pm a p m next this week day days after before at on in the of
for around about or and no wait sorry actually rather better instead then please make it let's say
well oh er um that's i mean
"""
_EN = frozenset(_EN_WORDS.split())
_EN_TIME = re.compile(
    r"\b(?:[a-z]+day|tomorrow|tonight|morning|afternoon|evening|noon|o'?clock|[ap]\.?m|at)\b"
)
_DIGITS = re.compile(r"\d+(?:st|nd|rd|th|am|pm)?")


def is_time_only(text: str, language: str) -> bool:
    """Whether `text` holds a time, and no word that is not about it."""
    said = plain(text)
    if language == "zh":
        bare = re.sub(r"[\s，。！？、；：,.!?;:]", "", said)
        return _ZH.fullmatch(bare) is not None and _ZH_TIME.search(bare) is not None
    words = re.findall(r"[\w']+", said)
    known = all(word in _EN or _DIGITS.fullmatch(word) for word in words)
    return bool(words) and known and _EN_TIME.search(said) is not None
