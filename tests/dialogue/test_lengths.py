from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.dialogue.lengths import PIECE, breath, parted

HOURS = (
    "中医理疗科，星期一、星期三和星期五，上午八点半到十一点半，下午两点到四点半；"
    "星期六，上午八点半到十一点半；星期二、星期四和星期天休息。"
)
ENGLISH = (
    "Day Care Centre, open Monday to Friday, half past eight in the morning to twelve noon, and "
    "half past one in the afternoon to half past five in the afternoon; Saturday, nine o'clock in "
    "the morning to twelve noon; Sunday and holidays, closed."
)


def bare(text: str) -> str:
    """Only what is said."""
    return re.sub(r"[\W_]", "", text)


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("", 0),
        ("好" * 45, 1),
        ("您好，再见。", 4 / 45),
        ("word " * 35, 1),
        ("it's 医保", 1 / 35 + 2 / 45),
    ],
)
def test_a_breath_is_so_many_characters_or_words(text: str, share: float) -> None:
    """45 characters or 35 words; punctuation is not said."""
    assert breath(text) == pytest.approx(share)


@pytest.mark.parametrize("text", [HOURS, ENGLISH])
def test_a_long_text_is_parted_into_sentences(text: str) -> None:
    """Every piece leaves room in its breath and ends as a sentence; nothing is lost."""
    pieces = parted(text)
    assert len(pieces) > 1
    assert all(breath(piece) <= PIECE for piece in pieces)
    assert all(piece[-1] in "。." for piece in pieces)
    assert bare("".join(pieces)) == bare(text)


def test_a_text_of_one_breath_stays_whole() -> None:
    """What fits is said as it was written."""
    assert parted("老年食堂在桂花路十二号，一楼北边。") == ("老年食堂在桂花路十二号，一楼北边。",)


def test_a_row_of_hours_is_not_torn_where_it_need_not_be() -> None:
    """The days and their hours stay together."""
    assert parted(HOURS)[0].endswith("下午两点到四点半。")


def test_a_sentence_with_a_number_in_it_stays_whole() -> None:
    """Asked for whole sentences, commas part nothing."""
    number = "电话是，" + "零，" * 20 + "幺。"
    assert parted("好" * 40 + "。" + number, sentences_only=True) == ("好" * 40 + "。", number)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.text(st.sampled_from("好的ab ，。；、.,;!?1 \n"), max_size=300))
def test_any_text_is_parted_without_loss(text: str) -> None:
    """Whatever stands in the records, every word of it is said, in order."""
    assert bare("".join(parted(text))) == bare(text)
