"""Which language a text is written in, which language it asks for, and its plain form.

Only the script decides: a resident who writes Chinese characters is answered in Chinese.
"""

from __future__ import annotations

import re
import unicodedata

MIN_LATIN_LETTERS = 3
"Shorter Latin texts (T, TD, OK) are used in every language and say nothing about it."
HAN_PER_WORD = 1.6
"Mean length of a Chinese word in characters; makes characters comparable with English words."

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_LATIN_WORD = re.compile(r"[a-z]+(?:['’-][a-z]+)*(?![a-z]*\d)", re.IGNORECASE)
_CODE = re.compile(r"\b[a-z]{0,3}[\s-]?\d[\d-]*\b", re.IGNORECASE)
_GAP = re.compile(r"(?<=[\u4e00-\u9fff0-9])\s+(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])\s+(?=[0-9])")
_TRADITIONAL = str.maketrans(
    "點週禮後個號時開門間兩萬幾鐘過話電們請給這裡樓對選條項頭國慶節陽陰曆農歲級塊錢講東車馬橋場醫學園邊業單",
    "点周礼后个号时开门间两万几钟过话电们请给这里楼对选条项头国庆节阳阴历农岁级块钱讲东车马桥场医学园边业单",
)

_WISHES: dict[str, re.Pattern[str]] = {
    "zh": re.compile(
        r"(?:说|讲|用|换|改|切|听|要|会)(?:成|到|回)?(?:中文|普通话|国语|汉语|中国话|华语)"
        r"|^(?:中文|普通话|国语|汉语)(?:吧|版|服务)?$"
        r"|\b(?:in|speak|use|switch to|change to|want|prefer)\s+(?:chinese|mandarin|putonghua)\b"
        r"|^(?:please\s+)?(?:chinese|mandarin|putonghua|zhongwen)(?:\s+please)?$"
    ),
    "en": re.compile(
        r"(?:说|讲|用|换|改|切|听|要|会)(?:成|到|回)?(?:英文|英语|洋文|英国话)"
        r"|^(?:英文|英语)(?:吧|版|服务)?$"
        r"|\b(?:in|speak|use|switch to|change to|want|prefer)\s+english\b"
        r"|^(?:please\s+)?english(?:\s+please)?$|\benglish,?\s+please\b"
    ),
}


def plain(text: str) -> str:
    """`text` with full-width and ringed forms folded, lower case, common traditional forms simple.

    Spaces that a recogniser puts between Chinese words are gone; other spaces are single.
    """
    folded = unicodedata.normalize("NFKC", text).lower().translate(_TRADITIONAL)
    kept = "".join(
        " " if unicodedata.category(sign) in {"Cc", "Cf", "Zl", "Zp", "Zs"} else sign
        for sign in folded
    )
    return _GAP.sub("", " ".join(kept.replace("’", "'").split()))


def detect(text: str, default: str | None = None) -> str | None:
    """`"zh"`, `"en"`, or `default` where the script does not tell.

    Mixed sentences go to the language with more words; a draw goes to `default`. Numbers, case
    codes and very short Latin texts count for nothing.
    """
    bare = _CODE.sub(" ", unicodedata.normalize("NFKC", text))
    han = len(_HAN.findall(bare))
    latin = _LATIN_WORD.findall(bare)
    if not han and sum(map(len, latin)) < MIN_LATIN_LETTERS:
        return default
    chinese = han / HAN_PER_WORD
    if chinese == len(latin):
        return default or "zh"
    return "zh" if chinese > len(latin) else "en"


def wanted(text: str) -> str | None:
    """The language a resident asks to be spoken to in, or `None`."""
    simple = plain(text).strip(" .,!?。，！？")
    for language, wish in _WISHES.items():
        if wish.search(simple):
            return language
    return None
