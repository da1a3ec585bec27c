"""Every kind of value in both languages and channels, exactly as heard or read."""

from __future__ import annotations

import copy
import math
import re
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from assistant.core.errors import DataError
from assistant.core.values import (
    Clock,
    Code,
    Day,
    DayRow,
    DayRows,
    Listing,
    Localised,
    Moment,
    Money,
    Number,
    PhoneNumber,
    Span,
    Spans,
    Value,
    Week,
    WeekRow,
    Words,
)
from assistant.dialogue.wording import Channel, Wording

VOICES = Path(__file__).resolve().parents[2] / "voices"
LANGUAGES = ("zh", "en")
TODAY = date(2026, 11, 24)
"A Tuesday."


def read(language: str) -> Any:  # noqa: ANN401 - parsed YAML, changed at will by the tests below
    """The parsed wording file of a language."""
    return YAML(typ="safe").load(VOICES / language / "wording.yaml")


WORDINGS = {language: Wording(read(language)) for language in LANGUAGES}


def clock(text: str) -> Clock:
    """A time of day."""
    return Clock(time.fromisoformat(text))


def day(away: int) -> Day:
    """The day so many days from `TODAY`."""
    return Day(TODAY + timedelta(days=away), TODAY)


def span(text: str) -> Span:
    """A span written as 08:30-11:30."""
    opens, closes = (time.fromisoformat(part) for part in text.split("-"))
    return Span(opens, closes)


def both(zh: str, en: str) -> Localised:
    """A text in both languages."""
    return Localised((("zh", zh), ("en", en)))


MORNING, AFTERNOON = span("08:30-11:30"), span("14:00-17:00")
WORKDAYS = WeekRow((0, 1, 2, 3, 4), (MORNING, AFTERNOON))
ID_CARD, SENIOR_CARD = both("身份证", "identity card"), both("老年卡", "senior card")
PHOTOS = both("2张照片", "2 photographs")

