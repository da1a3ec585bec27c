from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smsutil import split as oracle

from assistant.core.segments import segments
from assistant.outbox.writer import written

ZH, MORE_ZH = "【桂花社区】", "回“更多”看下文。"
EN, MORE_EN = "Osmanthus: ", " Reply MORE for the rest."
LONG = (
    "老年食堂周一至周五十一点到十三点开门，周末休息。地址是桂花路8号一楼，门口有坡道。"
    "电话0571-88001234。来的时候请带老年卡。周三有面条。"
)


def test_what_fits_is_one_text() -> None:
    """Signed, not numbered."""
    assert written("食堂七点开门。", ZH, MORE_ZH).parts == ("【桂花社区】食堂七点开门。",)


def test_what_does_not_fit_is_two_texts_parted_between_sentences() -> None:
    """Each signed and numbered, each one segment."""
    letter = written(LONG, ZH, MORE_ZH)
    first, second = LONG[: LONG.index("来的时候")], LONG[LONG.index("来的时候") :]
    assert letter.parts == (f"{ZH}(1/2) {first}", f"{ZH}(2/2) {second}")
    assert letter.rest == ""


def test_what_is_left_is_offered() -> None:
    """Two texts, the second ends with how to get more, and nothing is lost."""
    letter = written(LONG + LONG, ZH, MORE_ZH)
    assert letter.parts[1].endswith(MORE_ZH)
    assert letter.rest.endswith("周三有面条。")


def test_a_menu_is_parted_between_its_lines() -> None:
    """A digit and what it stands for stay together."""
    menu = "您要问哪一家？\n" + "\n".join(f"{n} {'很长的名字' * 3}服务站{n}" for n in range(1, 5))
    letter = written(menu, ZH, MORE_ZH)
    for part in letter.parts:
        lines = part.split("\n")[1:]
        assert all(re.match(r"\d .*服务站\d$", line) for line in lines)


TEXTS = st.one_of(
    st.text(alphabet="食堂开门，。；120 18:30\nabc€^🙂", max_size=300),
    st.text(alphabet="open at 8.30, ring 0571-88001234 €[]^~.", max_size=500),
    st.text(max_size=300),
)


@given(TEXTS, st.sampled_from([(ZH, MORE_ZH), (EN, MORE_EN)]))
def test_whatever_is_written_every_text_is_one_segment_and_nothing_is_lost(
    text: str, form: tuple[str, str]
) -> None:
    """By our count and by smsutil's; the words come through in their order."""
    signature, more = form
    letter = written(text, signature, more)
    assert 1 <= len(letter.parts) <= 2
    kept = ""
    for number, part in enumerate(letter.parts, start=1):
        assert segments(part).parts == 1
        assert len(oracle(part).parts) == 1
        assert part.startswith(signature)
        body = part.removeprefix(signature).removeprefix(f"({number}/2) ")
        kept += body.removesuffix(more) if letter.rest and number == 2 else body
    assert "".join((kept + letter.rest).split()) == "".join(text.split())


@pytest.mark.parametrize("number", ["0571-88001234", "120", "+86 138 0000 0001"])
def test_a_number_is_never_torn(number: str) -> None:
    """However the text around it falls."""
    for length in range(30, 75):
        letter = written("喂" * length + number + "喂" * 60, ZH, MORE_ZH)
        assert sum(number in part for part in letter.parts) == 1 or number in letter.rest
