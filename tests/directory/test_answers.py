from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from assistant.core.answer import SHAPES, Browse, CaseStatus, Fact, Field, Found, Lookup
from assistant.core.interval import Grain, Interval
from assistant.core.service import Organization, Records, Schedule, Service
from assistant.core.values import (
    Clock,
    Day,
    Listing,
    Localised,
    Moment,
    PhoneNumber,
    Span,
    Spans,
    Week,
)
from assistant.directory.answers import answer, answer_query
from assistant.directory.search import Index
from assistant.directory.vouching import Vouching
from tests.directory.demo_community import demo_index, demo_records, service

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=ZONE)
"A Wednesday."

PARAMS = {
    "phone.known": {"number": PhoneNumber},
    "hours.week": {"week": Week},
    "hours.day": {"day": Day, "spans": Spans},
    "hours.day_closed": {"day": Day, "next": Moment},
    "hours.as_written": {"text": Localised, "phone": PhoneNumber},
    "open_now.open": {"until": Clock},
    "open_now.always": {},
    "open_now.closed": {"next": Moment},
    "open_now.closed_for_good": {},
    "address.known": {"address": Localised},
    "address.landmark": {"address": Localised, "landmark": Localised},
    "fee.known": {"fee": Localised},
    "fee.free": {},
    "documents.known": {"documents": Listing},
    "documents.none": {},
    "eligibility.known": {"who": Localised},
    "eligibility.everyone": {},
    "transport.known": {"way": Localised},
    "summary.known": {"what": Localised},
    "roster.known": {"day": Day, "items": Listing},
    "notice.known": {"text": Localised},
}
FIELDS = [field for field in SHAPES if field not in {"roster", "notice"}]


def ask(
    field: Field,
    name: str = "",
    words: str = "",
    *,
    when: Interval | None = None,
    now: datetime = NOW,
    language: str = "zh",
) -> Found:
    """Put one question to the demo community."""
    services = (service(name).id,) if name else ()
    query = Lookup((field,), services, words, language, when)
    return answer(demo_records(), demo_index(), query, now)


def fact(field: Field, name: str = "", words: str = "", **more: object) -> Fact:
    """The one fact of an answer."""
    (found,) = ask(field, name, words, **more).facts  # type: ignore[arg-type]
    return found


def param(found: Fact, name: str) -> object:
    """One parameter of a fact."""
    return dict(found.params)[name]


def day(text: str, grain: Grain = "day", begin: int = 0, end: int = 24) -> Interval:
    """Hours of a day, or all of it."""
    midnight = datetime.fromisoformat(text).replace(tzinfo=ZONE)
    return Interval(midnight + timedelta(hours=begin), midnight + timedelta(hours=end), grain)


def build(**more: object) -> tuple[Records, Index, str]:
    """A directory of one service."""
    one = Service(id="s", name="茶室", organization=Organization("o", "茶"))
    records = Records(services=(replace(one, **more),))  # type: ignore[arg-type]
    return records, Index(records), "s"


def ask_one(field: Field, now: datetime = NOW, **more: object) -> Fact:
    """One fact about a service made up for the test."""
    records, index, identifier = build(**more)
    (found,) = answer(records, index, Lookup((field,), (identifier,)), now).facts
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("field", FIELDS)
def test_every_field_of_every_service_is_answered(field: Field, language: str) -> None:
    """In both languages, in a shape that has a prompt, with just its parameters and a value."""
    for item in demo_records().services:
        found = fact(field, item.name, language=language)
        assert found.shape in SHAPES[field]
        assert found.service == item.id
        if found.shape == "unknown":
            assert {name: type(v) for name, v in found.params} == {"phone": PhoneNumber}
            continue
        kinds = {name: type(value) for name, value in found.params}
        assert kinds == PARAMS[f"{field}.{found.shape}"]
        assert found.value
        assert found.name.text(language)
        for value in dict(found.params).values():
            texts = value.items if isinstance(value, Listing) else (value,)
            for text in texts:
                if isinstance(text, Localised):
                    assert {name for name, said in text.texts if said} == {"zh", "en"}


