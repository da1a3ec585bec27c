from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.phones import MAX_DIGITS, MIN_DIGITS, find_phone


@pytest.mark.parametrize(
    ("text", "language", "number"),
    [
        ("13800138000", "zh", "13800138000"),
        ("我的手机是幺三八零零幺三八零零零", "zh", "13800138000"),
        ("一三八 零零一三 八零零零", "zh", "13800138000"),
        ("一三八，零零一三，八零零零", "zh", "13800138000"),
        ("１３８００１３８０００", "zh", "13800138000"),
        ("+86 138 0013 8000", "zh", "+8613800138000"),
        ("加八六幺三八零零幺三八零零零", "zh", "+8613800138000"),
        ("008613800138000", "zh", "+8613800138000"),
        ("打座机010-62345678", "zh", "01062345678"),
        ("0571 8765 4321", "zh", "057187654321"),
        ("座机是六二三四五六七八", "zh", "62345678"),
        ("400-800-1234", "zh", "4008001234"),
        ("ring me on oh one four double two six three seven eight", "en", "014226378"),
        ("double four oh two three one nine", "en", "4402319"),
        ("plus eight six one three eight oh oh one three eight oh oh oh", "en", "+8613800138000"),
        ("my number's 020 7946 0018", "en", "02079460018"),
        ("12345", "zh", None),
        ("打120", "zh", None),
        ("2026-12-03", "zh", None),
        ("20261203", "zh", None),
        ("身份证110101194001011234", "zh", None),
        ("案号GH0001234", "zh", None),
        ("三点到五点", "zh", None),
        ("at nine", "en", None),
        ("", "zh", None),
    ],
    ids=str,
)
def test_telephone_numbers_are_found(text: str, language: str, number: str | None) -> None:
    """Mobile and landline, spoken and typed; dates, cards and emergency numbers are none."""
    assert find_phone(text, language) == number


@given(st.text(alphabet="0123456789 +-零一二幺两, x点月", max_size=40))
def test_what_is_found_has_the_shape_of_a_number(text: str) -> None:
    """Seven to fifteen digits with at most a leading +."""
    number = find_phone(text, "zh")
    if number is not None:
        assert number.removeprefix("+").isdigit()
        assert MIN_DIGITS <= len(number.removeprefix("+")) <= MAX_DIGITS