TABLE: list[tuple[Value, str, str, str, str]] = [
    (Number(0), "零", "0", "zero", "0"),
    (Number(1), "一", "1", "one", "1"),
    (Number(2), "两", "2", "two", "2"),
    (Number(10), "十", "10", "ten", "10"),
    (Number(12), "十二", "12", "twelve", "12"),
    (Number(22), "二十二", "22", "twenty-two", "22"),
    (Number(102), "一百零二", "102", "one hundred and two", "102"),
    (Number(110), "一百一十", "110", "one hundred and ten", "110"),
    (Number(115), "一百一十五", "115", "one hundred and fifteen", "115"),
    (Number(200), "两百", "200", "two hundred", "200"),
    (Number(2002), "两千零二", "2002", "two thousand and two", "2002"),
    (Number(20012), "两万零一十二", "20012", "twenty thousand and twelve", "20012"),
    (Number(10500), "一万零五百", "10500", "ten thousand, five hundred", "10500"),
    (Number(-3), "负三", "-3", "minus three", "-3"),
    (Money(2), "两元", "2元", "two yuan", "2 yuan"),
    (Money(12), "十二元", "12元", "twelve yuan", "12 yuan"),
    (Money(180), "一百八十元", "180元", "one hundred and eighty yuan", "180 yuan"),
    (Money(200), "两百元", "200元", "two hundred yuan", "200 yuan"),
    (Money(12.5), "十二元五角", "12.5元", "twelve yuan fifty", "12.50 yuan"),
    (Money(0.5), "五角", "0.5元", "fifty cents", "0.50 yuan"),
    (Money(3.25), "三元二角五分", "3.25元", "three yuan twenty-five", "3.25 yuan"),
    (Money(1.05), "一元零五分", "1.05元", "one yuan and five cents", "1.05 yuan"),
    (Money(math.nan), "没有写明", "未写明", "not stated", "not stated"),
    (clock("00:00"), "夜里十二点", "0:00", "midnight", "0:00"),
    (clock("02:00"), "凌晨两点", "2:00", "two o'clock in the morning", "2:00"),
    (clock("07:05"), "早上七点零五分", "7:05", "seven oh five in the morning", "7:05"),
    (clock("09:00"), "上午九点", "9:00", "nine o'clock in the morning", "9:00"),
    (clock("08:30"), "上午八点半", "8:30", "half past eight in the morning", "8:30"),
    (clock("12:00"), "中午十二点", "12:00", "twelve noon", "12:00"),
    (clock("12:30"), "中午十二点半", "12:30", "half past twelve in the afternoon", "12:30"),
    (clock("14:10"), "下午两点十分", "14:10", "two ten in the afternoon", "14:10"),
    (clock("14:15"), "下午两点一刻", "14:15", "quarter past two in the afternoon", "14:15"),
    (clock("19:40"), "晚上七点四十", "19:40", "seven forty in the evening", "19:40"),
    (day(-1), "昨天", "11月23日周一", "yesterday", "Mon 23 Nov"),
    (day(0), "今天", "11月24日周二", "today", "Tue 24 Nov"),
    (day(1), "明天", "11月25日周三", "tomorrow", "Wed 25 Nov"),
    (day(2), "后天", "11月26日周四", "Thursday", "Thu 26 Nov"),
    (day(3), "星期五", "11月27日周五", "Friday", "Fri 27 Nov"),
    (day(6), "下星期一", "11月30日周一", "Monday the thirtieth of November", "Mon 30 Nov"),
    (day(9), "十二月三号星期四", "12月3日周四", "Thursday the third of December", "Thu 3 Dec"),
    (day(40), "一月三号星期天", "1月3日周日", "Sunday the third of January", "Sun 3 Jan"),
    (
        day(400),
        "二零二七年十二月二十九号星期三",
        "2027年12月29日周三",
        "Wednesday the twenty-ninth of December twenty twenty-seven",
        "Wed 29 Dec 2027",
    ),
    (
        Moment(datetime(2026, 11, 25, 9), TODAY),  # noqa: DTZ001 - local by definition
        "明天上午九点",
        "11月25日周三9:00",
        "tomorrow at nine o'clock in the morning",
        "Wed 25 Nov 9:00",
    ),
    (
        MORNING,
        "上午八点半到十一点半",
        "8:30-11:30",
        "half past eight to half past eleven in the morning",
        "8:30-11:30",
    ),
    (
        span("09:00-12:00"),
        "上午九点到中午十二点",
        "9:00-12:00",
        "nine o'clock in the morning to twelve noon",
        "9:00-12:00",
    ),
    (
        span("08:30-17:00"),
        "上午八点半到下午五点",
        "8:30-17:00",
        "half past eight in the morning to five o'clock in the afternoon",
        "8:30-17:00",
    ),
    (span("00:00-00:00"), "全天二十四小时", "24小时", "all day and all night", "24 hours"),
    (
        Spans((MORNING, AFTERNOON)),
        "上午八点半到十一点半，下午两点到五点",
        "8:30-11:30,14:00-17:00",
        "half past eight to half past eleven in the morning, "
        "and two o'clock to five o'clock in the afternoon",
        "8:30-11:30, 14:00-17:00",
    ),
    (Spans(()), "休息", "休息", "closed", "closed"),
    (
        Week((WORKDAYS,)),
        "星期一到星期五，上午八点半到十一点半，下午两点到五点；星期六和星期天休息",
        "周一至周五8:30-11:30,14:00-17:00;周六、周日休息",
        "Monday to Friday, half past eight to half past eleven in the morning, and two o'clock "
        "to five o'clock in the afternoon; Saturday and Sunday, closed",
        "Mon-Fri 8:30-11:30, 14:00-17:00; Sat, Sun closed",
    ),
    (
        Week((WORKDAYS, WeekRow((5,), (span("09:00-11:30"),)))),
        "星期一到星期五，上午八点半到十一点半，下午两点到五点；"
        "星期六，上午九点到十一点半；星期天休息",
        "周一至周五8:30-11:30,14:00-17:00;周六9:00-11:30;周日休息",
        "Monday to Friday, half past eight to half past eleven in the morning, and two o'clock "
        "to five o'clock in the afternoon; Saturday, nine o'clock to half past eleven in the "
        "morning; Sunday, closed",
        "Mon-Fri 8:30-11:30, 14:00-17:00; Sat 9:00-11:30; Sun closed",
    ),
    (
        Week((WeekRow((0, 2, 4), (MORNING,)),)),
        "星期一、星期三和星期五，上午八点半到十一点半；星期二、星期四、星期六和星期天休息",
        "周一、周三、周五8:30-11:30;周二、周四、周六、周日休息",
        "Monday, Wednesday and Friday, half past eight to half past eleven in the morning; "
        "Tuesday, Thursday, Saturday and Sunday, closed",
        "Mon, Wed, Fri 8:30-11:30; Tue, Thu, Sat, Sun closed",
    ),
    (Week(()), "每天都不开", "不开放", "closed every day", "closed"),
    (
        DayRows(
            (
                DayRow(date(2026, 10, 1), date(2026, 10, 7), ()),
                DayRow(date(2026, 10, 8), date(2026, 10, 8), (MORNING,)),
            ),
            date(2026, 9, 20),
        ),
        "十月一号星期四到十月七号星期三，休息；十月八号星期四，上午八点半到十一点半",
        "10月1日周四至10月7日周三休息;10月8日周四8:30-11:30",
        "Thursday the first of October to Wednesday the seventh of October, closed; "
        "Thursday the eighth of October, half past eight to half past eleven in the morning",
        "Thu 1 Oct-Wed 7 Oct closed; Thu 8 Oct 8:30-11:30",
    ),
    (
        Week((WeekRow(tuple(range(7)), (MORNING,)),)),
        "每天，上午八点半到十一点半",
        "每天8:30-11:30",
        "every day, half past eight to half past eleven in the morning",
        "Every day 8:30-11:30",
    ),
    (
        PhoneNumber("13812345678"),
        "幺三八，幺二三四，五六七八",
        "13812345678",
        "one three eight, one two three four, five six seven eight",
        "13812345678",
    ),
    (
        PhoneNumber("+86 138 1234 5678"),
        "幺三八，幺二三四，五六七八",
        "+86 138 1234 5678",
        "one three eight, one two three four, five six seven eight",
        "+86 138 1234 5678",
    ),
    (
        PhoneNumber("010-66551234"),
        "零幺零，六六五五，幺二三四",
        "010-66551234",
        "zero one zero, six six five five, one two three four",
        "010-66551234",
    ),
    (
        PhoneNumber("0755-88123456"),
        "零七五五，八八幺二，三四五六",
        "0755-88123456",
        "zero seven five five, eight eight one two, three four five six",
        "0755-88123456",
    ),
    (
        PhoneNumber("66551234"),
        "六六五五，幺二三四",
        "66551234",
        "six six five five, one two three four",
        "66551234",
    ),
    (PhoneNumber("120"), "幺二零", "120", "one two zero", "120"),
    (PhoneNumber("12345"), "幺二三四五", "12345", "one two three four five", "12345"),
    (
        PhoneNumber("400-800-1234"),
        "四零零，八零零，幺二三四",
        "400-800-1234",
        "four zero zero, eight zero zero, one two three four",
        "400-800-1234",
    ),
    (PhoneNumber(""), "没有写明", "未写明", "not stated", "not stated"),
    (
        Code("AB123456"),
        "A，B，幺二三，四五六",
        "AB123456",
        "A, B, one two three, four five six",
        "AB123456",
    ),
    (Code("桂花"), "桂花", "桂花", "桂花", "桂花"),
    (Code("lamp"), "lamp", "lamp", "lamp", "lamp"),
    (both("社区食堂", "the canteen"), "社区食堂", "社区食堂", "the canteen", "the canteen"),
    (both("2楼", "floor 2"), "二楼", "2楼", "floor two", "floor 2"),
    (
        both("桂花路12号302室", "12 Osmanthus Road, room 302"),
        "桂花路十二号三零二室",
        "桂花路12号302室",
        "twelve Osmanthus Road, room three hundred and two",
        "12 Osmanthus Road, room 302",
    ),
    (
        both("早上8:30开门", "open from 8:30"),
        "早上八点半开门",
        "早上8:30开门",
        "open from half past eight",
        "open from 8:30",
    ),
    (
        both("2026年要带2个人来", "on the 21st of May 2026"),
        "二零二六年要带两个人来",
        "2026年要带2个人来",
        "on the twenty-first of May twenty twenty-six",
        "on the 21st of May 2026",
    ),
    (
        both("请打010-66551234", "ring 010-66551234"),
        "请打零幺零，六六五五，幺二三四",
        "请打010-66551234",
        "ring zero one zero, six six five five, one two three four",
        "ring 010-66551234",
    ),
    (both("1.5公里", "1.5 km"), "一点五公里", "1.5公里", "one point five km", "1.5 km"),
    (Localised(()), "没有写明", "未写明", "not stated", "not stated"),
    (Words("王阿姨"), "王阿姨", "王阿姨", "王阿姨", "王阿姨"),
    (Words("\x00 \n"), "没有写明", "未写明", "not stated", "not stated"),
    (Words("😀"), "没有写明", "😀", "not stated", "😀"),
    (Listing((ID_CARD,)), "身份证", "身份证", "identity card", "identity card"),
    (
        Listing((ID_CARD, SENIOR_CARD)),
        "身份证和老年卡",
        "身份证、老年卡",
        "identity card and senior card",
        "identity card, senior card",
    ),
    (
        Listing((ID_CARD, SENIOR_CARD, PHOTOS)),
        "身份证、老年卡和两张照片",
        "身份证、老年卡、2张照片",
        "identity card, senior card and two photographs",
        "identity card, senior card, 2 photographs",
    ),
    (Listing(()), "没有写明", "未写明", "not stated", "not stated"),
]


