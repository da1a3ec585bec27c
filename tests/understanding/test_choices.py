from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.choices import read_choice


@pytest.mark.parametrize(
    ("text", "language", "chosen"),
    [
        ("一", "zh", 1),
        ("壹", "zh", 1),
        ("①", "zh", 1),
        ("１", "zh", 1),
        ("1.", "zh", 1),
        ("1、", "zh", 1),
        ("选1", "zh", 1),
        ("我选三", "zh", 3),
        ("第一个", "zh", 1),
        ("头一个", "zh", 1),
        ("第二个吧", "zh", 2),
        ("就要第二个", "zh", 2),
        ("我还是要第二个,谢谢", "zh", 2),
        ("嗯那就第三个吧", "zh", 3),
        ("二号", "zh", 2),
        ("两", "zh", 2),
        ("选衣", "zh", 1),
        ("第而个", "zh", 2),
        ("最后一个", "zh", 5),
        ("0", "zh", 0),
        ("零", "zh", 0),
        ("6", "zh", None),
        ("一楼", "zh", None),
        ("一个人", "zh", None),
        ("三点", "zh", None),
        ("三号楼", "zh", None),
        ("第二个路口怎么走", "zh", None),
        ("第一医院在哪", "zh", None),
        ("", "zh", None),
        ("one", "en", 1),
        ("2", "en", 2),
        ("2.", "en", 2),
        ("the first one", "en", 1),
        ("the second one please", "en", 2),
        ("i'll have the second one please", "en", 2),
        ("option 2 please", "en", 2),
        ("number three", "en", 3),
        ("number to", "en", 2),
        ("for", "en", 4),
        ("too", "en", 2),
        ("3rd", "en", 3),
        ("the last one", "en", 5),
        ("zero", "en", 0),
        ("选2", "en", 2),
        ("nine", "en", None),
        ("one of my neighbours", "en", None),
        ("first thing in the morning", "en", None),
        ("third floor", "en", None),
        ("at four", "en", None),
        ("no", "en", None),
        ("one moment", "en", None),
    ],
    ids=str,
)
def test_a_choice_of_five_is_read(text: str, language: str, chosen: int | None) -> None:
    """Answers about the number count; sentences that merely hold a number do not."""
    assert read_choice(text, language, 5) == chosen


def test_the_last_one_needs_the_length_of_the_list() -> None:
    """Without it there is no telling which one is last."""
    assert read_choice("最后一个", "zh") is None


@given(st.text(max_size=40), st.sampled_from(["zh", "en"]))
def test_no_text_is_too_strange(text: str, language: str) -> None:
    """A choice is nothing or lies within the list."""
    assert read_choice(text, language, 4) in {None, 0, 1, 2, 3, 4}
