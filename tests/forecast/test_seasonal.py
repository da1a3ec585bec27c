from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from assistant.forecast.handling import handling
from assistant.forecast.seasonal import AHEAD, forecast, predicted, repeated

FIRST = date(2026, 1, 5)
"A Monday."
WEEK = (1.3, 1.2, 1.0, 1.0, 0.9, 0.4, 0.2)


def weekday(day: date) -> str:
    """What kind of day it is, without holidays."""
    return str(day.weekday())


def counts(days: int, level: float, seed: int | None) -> dict[date, int]:
    """A community that rings by weekday; noisy with a seed."""
    chance = np.random.default_rng(seed)
    found = {}
    for number in range(days):
        mean = level * WEEK[number % 7]
        found[FIRST + timedelta(days=number)] = round(
            mean if seed is None else float(chance.poisson(mean))
        )
    return found


def test_a_steady_week_is_repeated() -> None:
    """Without noise each weekday is forecast as it always was, and tried without error."""
    known = counts(26 * 7, 100, None)
    found = forecast(known, max(known), weekday)
    assert found is not None
    assert len(found.days) == AHEAD
    expected = [100 * WEEK[one.day.weekday()] for one in found.days]
    assert [one.count for one in found.days] == pytest.approx(expected, rel=0.16)
    assert found.error.ours < 0.1
    assert found.error.naive == 0


def test_noise_is_smoothed_away() -> None:
    """Where days scatter, repeating one of them errs more; the range holds most of what comes."""
    known = counts(52 * 7, 40, 3)
    until = FIRST + timedelta(days=50 * 7 - 1)
    found = forecast({day: n for day, n in known.items() if day <= until}, until, weekday)
    assert found is not None
    assert found.error.ours < found.error.naive
    inside = [one.low <= known[one.day] <= one.high for one in found.days]
    assert sum(inside) >= AHEAD * 0.6


def test_the_error_is_of_the_past_alone() -> None:
    """What comes after the last day changes neither the forecast nor its error."""
    known = counts(20 * 7, 50, 5)
    until = max(known) - timedelta(days=14)
    past = {day: n for day, n in known.items() if day <= until}
    assert forecast(past, until, weekday) == forecast(dict(past), until, weekday)
    later = forecast(known, max(known), weekday)
    assert later is not None
    assert later.days[0].day == max(known) + timedelta(days=1)


@pytest.mark.parametrize("days", [0, 1, 55])
def test_a_short_history_forecasts_nothing(days: int) -> None:
    """Eight weeks are asked for, and not guessed at."""
    known = counts(days, 40, 1)
    assert forecast(known, FIRST + timedelta(days=max(0, days - 1)), weekday) is None


def test_a_silent_line_expects_silence() -> None:
    """Nought, not a division by it."""
    found = forecast({FIRST: 0}, FIRST + timedelta(days=100), weekday)
    assert found is not None
    assert found.total == 0


def test_a_holiday_is_its_own_kind() -> None:
    """A kind never seen is an average day; one seen often is as it was."""
    series = np.array([10.0, 10, 2] * 40)
    kinds = ["work", "work", "holiday"] * 40
    found = predicted(series, kinds, ["holiday", "work", "unheard of"], 0.1)
    assert found[0] < 4 < found[1]
    assert found[2] == pytest.approx(repeated(series, kinds, ["unheard of"])[0], rel=0.2)


@pytest.mark.parametrize(
    ("measured", "talks", "expected"),
    [(None, 0, 8), (8.0, 50, 8), (12.0, 20, 10), (100.0, 500, 16), (0.1, 500, 4)],
)
def test_handling_follows_what_was_measured(
    measured: float | None, talks: int, expected: float
) -> None:
    """Half way after twenty callbacks, never beyond half or twice the setting."""
    assert handling(8, measured, talks) == pytest.approx(expected)
