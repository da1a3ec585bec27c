from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.core.turn import Hypothesis, Utterance
from assistant.understanding.masking import MASK, mask, masked
from assistant.understanding.numbers import digit_runs

SPOKEN = {
    "zh": "零一二三四五六七八九",
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
}
IDENTITY, WITH_X, OLD, BANK = (
    "330106195001011234", "33010619500101123", "330106500101123", "6222021234567890123",
)  # fmt: skip


@pytest.mark.parametrize(
    ("said", "language", "kept"),
    [
        (f"我的身份证号是{IDENTITY}，帮我办老年卡", "zh", f"我的身份证号是{MASK}，帮我办老年卡"),
        (f"身份证{WITH_X}X", "zh", f"身份证{MASK}"),
        (f"身份证 {WITH_X} x 电话13800138000", "zh", f"身份证 {MASK} 电话13800138000"),
        ("身份证330106 19500101 1234", "zh", f"身份证{MASK}"),
        (f"老身份证是{OLD}", "zh", f"老身份证是{MASK}"),
        (f"卡号{BANK}", "zh", f"卡号{MASK}"),
        ("六二二二 零二一二 三四五六 七八九零 幺二三", "zh", MASK),
        ("三三零一零六一九五零零一零一一二三叉", "zh", MASK),
        ("３３０１０６１９５００１０１１２３４", "zh", MASK),
        ("my card is 6222 0212 3456 7890, is it enough", "en", f"my card is {MASK}, is it enough"),
        ("it is double six triple two oh two one two three triple nine", "en", f"it is {MASK}"),
        ("卡号 6 2 2 2 0 2 1 2 3 4 5 6 7 8 9 0", "zh", f"卡号 {MASK}"),
        (f"{IDENTITY} 13800138000", "zh", f"{MASK} 13800138000"),
        (f"13800138000，{IDENTITY}", "zh", f"13800138000，{MASK}"),
        (f"{BANK} 8899", "zh", MASK),
    ],
)  # fmt: skip
def test_identity_and_bank_numbers_are_masked(said: str, language: str, kept: str) -> None:
    """Typed, spoken, with gaps, with the letter at its end; the words around them stay."""
    assert mask(said, language) == kept


@pytest.mark.parametrize(
    "said",
    [
        "给我女儿打13800138000",
        "打 138 0013 8000 或者 139 0013 9000",
        "打13800138000 13900139000",
        "一三八零零一三八零零零",
        "电话0571-88001234",
        "打 0571 8800 1234，0571 8800 5678",
        "+86 138 0013 8000",
        "008613800138000",
        "call my son 0044 20 7946 0958",
        "call +44 20 7946 0958",
        "GH000001 和 GH000002",
        "2026-11-25 - 2026-11-28",
        "从2026-11-25到2026-11-28",
        "一万三千五百六十二块",
        "three hundred and twenty five dollars",
        "我住三号楼二单元六零二",
    ],
)
def test_telephones_codes_dates_and_amounts_stay(said: str) -> None:
    """What staff need to ring back or to find the matter is kept as it was said."""
    assert [mask(said, language) for language in ("zh", "en")] == [said, said]


@given(st.text("0123456789", min_size=13, max_size=19), st.sampled_from(["zh", "en"]), st.data())
def test_no_long_run_that_is_no_telephone_is_left(
    digits: str, language: str, data: st.DataObject
) -> None:
    """In figures or in words: afterwards the text holds no run of thirteen digits."""
    if digits.startswith(("0", "86", "1", "4", "8")):
        digits = "6" + digits[1:]
    words = [SPOKEN[language][int(digit)] for digit in digits]
    said = data.draw(st.sampled_from([digits, ("" if language == "zh" else " ").join(words)]))
    before, after = ("请记 ", " 谢谢") if language == "zh" else ("please note ", " thank you")
    kept = mask(f"{before}{said}{after}", language)
    assert kept == f"{before}{MASK}{after}"


@given(st.text(max_size=80), st.sampled_from(["zh", "en"]))
def test_any_text_is_taken(text: str, language: str) -> None:
    """Never an exception; masking twice is masking once; a short text stays as it is."""
    once = mask(text, language)
    assert mask(once, language) == once
    if sum(len(run.digits) for run in digit_runs(text, language)) == 0 and once != text:
        assert MASK in once


@given(st.integers(3, 9), st.text("0123456789", min_size=9, max_size=9))
def test_every_mobile_number_stays(second: int, rest: str) -> None:
    """Whatever its digits."""
    number = f"1{second}{rest}"
    assert mask(f"打{number}找我", "zh") == f"打{number}找我"


def test_every_reading_of_an_utterance_is_masked() -> None:
    """The best one and the others; what is not text stays."""
    heard = Utterance(BANK, "zh", 0.7, (Hypothesis(f"是{BANK}", 0.3), Hypothesis("是", 0.1)))
    assert masked(heard) == Utterance(
        MASK, "zh", 0.7, (Hypothesis(f"是{MASK}", 0.3), Hypothesis("是", 0.1))
    )


def test_a_flood_of_digits_takes_no_time() -> None:
    """A text of the greatest length is masked within a quarter of a second."""
    began = time.perf_counter()
    for text in ("1 " * 800, "一" * 1600, "double " * 230, "9" * 1600, "one two " * 200):
        mask(text, "en")
    assert time.perf_counter() - began < 1.25
