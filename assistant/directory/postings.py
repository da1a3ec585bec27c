"""Which rows of a table have which columns, kept as plain arrays. Pure.

A hundred thousand services have millions of grams; as Python objects they would take gigabytes.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
    Weights = NDArray[np.float64]


ROWS_AT_ONCE = 4096


class Gathering:
    """Numbers noted row after row."""

    def __init__(self) -> None:
        self._numbers = array("i")
        self._ends = array("q", [0])

    def add(self, numbers: Iterable[int]) -> None:
        """One row more: the numbers it has."""
        self._numbers.extend(numbers)
        self._ends.append(len(self._numbers))

    def numbers(self) -> NDArray[np.int32]:
        """The numbers of all rows, one row after the other."""
        return np.array(self._numbers, dtype=np.int32)

    def begins(self) -> Numbers:
        """Where the numbers of each row begin."""
        return np.array(self._ends[:-1], dtype=np.int64)

    def lengths(self) -> Numbers:
        """How many numbers each row has."""
        ends = np.array(self._ends, dtype=np.int64)
        return ends[1:] - ends[:-1]


class Postings:
    """For every column, the rows that have it."""

    def __init__(self, pairs: Numbers, width: int, height: int) -> None:
        """Pairs of a column under `width` and a row under `height`: `column * height + row`.

        In any order, also twice. The array is used up: sorted in its place.
        """
        pairs.sort()
        fresh = np.ones(len(pairs), dtype=bool)
        np.not_equal(pairs[1:], pairs[:-1], out=fresh[1:])
        pairs = pairs[fresh]
        starts = np.arange(width + 1, dtype=np.int64) * height
        self._ends = np.searchsorted(pairs, starts)
        np.remainder(pairs, max(1, height), out=pairs)
        self._rows = pairs.astype(np.int32)
        self._height = height

    def rows(self, column: int) -> NDArray[np.int32]:
        """The rows that have a column, in order."""
        return self._rows[self._ends[column] : self._ends[column + 1]]

    def spread(self, column: int) -> int:
        """How many rows have a column."""
        return int(self._ends[column + 1] - self._ends[column])

    def spreads(self) -> Numbers:
        """How many rows have each column."""
        return self._ends[1:] - self._ends[:-1]

    def has(self, row: int, column: int) -> bool:
        """Whether a row has a column."""
        rows = self.rows(column)
        place = int(np.searchsorted(rows, row))
        return place < len(rows) and int(rows[place]) == row

    def sums(self, columns: Sequence[int], weights: Sequence[float]) -> Weights:
        """For every row, the weights of its columns among these added up."""
        if not columns:
            return np.zeros(self._height)
        found = [self.rows(column) for column in columns]
        repeated = np.repeat(np.array(weights), [len(rows) for rows in found])
        added = np.bincount(np.concatenate(found), weights=repeated, minlength=self._height)
        return added.astype(np.float64, copy=False)


def spread_out(
    columns: Gathering, members: Gathering, counted: NDArray[np.bool_], height: int
) -> Numbers:
    """Pairs of every column of a row with every member of it, of the rows that are counted.

    Made some thousand rows at a time: beside the pairs themselves little memory is needed.
    """
    many, begins, held = members.lengths(), members.begins(), members.numbers()
    width, at, given = columns.lengths(), columns.begins(), columns.numbers()
    pairs = np.empty(int((many * width)[counted].sum()), dtype=np.int64)
    filled = 0
    for start in range(0, len(counted), ROWS_AT_ONCE):
        rows = start + np.flatnonzero(counted[start : start + ROWS_AT_ONCE])
        column, of_row = _runs_of(at[rows], width[rows])
        member, _ = _runs_of(begins[rows][of_row], many[rows][of_row])
        each = np.repeat(given[column].astype(np.int64), many[rows][of_row])
        pairs[filled : filled + len(each)] = each * height + held[member]
        filled += len(each)
    return pairs


def _runs_of(begins: Numbers, lengths: Numbers) -> tuple[Numbers, Numbers]:
    """Places from each begin on, as many as its length; and which run each place is of."""
    of_run = np.repeat(np.arange(len(lengths)), lengths)
    within = np.arange(len(of_run)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return begins[of_run] + within, of_run


def highest(values: Weights, among: Numbers, most: int) -> Numbers:
    """Of the places `among`, those with the `most` highest values, highest first, ties in order."""
    if len(among) > most:
        least = np.partition(values[among], len(among) - most)[len(among) - most]
        among = among[values[among] >= least]
    order = np.argsort(-values[among], kind="stable")
    return among[order[:most]]
