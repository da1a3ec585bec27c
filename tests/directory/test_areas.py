from __future__ import annotations

import pytest

from assistant.directory.areas import Area, area


@pytest.mark.parametrize(
    ("text", "buildings", "streets"),
    [
        ("六号楼到九号楼", {6, 7, 8, 9}, set()),
        ("六到九号楼", {6, 7, 8, 9}, set()),
        ("6-9号楼", {6, 7, 8, 9}, set()),
        ("3、5栋", {3, 5}, set()),
        ("我住十二号楼二单元", {12}, set()),
        ("二楼东头", set(), set()),
        ("桂花路12号", set(), {"桂花路"}),
        ("全社区", set(), set()),
        ("Buildings 6 to 9", {6, 7, 8, 9}, set()),
        ("is the water off in building 3", {3}, set()),
        ("9号楼到6号楼", {9, 6}, set()),
    ],
)
def test_buildings_and_streets(text: str, buildings: set[int], streets: set[str]) -> None:
    """Ranges, lists, Chinese figures; a floor is no building."""
    assert area((text,)) == Area(frozenset(buildings), frozenset(streets))


def test_what_covers_what() -> None:
    """A building in the range; somebody who named no place; a notice for all."""
    some = area(("六号楼到九号楼",))
    assert some.covers(area(("七号楼",)))
    assert not some.covers(area(("三号楼",)))
    assert some.covers(area(("停水吗",)))
    assert area(("全社区",)).covers(area(("三号楼",)))
    assert not area(("桂花路",)).covers(area(("和平街",)))
