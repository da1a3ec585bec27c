"""Short yes and no: what begins like a yes and is a no."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.library import read_yaml
from assistant.understanding.agreement import Agreement


@pytest.mark.parametrize(
    ("language", "text", "agrees"),
    [
        ("en", "of course", True),
        ("en", "Of course not!", False),
        ("en", "of course I don't", False),
        ("en", "certainly", True),
        ("en", "Certainly not.", False),
        ("en", "never", False),
        ("en", "Never in my life", False),
        ("en", "absolutely not", False),
        ("en", "definitely not, thank you", False),
        ("en", "no way", False),
        ("en", "never once has anybody told me when the canteen opens", None),
        ("zh", "当然", True),
        ("zh", "当然不", False),
        ("zh", "当然没有", False),
        ("zh", "才不呢", False),
        ("zh", "才不是", False),
        ("zh", "绝对不行", False),
        ("zh", "肯定不要", False),
        ("zh", "那可不行", False),
        ("zh", "绝对", None),
        ("zh", "当然不能让他们把树砍了呀", None),
    ],
)
def test_a_refusal_that_begins_like_a_yes_is_one(
    project: Path, language: str, text: str, *, agrees: bool | None
) -> None:
    """What says more than yes or no is neither."""
    common = read_yaml(project / "intents" / language / "_common.yaml")
    assert Agreement.of(language, common).read(text) is agrees
