from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.core.phones import e164


@pytest.mark.parametrize(
    ("written", "country", "read"),
    [
        ("13800000001", "CN", "+8613800000001"),
        ("+86 138 0000 0001", "CN", "+8613800000001"),
        ("0571-88001234", "CN", "+8657188001234"),
        ("+8613800000001", "GB", "+8613800000001"),
        ("020 7946 0958", "GB", "+442079460958"),
        ("anonymous", "CN", "anonymous"),
        ("+8610", "CN", "+8610"),
        ("120", "CN", "120"),
        ("", "CN", ""),
    ],
)
def test_a_number_is_written_one_way(written: str, country: str, read: str) -> None:
    """Spaces, hyphens and the trunk zero go; what is no whole number stays."""
    assert e164(written, country) == read


@given(st.text(max_size=40))
def test_whatever_a_carrier_sends_is_taken(contact: str) -> None:
    """And twice is as once."""
    once = e164(contact, "CN")
    assert e164(once, "CN") == once
