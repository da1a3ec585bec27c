from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from assistant.benchmarks import endpointing
from assistant.benchmarks.pauses import Pair, Part, recorded_pairs, splice, trimmed
from assistant.core.errors import DataError
from assistant.speech.patience import Patience

if TYPE_CHECKING:
    from pathlib import Path

PAUSES_S = (0.75, 2.5)


@pytest.fixture(scope="module")
def figures(shared: Path) -> dict[str, Any]:
    """A small form of the benchmark: fewer pauses and pairs, the same sounds."""
    beds = ("still", "television")
    return endpointing.run(shared / "data/audio", pauses_s=PAUSES_S, beds=beds, recorded=2)


def test_hardly_anybody_is_cut_off(figures: dict[str, Any]) -> None:
    """At the default patience at most 2 % of utterances with a pause lose their second piece."""
    assert figures["utterances"] == len(PAUSES_S) * 2 * 18
    assert figures["cut_off"] <= 0.02
    assert figures["missed"] <= 0.02


def test_no_answer_is_begun_in_a_pause_of_under_a_second(figures: dict[str, Any]) -> None:
    """Three quarters of a second is a pause for breath, whatever the words."""
    assert figures["by_pause"]["0.75"]["begun_early"] == 0
    assert figures["by_pause"]["2.50"]["begun_early"] > 0


def test_the_end_is_told_in_time(figures: dict[str, Any]) -> None:
    """Half of the answers begin within 40 ms of the 1.6 s, and most within 0.3 s."""
    assert abs(figures["late_ms"]["p50"]) <= 40
    assert figures["false_waits"] <= 0.2


def test_an_impatient_line_would_cut_people_off(shared: Path) -> None:
    """The figure can be bad: an end after 0.4 s that joins nothing loses the second pieces."""
    hasty = Patience(end_s=0.4, join_s=0.0)
    found = endpointing.run(
        shared / "data/audio", pauses_s=(1.5,), beds=("still",), recorded=0, patience=hasty
    )
    assert found["by_kind"]["whole"]["cut_off"] > 0.9
    assert found["by_kind"]["half"]["cut_off"] < 0.2


def test_a_pause_is_as_long_as_it_says() -> None:
    """Between the edges of a spliced pair lies the pause, in silence."""
    tone = (8000 * np.sin(np.arange(4000))).astype(np.int16)
    part = Part("a", "en", tone)
    chance = np.random.default_rng(2)
    spliced = splice(Pair("whole", part, part), 1.25, "still", [], chance)
    _, ends, begins, _ = spliced.edges
    assert begins - ends == pytest.approx(1.25)
    between = spliced.wave[round(ends * 8000) + 10 : round(begins * 8000) - 10]
    assert np.abs(between).max() < 100
    assert np.abs(spliced.wave[round(begins * 8000) + 10 :][:3000]).max() > 7000


def test_edges_are_cut_to_the_voice() -> None:
    """What lies before and after the voice is not part of a piece; silence is nothing."""
    tone = (8000 * np.sin(np.arange(4000))).astype(np.int16)
    quiet = np.zeros(1600, np.int16)
    assert trimmed(np.concatenate([quiet, tone, quiet])).size == tone.size
    assert trimmed(quiet).size == 0


def test_a_manifest_without_columns_is_named(tmp_path: Path) -> None:
    """A folder without recordings gives none; a table that cannot be read says so."""
    chance = np.random.default_rng(1)
    assert recorded_pairs(tmp_path, 3, chance) == []
    (tmp_path / "manifest.tsv").write_text("file\tlang\na.wav\ten\n", encoding="utf-8")
    with pytest.raises(DataError, match="mend the table"):
        recorded_pairs(tmp_path, 3, chance)
