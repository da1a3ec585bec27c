from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.understanding.times import parse_time, prepare

WORDS = (
    "今天 明天 后天 大后天 上礼拜 下礼拜三 周末 初八 十五 正月 腊月 二十三 八月十五 "
    "月底 年底 国庆 以后 之前 之后 上午 下午 晚上 晌午 三点 半 差五分 一刻 到 十二点 "
    "过两天 半小时后 12.3 12月3日 31 0 99 号 年 月 不是 改成 2026-02-30 : 8:99 "
    "today tomorrow next wednesday tuesday week a fortnight on the third of february 30th half "
    "nine quarter to from 2 till 4 am pm before after noon midnight in two days the end of the "
    "month christmas holiday 25/25 not no change to 1e9"
)
PIECES = WORDS.split()
NOWS = st.datetimes(datetime(2004, 1, 2), datetime(2090, 12, 30)).map(  # noqa: DTZ001
    lambda moment: moment.replace(tzinfo=ZoneInfo("Asia/Shanghai"))
)
SPOKEN = st.lists(st.sampled_from(PIECES), max_size=7)


@settings(max_examples=300, deadline=None)
@given(SPOKEN, st.sampled_from(["", " "]), st.sampled_from(["zh", "en"]), NOWS)
def test_any_mixture_of_time_words_is_answered(
    pieces: list[str], joint: str, language: str, now: datetime
) -> None:
    """No exception, an aware interval, and never an end before its start."""
    found = parse_time(joint.join(pieces), language, now)
    if found is None:
        return
    ends = [moment for moment in (found.start, found.end) if moment is not None]
    assert ends
    assert all(moment.tzinfo is not None for moment in ends)
    assert ends == sorted(ends)
    assert (found.grain == "instant") == (len(ends) == 2 and ends[0] == ends[1])


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60), st.sampled_from(["zh", "en", "fr"]))
def test_any_text_is_answered(text: str, language: str) -> None:
    """Emoji and foreign scripts are no reason to fail; no span ends before it begins."""
    found = parse_time(text, language, datetime(2026, 11, 25, 9, tzinfo=UTC))
    if found is not None and found.start is not None and found.end is not None:
        assert found.start <= found.end


def test_the_site_may_lie_where_clocks_change() -> None:
    """The wall clock is kept over the change to summer time."""
    london = ZoneInfo("Europe/London")
    found = parse_time("tomorrow at nine", "en", datetime(2026, 3, 28, 15, tzinfo=london))
    assert found is not None
    assert found.start == datetime(2026, 3, 29, 9, tzinfo=london)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_very_long_text_is_answered_quickly(language: str) -> None:
    """Ten thousand characters take no longer than a sentence: under 20 ms, here with room."""
    now = datetime(2026, 11, 25, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    prepare(now.date())
    parse_time("明天", "zh", now)
    begun = time.perf_counter()
    parse_time("下礼拜三上午九点 tomorrow at nine 12.3 " * 300, language, now)
    assert timedelta(seconds=time.perf_counter() - begun) < timedelta(milliseconds=100)
