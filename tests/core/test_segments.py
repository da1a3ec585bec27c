from __future__ import annotations

import pytest
import smsutil
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.core.segments import Segments, segments

ALPHABETS = ("abc 123", "ab€{}^|", "您好，abc", "好😀a", "é£Δ\n", "ab😀€")


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("", Segments("gsm7", 0, 1)),
        ("a" * 160, Segments("gsm7", 160, 1)),
        ("a" * 161, Segments("gsm7", 161, 2)),
        ("a" * 306, Segments("gsm7", 306, 2)),
        ("a" * 307, Segments("gsm7", 307, 3)),
        ("€" * 80, Segments("gsm7", 160, 1)),
        ("€" * 81, Segments("gsm7", 162, 2)),
        ("a" + "€" * 152, Segments("gsm7", 305, 2)),
        ("€" * 153, Segments("gsm7", 306, 3)),
        ("好" * 70, Segments("ucs2", 70, 1)),
        ("好" * 71, Segments("ucs2", 71, 2)),
        ("好" * 134, Segments("ucs2", 134, 2)),
        ("好" * 135, Segments("ucs2", 135, 3)),
        ("😀" * 35, Segments("ucs2", 70, 1)),
        ("😀" * 66, Segments("ucs2", 132, 2)),
        ("😀" * 67, Segments("ucs2", 134, 3)),
        ("“a”", Segments("ucs2", 3, 1)),
    ],
)
def test_limits(text: str, sent: Segments) -> None:
    """One part, two joined ones, and pairs that may not be torn: exactly at the limits."""
    assert segments(text) == sent


def test_the_signature_counts() -> None:
    """What stands before every text of the site takes its share, and its alphabet."""
    assert segments("好" * 64, "【桂花】").parts == 1
    assert segments("好" * 67, "【桂花】").parts == 2
    assert segments("a" * 100, "【桂花】") == Segments("ucs2", 104, 2)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.sampled_from(ALPHABETS).flatmap(lambda signs: st.text(signs, max_size=420)))
def test_as_another_counter_has_it(text: str) -> None:
    """The parts are those of an independent implementation."""
    theirs = smsutil.split(text)
    assert segments(text).parts == max(1, len(theirs.parts))
    assert (segments(text).alphabet == "gsm7") == (not text or smsutil.is_valid_gsm(text))
