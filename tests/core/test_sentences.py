from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.core.sentences import sentences


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("食堂七点开门。不放心请打电话。", ("食堂七点开门。", "不放心请打电话。")),
        (
            "Open from 8.30. Ring 0571-88001234 first.",
            ("Open from 8.30.", "Ring 0571-88001234 first."),
        ),
        ("It costs 1.50 yuan.", ("It costs 1.50 yuan.",)),
        ("1 医生\n2 食堂", ("1 医生", "2 食堂")),
        ("", ()),
    ],
)
def test_sentences_are_told_apart(text: str, parts: tuple[str, ...]) -> None:
    """Times and amounts are no ends; lines are."""
    assert sentences(text) == parts


@given(st.text(alphabet="ab 。.？!1\n", max_size=60))
def test_no_sign_is_lost(text: str) -> None:
    """But the space between sentences."""
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())
