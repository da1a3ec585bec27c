from __future__ import annotations

import pytest

from assistant.speech.patience import Layer, Patience, inherited, lengthened

SITE: Layer = {"start_s": 8.0, "end_s": 1.6, "max_s": 30.0}


@pytest.mark.parametrize(
    ("layers", "start_s", "end_s"),
    [
        ([], 8.0, 1.6),
        ([{"end_s": 1.4}], 8.0, 1.4),
        ([{"end_s": 1.4}, {"end_s": 0.8}], 8.0, 0.8),
        ([{"end_s": 1.4}, {"start_s": 5.0}], 5.0, 1.4),
        ([{}, {"end_s": 0.8}, {"start_s": 12.0, "end_s": 2.5}], 12.0, 2.5),
        ([{}, {"end_s": 0.8}, {"start_s": 12.0, "end_s": 2.5}, {"start_s": 20.0}], 20.0, 2.5),
    ],
    ids=["site", "language", "prompt", "both", "slow caller", "slow caller who waits"],
)
def test_the_most_particular_layer_that_names_a_figure_has_it(
    layers: list[Layer], start_s: float, end_s: float
) -> None:
    """Site, language, prompt, caller: each changes what it names and inherits the rest."""
    held = inherited(Patience(), SITE, *layers)
    assert (held.start_s, held.end_s, held.max_s) == (start_s, end_s, 30.0)


def test_a_figure_that_does_not_exist_is_named() -> None:
    """A misspelt figure is an error, not ignored."""
    with pytest.raises(ValueError, match="no patience named 'ends'"):
        inherited(Patience(), {"ends": 1.0})


@pytest.mark.parametrize(
    ("end_s", "by_s", "after"), [(1.6, 0.4, 2.0), (1.6, 4.0, 2.5), (0.8, 0.4, 1.2), (3.0, 0.4, 3.0)]
)
def test_a_caller_who_was_cut_off_is_given_longer(end_s: float, by_s: float, after: float) -> None:
    """The end comes later, at most as late as the slowest, and never earlier than before."""
    assert lengthened(Patience(end_s=end_s), by_s, 2.5).end_s == pytest.approx(after)


def test_the_endpointer_counts_the_same_in_milliseconds() -> None:
    """Every figure of patience reaches the endpointer."""
    settings = Patience(
        start_s=1.5, end_s=0.25, max_s=9.0, back_channel_s=2.0, unfinished_s=3.0
    ).settings(far_db=15.0)
    counted = (settings.start_ms, settings.end_ms, settings.max_ms)
    assert counted == (1500, 250, 9000)
    assert (settings.back_channel_ms, settings.unfinished_ms, settings.far_db) == (2000, 3000, 15.0)