@pytest.mark.parametrize(
    ("value", "expected"),
    [(row[0], row[1:]) for row in TABLE],
    ids=[f"{row[0].kind} {row[4]}" for row in TABLE],
)
def test_says_a_value(value: Value, expected: tuple[str, str, str, str]) -> None:
    """A value sounds and reads as an old person would say and write it, in both languages."""
    said = tuple(
        WORDINGS[language].say(value, channel)
        for language in LANGUAGES
        for channel in ("voice", "sms")
    )
    assert expected == said


times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
spans = st.builds(Span, times, times)
texts = st.text(max_size=40) | st.from_regex(r"[\d:. 年个月日年/-]{1,20}", fullmatch=True)
localised = st.builds(lambda zh, en: Localised((("zh", zh), ("en", en))), texts, texts) | st.just(
    Localised(())
)
dates = st.dates()
rows = st.builds(
    WeekRow,
    st.lists(st.integers(0, 6), max_size=7).map(tuple),
    st.lists(spans, max_size=3).map(tuple),
)
values: st.SearchStrategy[Value] = st.one_of(
    localised,
    st.builds(Words, texts),
    st.builds(PhoneNumber, texts),
    st.builds(Code, texts),
    st.builds(Number, st.integers()),
    st.builds(Money, st.floats()),
    st.builds(Clock, times),
    st.builds(Day, dates, dates),
    st.builds(Moment, st.datetimes(), dates),
    spans,
    st.builds(Spans, st.lists(spans, max_size=3).map(tuple)),
    st.builds(Week, st.lists(rows, max_size=4).map(tuple)),
    st.builds(Listing, st.lists(localised, max_size=4).map(tuple)),
)


