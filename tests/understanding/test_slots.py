from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.core.intent import ServiceHit
from assistant.understanding.slots import read_slots

NOW = datetime(2026, 11, 25, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
CANTEEN = ServiceHit("canteen", 1.0, "食堂")


class Finder:
    """A directory with one canteen."""

    def find(self, text: str, language: str) -> tuple[ServiceHit, ...]:
        """The canteen where it is named."""
        return (CANTEEN,) if "食堂" in text or ("canteen" in text and language == "en") else ()


@pytest.mark.parametrize(
    ("text", "language", "filled"),
    [
        ("食堂在哪", "zh", {"service": "canteen"}),
        ("我住桂花路12号三号楼", "zh", {"place": "桂花路12号三号楼"}),
        ("三号楼二单元的灯坏了", "zh", {"place": "三号楼二单元"}),
        ("五栋二单元漏水", "zh", {"place": "五栋二单元"}),
        ("一楼楼道灯不亮", "zh", {"place": "一楼楼道"}),
        ("我家在菜市场对面", "zh", {"place": "菜市场对面"}),
        ("我找不到路", "zh", {}),
        ("building 3", "en", {"place": "building 3"}),
        ("the lift in block four is broken", "en", {"place": "block four"}),
        ("opposite the market", "en", {"place": "opposite the market"}),
        ("i live at 12 osmanthus road", "en", {"place": "12 osmanthus road"}),
        ("the light on the third floor is out", "en", {"place": "third floor"}),
        (
            "明天上午十点给我打13800138000",
            "zh",
            {"time": ["2026-11-26T10:00:00+08:00"] * 2, "phone": "13800138000"},
        ),
        (
            "ring me at three on oh one four double two six three seven eight",
            "en",
            {"time": ["2026-11-25T15:00:00+08:00"] * 2, "phone": "014226378"},
        ),
        ("案子GH000123办得怎么样", "zh", {"case": "GH000123"}),
        ("我要三份午饭", "zh", {"quantity": 3.0}),
        ("两个半", "zh", {"quantity": 2.5}),
        ("two portions of rice please", "en", {"quantity": 2.0}),
        ("他要我五万块", "zh", {"money": 50000.0}),
        ("十二块五", "zh", {"money": 12.5}),
        ("they want 500 pounds", "en", {"money": 500.0}),
        ("it was £3.50", "en", {"money": 3.5}),
        ("the second", "en", {"choice": 2}),
        ("1", "zh", {"choice": 1}),
        (
            "三号",
            "zh",
            {"choice": 3, "time": ["2026-12-03T00:00:00+08:00", "2026-12-04T00:00:00+08:00"]},
        ),
        ("等一下", "zh", {}),
        ("请稍等，我找找卡", "zh", {}),
        ("请讲普通话", "zh", {"language": "zh"}),
        ("english please", "zh", {"language": "en"}),
        ("第二个", "zh", {"choice": 2}),
        ("你好", "zh", {}),
        ("", "zh", {}),
    ],
    ids=str,
)
def test_slots_are_filled(text: str, language: str, filled: dict[str, Any]) -> None:
    """What was said fills its slot and no other."""
    assert read_slots(text, language, NOW, Finder()).as_json() == filled


def test_the_list_and_the_case_words_are_those_of_the_conversation() -> None:
    """Choices beyond the list are refused, case words in use are found."""
    assert read_slots("第五个", "zh", NOW, Finder(), choices=3).choice is None
    assert read_slots("桂花", "zh", NOW, Finder(), case_words=("桂花",)).case == "桂花"


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80), st.sampled_from(["zh", "en"]))
def test_any_text_is_answered(text: str, language: str) -> None:
    """No text of a resident raises, and a text is read the same way each time."""
    slots = read_slots(text, language, NOW, Finder())
    assert slots == read_slots(text, language, NOW, Finder())
    assert slots.choice is None or slots.choice >= 0


def test_a_very_long_text_is_answered() -> None:
    """Ten thousand characters are cut, not chewed."""
    assert read_slots("嗯" * 10_000, "zh", NOW, Finder()).as_json() == {}
