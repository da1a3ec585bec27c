"""What is published of a count, so that nothing published leads to a single resident. Pure.

Three rules, and what they come to:

1. A count under `FEWEST` is hidden, nought among them; every other is rounded to a whole `STEP`.
2. Nothing else is published of it: whatever stands on the page (shares, sums, bars) is reckoned
   from the published cells. Adding up, taking away and comparing months thus tells no more than
   the cells themselves: each of them stands for at least five counts, a hidden one for ten.
3. Every resident is counted in at most one cell of each table, no table has a total of its own, and
   what was published of a month is kept and never counted anew (`store`). A total beside its cells,
   or the same month counted twice, would be a second look at the same residents, and two looks
   could be taken from each other.

That is small-cell hiding, not differential privacy: who knows all but one of fifteen callers may
still guess. `tests/public/test_hiding.py` tries rule 2 on every pair of small tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

FEWEST: Final = 10
STEP: Final = 10

Cells = Mapping[str, int | None]
"By name; `None` stands for fewer than `FEWEST`."


def shown(count: int) -> int | None:
    """What is published of one count. Halves of a step go up."""
    return None if count < FEWEST else (count + STEP // 2) // STEP * STEP


def published(counts: Mapping[str, int]) -> dict[str, int | None]:
    """What is published of a table: each cell for itself."""
    return {name: shown(count) for name, count in counts.items()}


def share(part: str, names: tuple[str, ...], cells: Cells) -> int | None:
    """Percent that one cell has of several, all of them published; else `None`.

    Rounded to five: two cells rounded to ten say no more.
    """
    found = [cells.get(name) for name in names]
    own = cells.get(part)
    if own is None or any(one is None for one in found):
        return None
    whole = sum(one for one in found if one is not None)
    return round(20 * own / whole) * 5 if whole else None
