"""What is published tells no more of a small count than that it is small: tried, not argued."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.public.hiding import FEWEST, STEP, published, share, shown
from assistant.public.month import CELLS, GROUPS, TABLES, Month, asked, group_of, months, rows

COUNTS = st.dictionaries(st.sampled_from(CELLS), st.integers(0, 60), min_size=len(CELLS))


@pytest.mark.parametrize(
    ("count", "expected"),
    [(0, None), (9, None), (10, 10), (14, 10), (15, 20), (24, 20), (25, 30), (995, 1000)],
)
def test_small_counts_are_hidden_and_others_rounded(count: int, expected: int | None) -> None:
    """Nought is as hidden as nine."""
    assert shown(count) == expected


def test_every_published_value_stands_for_several_counts() -> None:
    """A hidden cell may be any of ten, the smallest shown one any of five, the others of ten."""
    behind: dict[int | None, list[int]] = {}
    for count in range(1000):
        behind.setdefault(shown(count), []).append(count)
    assert behind.pop(None) == list(range(FEWEST))
    assert behind.pop(10) == [10, 11, 12, 13, 14]
    behind.pop(1000)
    assert {len(counts) for counts in behind.values()} == {STEP}


def page_of(counts: dict[str, int], first: date = date(2026, 10, 1)) -> tuple[object, ...]:
    """Everything that is ever shown of a month: cells, shares, the table."""
    month = Month(first, published(counts))
    return month.kept_percent, month.content_percent, rows([month])


@given(COUNTS, COUNTS)
def test_one_resident_changes_only_what_her_own_cell_shows(
    one: dict[str, int], other: dict[str, int]
) -> None:
    """Two months whose cells show the same are the same page, whatever was counted.

    So whoever sees the page, and shares, sums and differences of it, knows of each count only which
    of the counts behind its cell it may be.
    """
    told = {name: one[name] if shown(one[name]) == shown(other[name]) else 0 for name in CELLS}
    alike = {name: other[name] if shown(one[name]) == shown(other[name]) else 0 for name in CELLS}
    assert page_of(told) == page_of(alike)


@given(COUNTS, st.sampled_from(CELLS))
def test_the_difference_of_two_months_is_no_resident(counts: dict[str, int], name: str) -> None:
    """One resident more: the difference that is published is nought, a whole step, or hidden."""
    more = {**counts, name: counts[name] + 1}
    before, after = published(counts), published(more)
    assert {cell for cell in CELLS if before[cell] != after[cell]} <= {name}
    a, b = before[name], after[name]
    assert a is None or b is None or b - a in {0, STEP}


def test_no_hidden_cell_can_be_reckoned_from_its_table() -> None:
    """All tables of three small cells: those with one page leave every hidden cell ten values."""
    worlds: dict[tuple[object, ...], list[tuple[int, ...]]] = {}
    names = TABLES["promises"]
    for counts in itertools.product(range(0, 31, 3), repeat=2):
        for hidden in range(FEWEST):
            cells = dict(zip(names, (*counts, hidden), strict=True))
            shown_now = published(cells)
            month = Month(date(2026, 10, 1), shown_now)
            seen = (month.kept_percent, tuple(shown_now.values()))
            worlds.setdefault(seen, []).append((*counts, hidden))
    for found in worlds.values():
        by_others: dict[tuple[int, ...], set[int]] = {}
        for *others, hidden in found:
            by_others.setdefault(tuple(others), set()).add(hidden)
        assert all(values == set(range(FEWEST)) for values in by_others.values())


def test_a_share_needs_all_its_cells() -> None:
    """Ninety of a hundred with the rest hidden would tell how many the rest are."""
    names = TABLES["promises"]
    assert share(names[0], names, dict(zip(names, (90, None, None), strict=True))) is None
    assert share(names[0], names, dict(zip(names, (90, 10, 10), strict=True))) == 80
    assert share(names[0], names, {}) is None


def test_every_table_parts_its_residents() -> None:
    """No cell is in two tables, and no intent in two groups: nobody is counted twice."""
    every = [name for names in TABLES.values() for name in names]
    assert len(every) == len(set(every))
    begins = [begin for group in GROUPS.values() for begin in group]
    for one, other in itertools.permutations(begins, 2):
        assert not one.startswith(other)


def test_intents_are_added_up_by_group() -> None:
    """Before anything is hidden; what belongs to no group is not told."""
    found = asked(
        {
            ("service.hours", "voice"): 7,
            ("service.fee", "voice"): 6,
            ("service.fee", "sms"): 3,
            ("person.request", "voice"): 99,
        }
    )
    assert (found["asked.services.voice"], found["asked.services.sms"]) == (13, 3)
    assert sum(found.values()) == 16
    assert group_of("person.request") is None


def test_a_month_is_published_once_it_is_settled() -> None:
    """Not on the seventh of November: callbacks promised in October may still be under way."""
    assert months(date(2026, 11, 7), 2) == (date(2026, 9, 1), date(2026, 8, 1))
    assert months(date(2026, 11, 8), 2) == (date(2026, 10, 1), date(2026, 9, 1))
    assert months(date(2027, 1, 31), 1) == (date(2026, 12, 1),)