@pytest.mark.parametrize(
    ("field", "name", "shape", "value"),
    [
        ("phone", "老年食堂", "known", "0571-88001015"),
        ("phone", "水电维修", "known", "13800001018"),
        ("hours", "社区服务中心", "week", "MO-FR 08:30-11:30,14:00-17:00; SA 09:00-11:30"),
        ("hours", "中医理疗科", "week", "MO,WE,FR 08:30-11:30,14:00-16:30; SA 08:30-11:30"),
        ("hours", "燃气服务站", "week", "MO-SU 00:00-23:59"),
        ("hours", "安宁疗护", "as_written", "先打电话问"),
        ("hours", "防诈骗宣传点", "as_written", "每月第一个星期六上午九点到十一点"),
        ("open_now", "社区服务中心", "open", "open"),
        ("open_now", "手机课堂", "closed", "closed"),
        ("open_now", "桂花老年大学", "closed", "closed"),
        ("open_now", "安宁疗护", "unknown", ""),
        ("address", "桂花药店", "landmark", "桂花路22号; 菜市场对面，红门那家"),
        ("fee", "桂花图书室", "free", "free"),
        ("fee", "桂花菜市场", "unknown", ""),
        ("documents", "桂花图书室", "none", "none"),
        ("documents", "高龄津贴", "known", "身份证; 户口本; 本人的银行卡"),
        ("eligibility", "桂花图书室", "everyone", "everyone"),
        ("eligibility", "高龄津贴", "known", "户口在本市、满八十岁的老人"),
        ("transport", "桂花药店", "known", "坐3路到桂花路站，往回走两分钟"),
        ("summary", "理发店", "known", "给老人理发，走不动的上门。"),
    ],
)
def test_what_the_demo_community_answers(field: Field, name: str, shape: str, value: str) -> None:
    """A table of answers as the journal has them."""
    found = fact(field, name)
    assert (found.shape, found.value) == (shape, value)


def test_values_come_in_the_language_asked_for() -> None:
    """An English question is journalled with English texts."""
    assert fact("transport", "桂花药店", language="en").value.startswith("take bus 3")
    assert fact("documents", "高龄津贴", language="en").value.startswith("identity card;")
    assert fact("address", "老年食堂", language="en").value == (
        "12 Osmanthus Road, ground floor, north side; "
        "Beside the old water tower, the yard with yellow walls"
    )


def test_open_now_tells_until_when() -> None:
    """In the morning it is open until the lunch break."""
    assert param(fact("open_now", "社区服务中心"), "until") == Clock(time(11, 30))


def test_closed_now_tells_when_it_opens_next() -> None:
    """In the lunch break it opens again the same afternoon."""
    noon = NOW.replace(hour=12)
    following = param(fact("open_now", "社区服务中心", now=noon), "next")
    assert following == Moment(datetime(2026, 11, 25, 14, 0, tzinfo=ZONE), date(2026, 11, 25))


def test_now_may_come_in_another_zone() -> None:
    """The clock of the service may run on UTC."""
    assert fact("open_now", "社区服务中心", now=NOW.astimezone(UTC)).shape == "open"


@pytest.mark.parametrize(
    ("when", "shape", "value"),
    [
        (day("2026-11-25"), "day", "2026-11-25 08:30-11:30,14:00-17:00"),
        (day("2026-11-25", "window", 14, 18), "day", "2026-11-25 08:30-11:30,14:00-17:00"),
        (day("2026-11-28"), "day", "2026-11-28 09:00-11:30"),
        (day("2026-11-29"), "day_closed", "2026-11-29 closed"),
        (
            Interval(NOW, NOW, "instant"),
            "day",
            "2026-11-25 08:30-11:30,14:00-17:00",
        ),
        (
            Interval(NOW, NOW + timedelta(days=3)),
            "days",
            "2026-11-25/2026-11-27 08:30-11:30,14:00-17:00; 2026-11-28 09:00-11:30",
        ),
        (Interval(NOW, None, "open"), "week", "MO-FR 08:30-11:30,14:00-17:00; SA 09:00-11:30"),
    ],
    ids=["today", "this afternoon", "Saturday", "Sunday", "instant", "days", "from then on"],
)
def test_hours_of_the_time_asked_about(when: Interval, shape: str, value: str) -> None:
    """One day is answered with that day, anything longer with the usual week."""
    found = fact("hours", "社区服务中心", when=when)
    assert (found.shape, found.value) == (shape, value)


