from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from assistant.audit.chain import START, Entry, Head, first_fault, hash_of, seal_of

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
LENGTH = 6


def chain(length: int = LENGTH) -> list[Entry]:
    """A log of so many entries."""
    entries: list[Entry] = []
    previous = START
    for number in range(1, length + 1):
        at = NOW + timedelta(seconds=number)
        fields = ("王芳", "request.view", f"GH00000{number}", "")
        digest = hash_of(number, at, fields, previous)
        entries.append(Entry(number, at, *fields, previous, digest))
        previous = digest
    return entries


def test_a_whole_chain_has_no_fault() -> None:
    """And its head is the last entry's; an empty one begins at the start."""
    entries = chain()
    assert first_fault(entries) == (None, Head(LENGTH, entries[-1].hash))
    assert first_fault([]) == (None, Head(0, START))


@given(
    at=st.integers(0, LENGTH - 1),
    field=st.sampled_from(["who", "what", "which", "why", "previous", "hash"]),
    text=st.text(max_size=8),
)
def test_any_other_word_anywhere_is_found(at: int, field: str, text: str) -> None:
    """One changed field of one entry breaks the chain exactly there."""
    entries = chain()
    if getattr(entries[at], field) == text:
        return
    entries[at] = replace(entries[at], **{field: text})  # type: ignore[arg-type]  # all are texts
    fault, _ = first_fault(entries)
    assert fault == f"entry {at + 1} was changed"


@given(at=st.integers(0, LENGTH - 1), microseconds=st.integers(1, 10**9))
def test_another_moment_is_found(at: int, microseconds: int) -> None:
    """Down to the microsecond."""
    entries = chain()
    moved = entries[at].at + timedelta(microseconds=microseconds)
    entries[at] = replace(entries[at], at=moved)
    assert first_fault(entries)[0] == f"entry {at + 1} was changed"


@given(order=st.permutations(range(LENGTH)))
def test_any_other_order_is_found(order: list[int]) -> None:
    """Entries that changed places, with their numbers or without."""
    entries = chain()
    shuffled = [entries[at] for at in order]
    same = list(order) == sorted(order)
    assert (first_fault(shuffled)[0] is None) == same
    renumbered = [replace(one, number=n) for n, one in enumerate(shuffled, 1)]
    assert (first_fault(renumbered)[0] is None) == same


@given(at=st.integers(0, LENGTH - 2))
def test_a_missing_entry_is_found(at: int) -> None:
    """Wherever it stood but at the end; that is what heads and seals are for."""
    entries = chain()
    del entries[at]
    assert first_fault(entries)[0] == f"entry {at + 1} is missing"


@given(left=st.integers(0, LENGTH - 1))
def test_a_printed_head_finds_what_was_cut_off(left: int) -> None:
    """The paper remembers the end; an older head stays right as the log grows."""
    entries = chain()
    head = Head(LENGTH, entries[-1].hash)
    assert first_fault(entries[:left], head)[0] is not None
    assert first_fault(chain(LENGTH + 3), head)[0] is None


def test_a_log_written_anew_does_not_have_the_printed_head() -> None:
    """Whoever can compute hashes can make another whole chain, but not one with that head."""
    entries = chain()
    head = Head(LENGTH, entries[-1].hash)
    fields = ("李主任", "request.view", "GH000001", "")
    first = hash_of(1, NOW, fields, START)
    forged = [Entry(1, NOW, *fields, START, first)]
    assert first_fault(forged)[0] is None
    assert first_fault(forged, head)[0] is not None


def test_fields_do_not_run_into_each_other() -> None:
    """`ab` + `c` is another entry than `a` + `bc`."""
    one = hash_of(1, NOW, ("ab", "c", "", ""), START)
    assert one != hash_of(1, NOW, ("a", "bc", "", ""), START)


def test_a_seal_needs_the_key() -> None:
    """And is of one head only."""
    head = Head(3, "f" * 64)
    assert seal_of(head, "key") != seal_of(head, "other")
    assert seal_of(head, "key") != seal_of(Head(4, "f" * 64), "key")
