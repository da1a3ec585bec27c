"""Which suggestions are proposed as one: arithmetic on small tables, and figures on made ones."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

from assistant.cases.topics import load_sorting
from assistant.radar.clusters import Report, likeness
from assistant.radaring import Wording
from assistant.themes.grouping import ACROSS, ONE_TOPIC, distances, groups, nearest
from tests.houses import trees_learnt

SAID = Path(__file__).with_name("suggestions.yaml")
NOW = datetime(2026, 11, 25, tzinfo=UTC)


def test_one_topic_brings_nearer_and_two_languages_are_compared_by_it_alone() -> None:
    """Words of two languages cannot be compared; no topic is not a topic."""
    alike = np.array([[1.0, 0.3, 0.9], [0.3, 1.0, 0.9], [0.9, 0.9, 1.0]])
    apart = distances(alike, ["green", "green", "green"], ["zh", "zh", "en"])
    assert apart[0, 1] == pytest.approx(1 - 0.3 - ONE_TOPIC)
    assert apart[0, 2] == pytest.approx(1 - ACROSS)
    assert np.diag(apart).tolist() == [0, 0, 0]
    without = distances(alike, ["", "", "green"], ["zh", "zh", "en"])
    assert without[0, 1] == pytest.approx(0.7)
    assert without[0, 2] == 1


def test_groups_have_two_or_more_and_the_largest_stands_first() -> None:
    """What is like nothing is in no group."""
    apart = np.ones((6, 6))
    for group in ((0, 3), (1, 2, 5)):
        for one, other in combinations(group, 2):
            apart[one, other] = apart[other, one] = 0.2
    np.fill_diagonal(apart, 0)
    assert groups(apart) == ((1, 2, 5), (0, 3))
    assert groups(np.zeros((1, 1))) == ()


def test_a_new_one_is_proposed_for_the_theme_it_is_nearest_to() -> None:
    """By the mean of its distances; far from all of them, for none."""
    apart = np.array(
        [
            [0.0, 1.0, 0.3, 0.5, 0.95],
            [1.0, 0.0, 0.99, 0.98, 0.97],
            [0.3, 0.99, 0.0, 0.1, 0.9],
            [0.5, 0.98, 0.1, 0.0, 0.9],
            [0.95, 0.97, 0.9, 0.9, 0.0],
        ]
    )
    assert nearest(apart, ["", "", "a", "a", "b"]) == {0: "a"}
    assert nearest(apart, [""] * 5) == {}


def test_what_is_proposed_of_made_ones_mostly_belongs_together() -> None:
    """At least 85 of 100 proposed pairs, and 65 of 100 pairs that belong together are proposed."""
    said = YAML(typ="safe").load(SAID.read_text("utf-8"))
    wording = Wording(trees_learnt().library.examples)
    sorting = load_sorting()
    ideas: list[str] = []
    topics: list[str] = []
    reports: list[Report] = []
    for language, by_idea in said.items():
        for idea, texts in by_idea.items():
            for text in texts:
                code = str(len(reports))
                ideas.append(f"{idea} {language} {code}" if idea == "single" else idea)
                topics.append(sorting.topic(text))
                features = wording.features(text, language)
                none: frozenset[int] = frozenset()
                reports.append(Report(code, NOW, code, "", language, none, frozenset(), *features))
    languages = [one.language for one in reports]
    found = groups(distances(likeness(reports, reports), topics, languages))
    proposed = {pair for places in found for pair in combinations(sorted(places), 2)}
    wanted = {
        pair for pair in combinations(range(len(ideas)), 2) if ideas[pair[0]] == ideas[pair[1]]
    }
    assert len(proposed & wanted) / len(proposed) >= 0.85
    assert len(proposed & wanted) / len(wanted) >= 0.65