def test_a_closed_day_tells_the_next_opening_after_it() -> None:
    """On a Sunday the office opens again on Monday, even if it is open today."""
    found = fact("hours", "社区服务中心", when=day("2026-11-29"))
    assert param(found, "day") == Day(date(2026, 11, 29), date(2026, 11, 25))
    assert param(found, "next") == Moment(
        datetime(2026, 11, 30, 8, 30, tzinfo=ZONE), date(2026, 11, 25)
    )


def test_a_closure_is_told_with_its_reason() -> None:
    """The library counts its books on a Sunday it is usually open."""
    found = fact("hours", "桂花图书室", when=day("2026-11-29"))
    assert found.shape == "day_closed"
    assert found.notice is not None
    assert found.notice.text("zh") == "盘点图书，停一天"
    assert fact("hours", "桂花图书室", when=day("2026-11-28")).notice is None


def test_a_monthly_day_is_found() -> None:
    """The scam desk is there on the first Saturday of December."""
    found = fact("hours", "防诈骗宣传点", when=day("2026-12-05"))
    assert found.value == "2026-12-05 09:00-11:00"
    assert param(found, "spans") == Spans((Span(time(9), time(11)),))


def test_temporarily_closed_comes_first_and_tells_when_it_opens() -> None:
    """Every fact about the school carries the notice; it opens after the building work."""
    for field in FIELDS:
        notice = fact(field, "桂花老年大学").notice
        assert notice is not None
        assert "装修" in notice.text("zh")
    following = param(fact("open_now", "桂花老年大学"), "next")
    assert following == Moment(datetime(2027, 2, 1, 9, 0, tzinfo=ZONE), date(2026, 11, 25))


def test_an_alert_comes_with_every_fact() -> None:
    """The activity room's alert is there in both languages."""
    notice = fact("phone", "老年活动室").notice
    assert notice is not None
    assert notice.text("en").startswith("From the first of December")


def test_what_nobody_checked_for_long_is_stale() -> None:
    """The post office was checked over a year ago; the canteen this autumn."""
    assert fact("phone", "邮政代办点").age == "stale"
    assert fact("phone", "老年食堂").age == "fresh"
    query = Lookup(("phone",), (service("老年食堂").id,))
    (found,) = answer(demo_records(), demo_index(), query, NOW, Vouching(1)).facts
    assert found.age == "stale"


@pytest.mark.parametrize("status", ["inactive", "defunct"])
def test_what_is_gone_is_closed_for_good(status: str) -> None:
    """A service that is given no more is not open, whatever its schedule says."""
    always = Schedule("r", "WEEKLY", byday=("WE",), opens_at=time(8), closes_at=time(20))
    found = ask_one("open_now", status=status, schedules=(always,))
    assert (found.shape, found.value) == ("closed_for_good", "closed")


def test_closed_for_now_without_an_end_has_no_next_opening() -> None:
    """Nobody knows when it opens; it is closed, with a notice though no one wrote why."""
    always = Schedule("r", "WEEKLY", byday=("WE",), opens_at=time(8), closes_at=time(20))
    found = ask_one("open_now", status="temporarily closed", schedules=(always,))
    assert (found.shape, found.value, found.params) == ("closed_for_good", "closed", ())
    assert found.notice is not None


@pytest.mark.parametrize("field", FIELDS)
def test_a_service_nobody_described_is_unknown_in_everything(field: Field) -> None:
    """Nothing is made up; without a number there is none to ask."""
    found = ask_one(field)
    assert (found.shape, found.value, found.params, found.age) == ("unknown", "", (), "unsure")


