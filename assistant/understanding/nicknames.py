"""Who says that she is who: “我是老李”, "this is Mary's son". PURE.

Only what is plainly a name of people counts: one with a title, a surname as neighbours use it, a
relative of somebody, a full name. A missed name costs a question later; a name made of other words
(“我是想问……”, “我是高血压”, "this is urgent") would part a resident from her own matters.
"""

from __future__ import annotations

import re

from assistant.core.intent import Introduction
from assistant.understanding.language import plain

LONGEST = 24
"Characters; no name that people are called by is longer."
FIRST_WORDS = 10
"Words of a spoken sentence in which a name is looked for by the gaps between them."

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范廖石贾韦付傅"
    "邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤高白马金方康施牛樊葛邢齐庞颜庄倪俞章鲁温芦裴翟尤祝"
)
_TITLES = (
    "阿姨|叔叔|伯伯|大爷|大妈|大娘|大婶|婶婶|奶奶|爷爷|婆婆|姥姥|姥爷|大姐|大哥|大嫂|大叔|大伯|"
    "师傅|老师|医生|先生|女士|小姐|太太|叔|伯|婶|姐|哥|嫂|姨|老"
)
_KIN = (
    "儿子|女儿|闺女|老伴儿?|爱人|丈夫|妻子|老婆|老公|外孙女|外孙|孙子|孙女|儿媳妇|儿媳|媳妇|女婿|侄子|侄女|外甥女|外甥|"
    "弟弟|妹妹|哥哥|姐姐|邻居|保姆|护工|妈妈|爸爸|母亲|父亲"
)
_CALLED = (
    f"(?:(?:老|小|大)[{_SURNAMES}]头?|阿[\u4e00-\u9fff]"
    f"|[{_SURNAMES}][\u4e00-\u9fff]{{0,2}}?(?:{_TITLES}))"
)
_FULL = f"(?:[{_SURNAMES}]|欧阳|司马|上官|诸葛|司徒)[\u4e00-\u9fff]{{1,2}}"
_NO_NAMES = (
    "高血压|高血糖|高血脂|高龄|高度|高烧|高中|白内障|白血病|白天|白领|马上|方便|金婚|康复|任何|万一|向来|石头|江边|钱不|严重|"
    "温水|黄码|黄昏|周末|周一|周二|周三|周四|周五|周六|周日|何时|何人|程度|段时间|龙年|马年|牛年|毛病"
)
_GREETING = r"(?:你好|您好|喂|哎|早上好|下午好|晚上好)"
_FROM_WHERE = r"(?:那个|住?在?[0-9一二三四五六七八九十]+[号栋幢楼单元室]{1,3}[0-9]*室?的)?"
_ENDS = r"(?=$|[^\u4e00-\u9fff]|[啊呀哦呢吧哈嘛]|我|俺|想|要|请|问|刚才|今天|昨天|上次)"
_IN_CHINESE = re.compile(
    rf"(?:^|[，,。.；;！!？?\s]|{_GREETING})"
    rf"(?:(?:我|俺|这里|这边|这)(?:就)?是{_FROM_WHERE}(?:"
    rf"(?P<kin>(?:{_CALLED}|{_FULL})家?的?(?:{_KIN}))"
    rf"|(?P<called>{_CALLED}))"
    rf"|我(?:是|叫){_FROM_WHERE}(?!{_NO_NAMES})(?P<full>{_FULL}|(?:老|小)[{_SURNAMES}]|阿[\u4e00-\u9fff]))"
    rf"{_ENDS}"
)

