from __future__ import annotations

from dataclasses import replace

from assistant.core.service import Category, Records
from assistant.directory.browse import browse
from tests.directory.demo_community import demo_records, service

PAGE = 3


def test_the_top_has_three_branches_in_the_offices_order() -> None:
    """What a caller without words hears first fits one page of choices."""
    found = browse(demo_records(), None)
    assert [choice.name.text("zh") for choice in found] == [
        "看病和照顾",
        "吃饭和家务",
        "办事和学习",
    ]
    assert [choice.name.text("en") for choice in found] == [
        "Health and care",
        "Meals and the home",
        "Papers and learning",
    ]
    assert not any(choice.is_service for choice in found)


def test_every_service_is_reached_once_and_no_list_is_long() -> None:
    """Walking the whole tree meets each service in one leaf of at most five."""
    met: list[str] = []
    waiting: list[str | None] = [None]
    while waiting:
        found = browse(demo_records(), waiting.pop())
        assert len(found) <= (5 if found[0].is_service else PAGE)
        met += [choice.id for choice in found if choice.is_service]
        waiting += [choice.id for choice in found if not choice.is_service]
    assert sorted(met) == sorted(item.id for item in demo_records().services)


def test_an_unknown_category_has_no_choices() -> None:
    """An id that is no category's gives nothing."""
    assert browse(demo_records(), "nowhere") == ()


def test_what_is_no_longer_given_is_not_offered() -> None:
    """A defunct service and the category it leaves empty disappear."""
    gone = replace(service("老年食堂"), status="defunct", categories=("c",))
    records = Records(services=(gone,), categories=(Category("c", "吃饭"),))
    assert browse(records, None) == ()
    assert browse(records, "c") == ()


def test_a_circle_of_categories_ends() -> None:
    """Two categories that are each other's parent do not hang the walk."""
    records = Records(categories=(Category("a", "甲", "b"), Category("b", "乙", "a")))
    assert browse(records, None) == ()
    assert browse(records, "a") == ()