def test_hours_that_cannot_be_believed_are_unknown_and_unsure() -> None:
    """Closing before opening says nothing about today."""
    slip = Schedule("r", "WEEKLY", byday=("WE",), opens_at=time(15), closes_at=time(6))
    found = ask_one("hours", schedules=(slip,), assured_date=date(2026, 11, 1))
    assert (found.shape, found.age) == ("unknown", "unsure")


def test_words_find_the_service() -> None:
    """A question in a resident's words is answered about the best service, and tells its hit."""
    found = ask("phone", words="哎姑娘我问一下那个老年食堂电话多少啊")
    assert found.facts[0].value == "0571-88001015"
    assert found.hits[0].service == service("老年食堂").id


def test_a_tie_is_asked_not_guessed() -> None:
    """Two services named in one breath become rivals, and no fact is told."""
    found = ask("phone", words="图书室和棋牌室的电话")
    assert found.facts == ()
    assert {choice.name.text("zh") for choice in found.rivals} == {"桂花图书室", "老年活动室"}
    assert all(choice.is_service for choice in found.rivals)


@pytest.mark.parametrize("words", ["", "电话多少", "今天天气怎么样"])
def test_words_about_nothing_get_an_empty_answer(words: str) -> None:
    """No service, no facts, no rivals."""
    assert ask("phone", words=words) == Found()


def test_an_unknown_service_gets_an_empty_answer() -> None:
    """An id that left the directory since it was spoken of."""
    query = Lookup(("phone",), ("gone",))
    assert answer(demo_records(), demo_index(), query, NOW) == Found()


def test_two_fields_give_two_facts_in_order() -> None:
    """Who can help is answered with what they do and their number."""
    query = Lookup(("summary", "phone"), (), "轮椅坏了")
    found = answer(demo_records(), demo_index(), query, NOW)
    assert [item.field for item in found.facts] == ["summary", "phone"]


@pytest.mark.parametrize(
    ("words", "when", "items"),
    [
        ("老年食堂中午吃啥", None, "红烧肉"),
        ("食堂今天有什么菜", None, "肉末茄子"),
        ("今天吃什么", None, "肉末茄子"),
        ("食堂明天吃什么", day("2026-11-26"), "鸡块炖蘑菇"),
        ("冬至那天食堂吃啥", day("2026-12-22"), "羊肉汤"),
        ("今天哪个大夫坐诊", None, "赵大夫"),
        ("李大夫在不在", None, "李大夫"),
        ("明天哪个律师", day("2026-11-26"), "林律师"),
        ("饺子哪天有", day("2026-11-28"), "饺子"),
        ("what is for lunch at the canteen", None, "aubergine"),
        ("which doctor is on duty", None, "Doctor Li"),
    ],
)
def test_rosters_are_chosen_by_words_and_day(words: str, when: Interval | None, items: str) -> None:
    """The menu or the doctor of the day asked about; a dated roster wins over the weekly one."""
    now = NOW - timedelta(days=2) if items == "红烧肉" else NOW
    language = "en" if words.isascii() else "zh"
    found = fact("roster", "", words, when=when, now=now, language=language)
    assert found.shape == "known"
    assert found.service
    assert items in found.value
    assert isinstance(param(found, "items"), Listing)


def test_a_day_off_the_roster_tells_the_next_one() -> None:
    """No lawyer on a Wednesday: that is said, and that he is there on Thursday."""
    found = fact("roster", "", "今天哪个律师值班", when=day("2026-11-25"))
    assert found.shape == "next"
    assert param(found, "asked") == Day(NOW.date(), NOW.date())
    assert param(found, "day") == Day(date(2026, 11, 26), NOW.date())
    assert found.value == "林律师"


