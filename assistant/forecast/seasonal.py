"""A forecast of daily counts from the days before: a level, and what each kind of day makes of it.

The level follows the counts by simple exponential smoothing; the kind of a day (its weekday, or a
public holiday) multiplies it. That is the multiplicative seasonal model without a trend, in NumPy:
statsmodels has it too and brings pandas with it, measured 150 MB on the disk, 127 MB of memory and
1.6 s of import for twenty lines of arithmetic. How far it errs is tried on the past and told beside
it, with what repeating the last day of the same kind would have erred.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Kind = Callable[[date], str]
"What kind of day it is, as far as people ring differently on it."
AHEAD: Final = 14
"Days."
SHORTEST: Final = 8 * 7
"Days of history without which nothing is forecast: six weeks to learn from, two to try it on."
LONGEST: Final = 52 * 7
"Older days tell little of the next two weeks."
ORIGINS: Final = 8
"Forecasts of the past, a week apart: the older half chooses the weight, the newer is the error."
SMOOTHING: Final = (0.05, 0.1, 0.2, 0.4)
"Weights of the newest day that are tried."
STEADY: Final = 1.0
"Average days that every kind is mixed with: a holiday seen once proves half."
LOW, HIGH = 10, 90
"Percentiles of past errors: eight of ten days lie between."


@dataclass(frozen=True, slots=True)
class Expected:
    """One day of the forecast."""

    day: date
    count: float
    low: float
    high: float
    "Eight of ten days were within, when this was tried on the past."


@dataclass(frozen=True, slots=True)
class Error:
    """How far forecasts of the past were off, added up over days, ÷ what came."""

    ours: float
    naive: float
    "Of repeating the last day of the same kind."
    days: int
    "Days that were forecast and counted."


@dataclass(frozen=True, slots=True)
class Forecast:
    """The next two weeks."""

    days: tuple[Expected, ...]
    error: Error

    @property
    def total(self) -> float:
        """Of all days together."""
        return sum(one.count for one in self.days)


def forecast(counts: Mapping[date, int], last: date, kind: Kind) -> Forecast | None:
    """The days after `last` from the counts up to and with it; `None` without eight weeks.

    A day without a count between the first one and `last` had none.
    """
    if not counts or (last - min(counts)).days + 1 < SHORTEST:
        return None
    first = max(min(counts), last - timedelta(days=LONGEST - 1))
    days = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    series = np.array([counts.get(day, 0) for day in days], dtype=np.float64)
    kinds = [kind(day) for day in days]
    tried = _origins(len(days))
    choosing, judging = tried[: len(tried) // 2], tried[len(tried) // 2 :]
    best = min(SMOOTHING, key=lambda weight: _tried(series, kinds, choosing, weight)[0])
    _, ratios = _tried(series, kinds, judging, best)
    error = _error(series, kinds, judging, best)
    coming = [last + timedelta(days=ahead) for ahead in range(1, AHEAD + 1)]
    means = predicted(series, kinds, [kind(day) for day in coming], best)
    low, high = np.percentile(ratios, [LOW, HIGH]) if len(ratios) else (0.0, 2.0)
    found = zip(coming, means.tolist(), strict=True)
    return Forecast(tuple(Expected(day, m, m * low, m * high) for day, m in found), error)


def predicted(series: Floats, kinds: Sequence[str], coming: Sequence[str], weight: float) -> Floats:
    """Expected counts of coming days by their kinds; `weight` is the newest day's in the level."""
    factors = _factors(series, kinds)
    level = float(series.mean())
    for count, name in zip(series.tolist(), kinds, strict=True):
        if factors[name] > 0:
            level += weight * (count / factors[name] - level)
    return np.array([max(0.0, level * factors.get(name, 1.0)) for name in coming])


def _factors(series: Floats, kinds: Sequence[str]) -> dict[str, float]:
    """What each kind of day makes of the level; mixed with `STEADY` average days."""
    mean = float(series.mean())
    if not mean:
        return dict.fromkeys(kinds, 1.0)
    names = np.array(kinds)
    return {
        str(name): float(
            (series[names == name].sum() + STEADY * mean) / ((names == name).sum() + STEADY) / mean
        )
        for name in np.unique(names)
    }


def repeated(series: Floats, kinds: Sequence[str], coming: Sequence[str]) -> Floats:
    """The last day of the same kind, again; of a kind never seen the mean of all."""
    latest = dict(zip(kinds, series.tolist(), strict=True))
    return np.array([latest.get(name, float(series.mean())) for name in coming])


def _origins(length: int) -> list[int]:
    """Days known at each trial, the earliest first; each leaves two weeks to compare with."""
    ends = [length - AHEAD - 7 * back for back in range(ORIGINS)]
    return sorted(end for end in ends if end >= SHORTEST - AHEAD)


def _tried(
    series: Floats, kinds: Sequence[str], origins: Sequence[int], weight: float
) -> tuple[float, list[float]]:
    """Absolute errors added up, and counts that came ÷ expected."""
    off, ratios = 0.0, []
    for end in origins:
        means = predicted(series[:end], kinds[:end], kinds[end : end + AHEAD], weight)
        came = series[end : end + AHEAD]
        off += float(np.abs(means - came).sum())
        ratios += [float(c / m) for c, m in zip(came, means, strict=True) if m > 0]
    return off, ratios


def _error(series: Floats, kinds: Sequence[str], origins: Sequence[int], weight: float) -> Error:
    off, _ = _tried(series, kinds, origins, weight)
    naive = sum(
        float(
            np.abs(
                repeated(series[:end], kinds[:end], kinds[end : end + AHEAD])
                - series[end : end + AHEAD]
            ).sum()
        )
        for end in origins
    )
    came = float(sum(series[end : end + AHEAD].sum() for end in origins)) or 1.0
    return Error(off / came, naive / came, AHEAD * len(origins))