_NAME = r"[A-Za-z][A-Za-z'-]*[A-Za-z]"
_OWNER = r"[A-Za-z][A-Za-z-]*[A-Za-z]"
_ENGLISH_TITLES = r"(?:mr|mrs|ms|dr|auntie|aunty|aunt|uncle|granny|grandma|grandpa)\.?"
_ENGLISH_KIN = (
    "son|daughter|husband|wife|grandson|granddaughter|neighbou?r|carer|nephew|niece|sister|brother|"
    "mother|father|mum|mom|dad"
)
_ENGLISH_ENDS = (
    r"(?=$|\s*[,.!;?]|\s+(?:from|here|speaking|calling|again|and|i|i'm|i'd|can|could|may|please)\b)"
)
_IN_ENGLISH = re.compile(
    r"(?:^|[,.!;?]\s*|\b(?:hello|hi|good (?:morning|afternoon|evening))\s+)"
    r"(?:(?:this is|it's|it is|i'm|i am|my name is|my name's)\s+"
    rf"(?:(?P<kin>(?:{_ENGLISH_TITLES}\s+)?{_OWNER}(?:\s{_OWNER})?'s\s+(?:{_ENGLISH_KIN}))"
    rf"|(?P<called>{_ENGLISH_TITLES}\s+{_NAME})){_ENGLISH_ENDS}"
    rf"|my name(?: is|'s)\s+(?P<named>{_NAME}(?:\s{_NAME})?){_ENGLISH_ENDS}"
    rf"|(?:this is|it's|i'm|i am)\s+(?P<full>(?-i:[A-Z][a-z]+(?:\s[A-Z][a-z]+)?)){_ENGLISH_ENDS}"
    rf"|this is\s+(?P<speaking>{_OWNER})\s+(?=(?:speaking|calling)\b)"
    r"|(?P<alone>(?-i:[A-Z][a-z]+))\s+speaking(?=$|\s*[,.!;]))",
    re.IGNORECASE,
)
_NO_ENGLISH_NAMES = re.compile(
    r"a|about|afraid|all|also|always|an|and|any|anybody|anyone|april|august|australian|awful|"
    r"bad|british|but|can|chinese|christmas|cold|could|december|deaf|disabled|emergency|"
    r"english|february|for|friday|from|god|going|good|happy|he|help|her|here|his|hungry|i|"
    r"ill|important|in|is|it|january|july|june|just|late|later|lonely|looking|lost|manager|"
    r"may|me|monday|my|never|no|nobody|not|now|november|october|off|ok|okay|old|on|only|our|"
    r"over|please|retired|ringing|sad|safe|saturday|september|she|sick|so|somebody|someone|"
    r"sorry|staff|still|stuck|sunday|terrible|thank|thanks|that|the|their|there|they|this|"
    r"thursday|tired|to|today|tomorrow|trying|tuesday|unable|unwell|urgent|very|waiting|we|"
    r"wednesday|well|what|when|where|who|why|with|wrong|yes|you|your"
)
"Written with a capital, or before “speaking”, and yet not who somebody is."
_POLITE = re.compile(
    rf"{_GREETING}|\b(?:hello|hi|good (?:morning|afternoon|evening)|here|speaking|again)\b"
    r"|[啊呀哦呢吧哈嘛]",
    re.IGNORECASE,
)
_NOT_HERSELF = ("的", "家", "介绍", "那", "跟", "和", "叫")
"What follows a name that she only mentions."
_LETTERS = re.compile(r"[^\W_]")


def introduction(text: str, language: str) -> Introduction | None:
    """What she says she is called, and whether she says nothing else; `None` where she does not."""
    if language == "zh":
        return _chinese(plain(text)) or _between_words(text.split())
    said = " ".join(text.replace("’", "'").split())
    for found in _IN_ENGLISH.finditer(said):
        name = _name(found)
        if len(name) <= LONGEST and not _is_no_name(name):
            return Introduction(name, _alone(said, found))
    return None


def _chinese(said: str) -> Introduction | None:
    found = _IN_CHINESE.search(said)
    return None if found is None else Introduction(_usual(_name(found)), _alone(said, found))


def _between_words(words: list[str]) -> Introduction | None:
    """The same where only a recogniser's gap tells where the name ends: “我 是 李叔 厕所 漏水”."""
    for end in range(1, min(len(words), FIRST_WORDS)):
        found = _IN_CHINESE.search(plain(" ".join(words[:end])))
        if found is not None and found["full"] is None and not words[end].startswith(_NOT_HERSELF):
            return Introduction(_usual(_name(found)), alone=False)
    return None


def _name(found: re.Match[str]) -> str:
    return next(part for part in found.groups() if part is not None)


def _alone(said: str, found: re.Match[str]) -> bool:
    rest = _POLITE.sub(" ", said[: found.start()] + " " + said[found.end() :])
    return _LETTERS.search(rest) is None


def _is_no_name(name: str) -> bool:
    """Whether these are words like any other; relatives and titles have said more by then."""
    words = re.sub(rf"^{_ENGLISH_TITLES}\s+", "", name.lower(), flags=re.IGNORECASE).split()
    return not words or _NO_ENGLISH_NAMES.fullmatch(words[0].removesuffix("'s")) is not None


def _usual(name: str) -> str:
    """One way of writing it: “老李家的女儿” and “老李女儿” are the same person."""
    kin = re.fullmatch(rf"(?P<of>.+?)家?的?(?P<who>{_KIN})", name)
    return f"{kin['of']}的{kin['who']}" if kin else name
