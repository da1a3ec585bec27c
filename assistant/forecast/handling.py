"""How long a callback takes, from the setting and from those that were made. Pure."""

from __future__ import annotations

from typing import Final

TRUST: Final = 20
"Callbacks that the setting is worth: after so many, half of the mean is measured."
LEAST, MOST = 0.5, 2.0
"Of the setting: beyond that something else was measured than a callback."


def handling(set_min: float, measured_min: float | None, talks: int) -> float:
    """Minutes a callback is planned with.

    `set_min` is the setting's, with the note that is written afterwards; `measured_min` the mean of
    so many `talks` from the ring to the end.
    """
    if measured_min is None or talks <= 0:
        return set_min
    mean = (TRUST * set_min + talks * measured_min) / (TRUST + talks)
    return min(max(mean, LEAST * set_min), MOST * set_min)
