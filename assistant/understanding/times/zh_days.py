"""Which day is meant, in Chinese: 后天, 下礼拜三, 十二月三号, 初八, 国庆, 月底.

A date is lunar only if it is marked: 初…, 正月, 腊月, 农历, a lunar festival, 八月十五.
"""

from __future__ import annotations

from datetime import date

from assistant.understanding.times import zh_dates as dates
from assistant.understanding.times import zh_lunar as lunar
from assistant.understanding.times.mention import Mention, first_mention, rules
from assistant.understanding.times.parts import one
from assistant.understanding.times.zh_festivals import NAMES

N = r"[0-9〇零一二两三四五六七八九十廿卅]{1,3}"
_WEEK = r"(?:礼拜|星期|周)"
_WHICH = r"(?P<which>这一?个?|本|今|下下一?个?|下一?个?|上上一?个?|上一?个?)?"
_BEFORE_NUMBER = r"(?<![0-9一二三四五六七八九十百两零〇])"
_NOT_A_BUILDING = (
    r"(?!楼|院|门|线|窗|房|桌|厅|栋|馆|车|口|机|站|柜|大|诊|床|人|单|室|信|公|码|地|厂|井"
    r"|店|铺|病|菜)"
)
_YEAR = r"(?:(?P<year>去年|今年|明年|后年|来年|[0-9零〇一二三四五六七八九]{4}年)的?)?"
_AFTER = r"(?:以后|之后|过后|后(?!天|儿|日|半|晌|面|门|头|悔|来)|(?P<back>以前|之前|前))"
_RULES = rules(
    (
        (
            r"(?P<day>大前|大后|前|昨|今|明|后|寻|琴|听|赶明|赶后)"
            r"(?:天(?!津|河|桥|安|气|然)|儿个?|日|朝(?![鲜阳外内])|个儿?(?!月|礼|星"
            r"|年)|(?=[早晚晨]))",
            dates.relative_day,
        ),
        (r"当天|当日", lambda _hit, today: one(today)),
        (
            r"(?P<year>(?:19|20)\d\d)[-/.年](?P<month>\d\d?)[-/.月](?P<date>\d\d?)[日号]?(?!\d)",
            dates.full_date,
        ),
        (
            rf"{_BEFORE_NUMBER}{_YEAR}(?P<month>{N})月份?的?(?P<date>{N})(?:号|日)?(?![个月])",
            dates.full_date,
        ),
        (
            r"(?<![\d./:-])(?P<year>)(?P<month>1[0-2]|0?[1-9])[./-](?P<date>3[01]|[12]\d|0?[1-9])"
            r"(?:号|日)?(?![\d./-]|元|块|度|公|斤|米|万|%|点|号?楼|个|点|倍|级)",
            dates.full_date,
        ),
        (
            rf"{_YEAR}(?:农历|阴历|旧历|老历)?(?P<month>正|腊|冬|{N})月(?P<date>初{N})(?:那天)?",
            lunar.lunar_date,
        ),
        (rf"{_YEAR}(?P<month>正|腊|冬)月(?P<date>{N})(?:那天)?", lunar.lunar_date),
        (rf"{_YEAR}(?:农历|阴历|旧历|老历)的?(?P<month>{N})月(?P<date>{N})", lunar.lunar_date),
        (r"(?<!年)(?<!月)初(?P<date>十|[一二三四五六七八九1-9])(?![中级])", lunar.lunar_day),
        (rf"{_WHICH}月的?(?P<date>{N})(?:号|日){_NOT_A_BUILDING}", dates.day_of_month),
        (
            rf"(?<![路街道巷弄里村0-9a-z零一二三四五六七八九十百第])(?P<date>{N})(?:号"
            r"|日)?(?:到|至|-|~)"
            rf"(?P<last>{N})(?:号|日){_NOT_A_BUILDING}",
            dates.day_of_month,
        ),
        (
            rf"(?<![路街道巷弄里村0-9a-z零一二三四五六七八九十百第-])(?P<date>{N})(?:号"
            rf"|日){_NOT_A_BUILDING}",
            dates.day_of_month,
        ),
        (
            r"^(?:那|就|我|嗯|，)*(?P<date>十[一二三四五六七八九]"
            r"|二十[一二三四五六七八九]?|三十)(?:吧|那天|，|。)*$",
            dates.day_of_month,
        ),
        (rf"(?<!个)(?<!几){_WHICH}月(?P<piece>[底末尾初头中半])(?!药|医|国|间)", dates.month),
        (
            rf"{_BEFORE_NUMBER}{_YEAR}(?P<month>{N})月份?(?P<piece>[底末尾初头中半])?(?"
            r"![0-9一二三四五六七八九十])",
            dates.month,
        ),
        (
            r"(?P<which>这个|本|下下个|下个|上上个|上个|下|上)月份?(?P<piece>[底末尾初头中半])?",
            dates.month,
        ),
        (
            rf"{_WHICH}{_WEEK}(?P<day>[一二三四五六日天1-6])(?:到|至|-|~){_WEEK}?"
            rf"(?P<last>[一二三四五六日天1-6])(?![点个:])",
            dates.weekdays,
        ),
        (
            rf"(?<!一个)(?<!两个)(?<!每个)(?<!几个){_WHICH}{_WEEK}(?P<day>[一二三四五六"
            r"日天1-7])(?![次回趟遍岁年])",
            dates.weekday,
        ),
        (
            rf"{_WHICH}(?:大?{_WEEK}末|{_WEEK}六[和、跟,，]?{_WEEK}[日天]|双休日|大礼拜)",
            dates.weekend,
        ),
        (r"(?P<which>今|明|去|后)年(?=$|[,，。?吧再的])", dates.whole_year),
        (
            r"(?P<which>这一?个?|本|下下一?个?|下一?个?|上上一?个?"
            rf"|上一?个?){_WEEK}(?![一二三四五六日天末1-7])",
            dates.week,
        ),
        (
            rf"{_BEFORE_NUMBER}(?:过|再过|等)?(?P<count>{N})(?:个|来)?(?P<unit>天|礼拜"
            rf"|星期|周|月){_AFTER}",
            dates.days_later,
        ),
        (
            rf"(?:再?过|等)(?P<count>{N})(?:个|来)?(?P<unit>天|礼拜|星期|周"
            r"|月)(?P<back>)(?!以后|之后|过后|后|以前|之前)",
            dates.days_later,
        ),
        (rf"(?:这|近|最近|未来)(?P<count>两|几|{N})[天日](?!后|以后|之后)", dates.days_within),
        (rf"(?P<count>{N})天(?:之内|以内|内)", dates.days_within),
        (
            rf"{_YEAR}(?P<festival>{NAMES})(?:节|日)?"
            r"(?P<holiday>期间|假期|长假|小长假|放假|休假|黄金周|那几天|几天)?",
            lunar.festival,
        ),
        (
            r"(?:(?P<year>去|今|明|后|来)年"
            r"|(?<![0-9一二三四五六七八九十几半多少几整过大小新老])年)(?P<piece>[底末"
            r"尾初头])(?![一二三四五六七八九十])",
            dates.part_of_year,
        ),
        (r"工作日|上班日", lunar.workday),
        (r"节假日|公休日?|假期|长假|放假|过节", lunar.public_holiday),
    )
)


def find_days(text: str, today: date) -> Mention | None:
    """The first days named in `text` (plain, without spaces), or `None`."""
    return first_mention(text, today, _RULES, lunar.days_off)
