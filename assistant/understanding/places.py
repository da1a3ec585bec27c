"""Where something is, as said: 桂花路12号, 五栋二单元, "building 3", "opposite the market".

A place is returned in the resident's words. Names of services are the finder's business.
"""

from __future__ import annotations

import re

from assistant.understanding.language import plain

_N = r"[0-9零〇一二两三四五六七八九十百]{1,5}"
_STOP = (
    "我俺你您他她它们在住是的到去从往给就那这个了吧呢于位来说离靠近跟和有把让上下前后边，"
    "。,. 条一走过顺沿咱楼下叫咯着问哪几"
)
_ROAD_WORDS = r"(?:大街|大道|胡同|路|街|巷|弄(?![不坏丢好错清懂得到])|里弄)"
_NO_STREETS = (
    "走路 迷路 带路 问路 公路 马路 铁路 线路 电路 短路 道路 修路 小路 大路 半路 一路 "
    "网路 车路 套路 认路 逛街 上街 大街 小街 愚弄 捉弄 糊弄 摆弄 出路 思路 绕路 赶路 "
    "识路 探路 记路 领路 铺路"
)
_NOT_ROADS = frozenset(_NO_STREETS.split())
_ROAD = re.compile(
    rf"(?P<name>[\u4e00-\u9fff]{{1,5}}?)(?P<road>{_ROAD_WORDS})(?!灯|边|口|上|面|滑|过"
    r"|远|线|由|费|人|程|途|子|道|坊)"
    rf"(?P<number>{_N}(?:弄{_N})?号(?!码|线)(?:院|楼)?)?"
)
_HOUSE = re.compile(
    rf"(?:{_N}|[a-z东西南北])(?:号楼|号院"
    rf"|[栋幢座])(?:楼)?(?:{_N}单元)?(?:{_N}[楼层])?(?:{_N}(?:室|号"
    r"|户)?(?![个元块份次分点年月天岁度人斤]))?"
    rf"|{_N}号(?=楼|门洞|门|院)(?:楼|门洞|门|院)"
    rf"|{_N}单元(?:{_N}[楼层])?(?:{_N}(?:室|号|户))?"
    rf"|(?<![第上下几])(?:{_N}|地下)(?:楼|层)(?!房|市|盘)(?:{_N}(?:室|号)|楼道|走廊"
    r"|过道|东边|西边)?"
    rf"|(?<![0-9])[0-9]{{3,4}}室"
)
_LANDMARK = (
    r"(?:老?[东西南北正后侧]大?门|菜市场|农贸市场|市场|超市|医院|卫生站|卫生院|学校"
    r"|幼儿园|小学|中学|公园|车站|公交站|站台|地铁口"
    r"|银行|邮局|药店|食堂|广场|小区|大门|河边|桥头|桥|庙|活动室|活动中心|居委会"
    r"|派出所|[大老]?槐树|花园|花坛|亭子|凉亭|停车场|车棚"
    r"|垃圾房|垃圾站|垃圾桶|锅炉房|楼道|楼梯|楼梯间|电梯|公厕|厕所|路口|十字路口"
    r"|红绿灯|供销社|粮店|礼堂|操场|池塘|岗亭|门卫|传达室|配电房|水房)"
)
_NEAR = (
    r"(?:里面|里头|里|门口|旁边|对面|对过|后面|后头|前面|前头|隔壁|边上|附近|那儿|那里"
    r"|那边|底下|下面|外面|外头|拐角|口)"
)
_BY_LANDMARK = re.compile(
    rf"{_LANDMARK}的?{_NEAR}+|(?:[东西南北]|正|后)门(?!诊)|楼道|电梯间?|停车场|车棚"
)

_NUMBER = (
    r"(?:\d{1,4}[a-d]?|(?:twenty|thirty|forty|fifty)[\s-](?:one|two|three|four|five|six"
    r"|seven|eight|nine)|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|thirteen|fourteen|fifteen|sixteen|twenty|[a-f])"
)
_STREET = (
    r"(?:road|rd|street|st|lane|ln|avenue|ave|drive|close|way|square|crescent|terrace|alley|court)"
)
_UNIT = (
    r"(?:building|block|flat|apartment|apt|unit|tower|house|room|entrance|stair|staircase"
    rf"|close|gate)\s+(?:number\s+|no\.?\s*)?{_NUMBER}\b"
)
_WORDS = r"(?:(?!and\b|to\b|at\b|on\b|in\b|is\b|from\b|the\b|my\b|of\b)[a-z']+\s+){1,3}?"
_EN_ADDRESS = re.compile(
    rf"\b{_UNIT}(?:,?\s+(?:of\s+)?{_UNIT})*"
    rf"|\b(?:number\s+|no\.?\s*)?{_NUMBER}\s+{_WORDS}{_STREET}\b"
    r"|\b(?:ground|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth"
    rf"|top|\d{{1,2}}(?:st|nd|rd|th))\s+floor\b"
    rf"|(?<=\bon\s){_WORDS}{_STREET}\b|(?<=\bin\s){_WORDS}{_STREET}\b"
)
_EN_NEAR = re.compile(
    r"\b(?:opposite|next\s+(?:door\s+)?to|across\s+from|behind|outside|in\s+front\s+of"
    r"|beside|near|by|close\s+to|at\s+the\s+back\s+of|round\s+the\s+corner\s+from)"
    r"\s+(?:the|our|my)\s+(?P<what>(?:[a-z'-]+\s+){0,2}?(?:market|shops?|supermarket"
    r"|canteen|school|nursery|park|gates?|bus\s+stops?|station|bank|post\s+office"
    r"|chemist'?s?|pharmacy|clinic|hospital|library|temple|church|mosque|bridge|river"
    r"|lifts?|stairs|car\s+park|bins?|bin\s+store|office|centre|center|square"
    r"|playground"
    r"|laundry|garden|pond|crossing|traffic\s+lights?|police\s+station"
    r"|community\s+cent(?:re|er)|activity\s+room|entrance|tree|kiosk|bakery"
    r"|health\s+cent(?:re|er)|surgery|door))\b"
)


def find_place(text: str, language: str) -> str | None:
    """The first place in `text`, neighbouring parts of one address joined; `None` for none."""
    simple = plain(text)
    spans = _zh_spans(simple) if language == "zh" else _en_spans(simple)
    if not spans:
        return None
    spans.sort()
    start, end = spans[0]
    for begin, finish in spans[1:]:
        if begin <= end + 1:
            end = max(end, finish)
    return simple[start:end].strip(" ，,的")


def _zh_spans(text: str) -> list[tuple[int, int]]:
    spans = [hit.span() for pattern in (_HOUSE, _BY_LANDMARK) for hit in pattern.finditer(text)]
    for hit in _ROAD.finditer(text):
        name = re.split(f"[{_STOP}]", hit["name"])[-1]
        whole = f"{name}{hit['road']}"
        if name and whole not in _NOT_ROADS and f"{name[-1]}{hit['road']}" not in _NOT_ROADS:
            spans.append((hit.start("road") - len(name), hit.end()))
    return spans


def _en_spans(text: str) -> list[tuple[int, int]]:
    return [hit.span() for pattern in (_EN_ADDRESS, _EN_NEAR) for hit in pattern.finditer(text)]