@settings(max_examples=400, deadline=None)
@given(value=values, language=st.sampled_from(LANGUAGES))
def test_voice_has_words_and_no_digits(value: Value, language: str) -> None:
    """Whatever the value, something sayable comes out and no digit is left to the voice engine."""
    said = WORDINGS[language].say(value, "voice")
    assert any(map(str.isalnum, said))
    assert not re.search(r"\d", said)


@settings(max_examples=200, deadline=None)
@given(value=values, language=st.sampled_from(LANGUAGES))
def test_sms_is_never_empty(value: Value, language: str) -> None:
    """Whatever the value, a text message gets something to show, without control characters."""
    written = WORDINGS[language].say(value, "sms")
    assert written.strip()
    assert written.isprintable()


@settings(max_examples=200, deadline=None)
@given(digits=st.from_regex(r"[0-9]{1,15}", fullmatch=True))
def test_a_telephone_number_keeps_every_digit(digits: str) -> None:
    """Said digit by digit, a number has all of its digits in their order."""
    spoken = "零幺二三四五六七八九"
    said = WORDINGS["zh"].say(PhoneNumber(digits), "voice").replace("，", "")
    expected = digits.removeprefix("0086")
    assert expected == "".join(str(spoken.index(word)) for word in said if word in spoken)


