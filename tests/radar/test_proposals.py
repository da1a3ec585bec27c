from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assistant.cases.topics import load_sorting
from assistant.radar.proposals import OTHER, proposal, rows, templates, where
from assistant.radar.store import Risk

AT = datetime(2026, 11, 25, 2, tzinfo=UTC)


def risk(topic: str, *buildings: int) -> Risk:
    """A risk of that topic in these buildings."""
    return Risk("r1", topic, buildings, (), ("GH000001",), 3, AT, AT, 1e-6, "raised")


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [((), ()), ((3,), ((3, 3),)), ((3, 4, 5, 9), ((3, 5), (9, 9))), ((1, 3), ((1, 1), (3, 3)))],
)
def test_neighbours_are_a_row(numbers: tuple[int, ...], expected: tuple[object, ...]) -> None:
    """3, 4, 5 and 9 are 3 to 5, and 9."""
    assert rows(numbers) == expected


def test_a_place_is_said_in_both_languages() -> None:
    """Buildings 3 to 5 and 9; where none was named, the community."""
    assert where(risk("water", 3, 4, 5, 9), "zh") == "3到5号楼、9号楼"
    assert where(risk("water", 3, 4, 5, 9), "en") == "buildings 3 to 5, building 9"
    assert where(risk("water"), "zh") == "小区里"


def test_a_notice_names_place_and_zone() -> None:
    """The zone has every building for itself, as residents name theirs."""
    found = proposal(risk("water", 3, 4))
    assert found.texts["zh"].startswith("3到4号楼今天")
    assert "buildings 3 to 4" in found.texts["en"]
    assert found.zone == ("3号楼", "4号楼")
    assert "停水" in found.ask


def test_a_topic_without_a_sentence_has_the_general_one() -> None:
    """And is asked for with the words of its topic."""
    found = proposal(risk("noise", 3), "噪音 吵")
    assert found.texts["en"] == proposal(risk("", 3)).texts["en"]
    assert found.ask == "噪音 吵"


def test_every_sentence_is_about_a_topic_there_is() -> None:
    """A renamed topic would lose its notice unseen."""
    assert set(templates()) - {OTHER} <= set(load_sorting().topics)