def test_asked_without_a_day_the_next_time_is_told() -> None:
    """Which day is the lawyer there, which day is there ribbonfish?"""
    found = fact("roster", "", "律师哪天在")
    assert (found.shape, param(found, "day")) == ("known", Day(date(2026, 11, 26), NOW.date()))
    found = fact("roster", "", "食堂哪天有带鱼")
    assert (found.shape, param(found, "day")) == ("known", Day(date(2026, 11, 27), NOW.date()))


def test_a_roster_that_has_run_out_is_unknown_with_a_number() -> None:
    """Nothing within two weeks: nothing is made up."""
    over = replace(
        next(row for row in demo_records().rosters if row.roster == "legal_lawyer"),
        valid_to=date(2026, 11, 1),
    )
    records = replace(demo_records(), rosters=(over,))
    query = Lookup(("roster",), (over.service,), "律师哪天在")
    (found,) = answer(records, demo_index(), query, NOW).facts
    assert (found.shape, found.params) == (
        "unknown",
        (("phone", PhoneNumber("0571-88001034")),),
    )


@pytest.mark.parametrize("words", ["图书室今天谁在", "今天天气怎么样"])
def test_what_has_no_roster_gets_none(words: str) -> None:
    """A service without a roster, or no service at all."""
    assert ask("roster", words=words).facts == ()


@pytest.mark.parametrize(
    ("words", "when", "texts"),
    [
        ("今天停水吗", None, ["停水"]),
        ("家里没水了,是通知停的吗", None, ["停水"]),
        ("is the water off", None, ["water"]),
        ("明天停水吗", day("2026-11-26"), []),
        ("今天停电吗", day("2026-11-25"), []),
        ("什么时候停电", None, ["停电"]),
        ("停气通知说几点恢复", None, []),
        ("七号楼停水吗", None, ["停水"]),
        ("十一月三十号停电吗", day("2026-11-30"), ["停电"]),
        ("电梯检修到啥时候", day("2026-11-26"), ["电梯"]),
        ("供暖今年哪天开始", None, ["供暖"]),
        ("有没有打疫苗的通知", None, ["疫苗"]),
        ("你好", None, []),
    ],
)
def test_notices_are_chosen_by_topic_and_day(
    words: str, when: Interval | None, texts: list[str]
) -> None:
    """Only what is announced for the day, and only about what was asked."""
    language = "en" if words.isascii() else "zh"
    found = ask("notice", words=words, when=when, language=language).facts
    assert [text in item.value for item, text in zip(found, texts, strict=True)] == [True] * len(
        texts
    )


def test_asked_for_any_notice_what_is_on_is_told_but_not_everything() -> None:
    """At most three, all of today."""
    found = ask("notice", words="今天有没有什么通知").facts
    assert len(found) == 3
    assert all(item.service is None and item.field == "notice" for item in found)


@pytest.mark.parametrize(
    ("words", "shape"),
    [
        ("停水吗", "known"),
        ("七号楼停水吗", "known"),
        ("三号楼停水吗", "elsewhere"),
        ("is the water off in building 8", "known"),
        ("is the water off in building 3", "elsewhere"),
        ("什么时候停电", "ahead"),
        ("三号楼有没有打疫苗的通知", "known"),
    ],
)
def test_a_notice_holds_where_it_says(words: str, shape: str) -> None:
    """Buildings six to nine have no water; building three hears that it is elsewhere."""
    language = "en" if words.isascii() else "zh"
    assert fact("notice", "", words, language=language).shape == shape


def test_a_notice_ahead_tells_its_day() -> None:
    """The power goes off on Monday."""
    assert param(fact("notice", "", "什么时候停电"), "from") == Day(date(2026, 11, 30), NOW.date())


def test_browsing_and_other_queries() -> None:
    """The one entry for queries: a walk by keys works, a case is not in the directory."""
    records, index = demo_records(), demo_index()
    assert len(answer_query(records, index, Browse(), NOW).choices) == 3
    assert answer_query(records, index, CaseStatus("AB123456"), NOW) == Found()
    query = Lookup(("phone",), (service("老年食堂").id,))
    assert answer_query(records, index, query, NOW) == ask("phone", "老年食堂")