@settings(max_examples=300, deadline=None)
@given(number=st.integers(0, 10**12 - 1))
def test_chinese_numbers_can_be_read_back(number: int) -> None:
    """A number in Chinese words has exactly the value it came from."""
    said = WORDINGS["zh"].say(Number(number), "voice")
    assert number == read_back(said.replace("两", "二"))


def read_back(words: str) -> int:
    """The value of a Chinese number up to 亿."""
    total = section = digit = 0
    for word in words:
        if word in "零一二三四五六七八九":
            digit = "零一二三四五六七八九".index(word)
        elif word in "十百千":
            section += (digit or 1) * 10 ** ("十百千".index(word) + 1)
            digit = 0
        else:
            total = (total + section + digit) * (10**4 if word == "万" else 10**8)
            section = digit = 0
            if word == "亿":
                return total + read_back(words[words.index("亿") + 1 :])
    return total + section + digit


def changed(language: str, path: str, value: object) -> Any:  # noqa: ANN401 - a broken mapping
    """A wording file with one key set, or taken away with `None`."""
    mapping = copy.deepcopy(read(language))
    at = mapping
    *parents, last = path.split(".")
    for key in parents:
        at = at[key]
    if value is None:
        del at[last]
    else:
        at[last] = value
    return mapping


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("voice.clok", "x", "voice.clok"),
        ("sms.money", None, "sms.money"),
        ("voice.moment", "{day} {hour}", "voice.moment"),
        ("voice.moment", "{day", "voice.moment"),
        ("voice.week.weekdays", ["Mon"], "voice.week.weekdays"),
        ("voice.clock.minutes", {"0": "{hour}"}, "voice.clock"),
        ("voice.clock.minutes", {"soon": "{hour}", "other": "{hour}"}, "voice.clock.minutes"),
        ("voice.clock.periods", [["08:00", "am"]], "voice.clock"),
        ("numbers.rules", {"plain": [[0, "nil"]], "counting": [[0, "nil"]]}, "numbers"),
        ("spelling.drop", "(", "spelling.drop"),
        ("embedded", [{"match": r"\d", "say": "loud"}], "embedded.0.say"),
    ],
    ids=lambda part: part if isinstance(part, str) else None,
)
def test_refuses_a_wrong_file(path: str, value: object, named: str) -> None:
    """A wrong key, field or value is refused with the name of the key."""
    with pytest.raises(DataError, match="^" + re.escape(named)):
        Wording(changed("en", path, value))


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        ({"counting": [[0, "x"], [1, "y"]]}, "plain is missing"),
        ({"plain": [[0, "x"]], "counting": [[5, "y"]]}, "must rise"),
        ({"plain": [[0, "x"], [1, "{tail:nope}"]], "counting": [[0, "x"]]}, "does not exist"),
        ({"plain": [[0, "x"], [1, "{same}"]], "counting": [[0, "x"]]}, "without end"),
    ],
    ids=["missing set", "bases", "unknown set", "endless"],
)
def test_refuses_number_rules_without_end(rules: dict[str, Any], reason: str) -> None:
    """Number rules that cannot say every number are refused when they are read."""
    mapping = changed("zh", "numbers.rules", rules)
    with pytest.raises(DataError, match=reason):
        Wording(mapping)


def test_another_language_needs_data_only() -> None:
    """A mapping with another num2words language speaks that language."""
    mapping = changed("en", "numbers.library", "de")
    channel: Channel = "voice"
    assert Wording(mapping).say(Number(21), channel) == "einundzwanzig"
