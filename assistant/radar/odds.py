"""How odd it is that so many residents report the same in so short a time. Pure.

Reports of one kind come as a Poisson process whose rate is taken from the four weeks before. A
cluster is odd where that process would have brought so many with a probability so small that all
looks of a week together raise `FALSE_A_WEEK` false alarms.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

BASELINE: Final = timedelta(days=28)
"What is usual is taken from so long: four weeks hold every weekday four times."
DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(days=7)
FALSE_A_WEEK: Final = 0.25
"""False alarms a week that all looks together may raise if reports come one by one. One is allowed;
the reserve is for those that do not: a resident who asks the neighbours to ring as well."""
UNSEEN: Final = 0.5
"Reports taken as usual in four weeks where there were none: a rate of nought would make one odd."


def tail(count: int, expected: float) -> float:
    """The probability of `count` or more where `expected` are usual; both above nought."""
    from scipy.special import pdtrc  # noqa: PLC0415 - 0.1 s that no start of the service waits for

    return float(pdtrc(count - 1, expected))


def expected(before: int, share: float, history: timedelta) -> float:
    """Reports usual within a window, where `before` came in the time that is looked back on.

    `share` is how much of a day's reports the window has. `history` is how long the line has been
    counting, at most `BASELINE`; it counts as a week at least, so that the first hour of a new line
    makes nothing odd.
    """
    known = min(max(history, WEEK), BASELINE)
    return (before + UNSEEN) * share * (DAY / known)


def limit(looks: int, history: timedelta) -> float:
    """The probability under which a cluster is odd, from the `looks` made in that time."""
    known = min(max(history, WEEK), BASELINE)
    a_week = max(1.0, looks * (WEEK / known))
    return min(0.001, FALSE_A_WEEK / a_week)
