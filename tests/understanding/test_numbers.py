from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.numbers import digit_runs, parse_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("零", 0),
        ("两", 2),
        ("十", 10),
        ("十五", 15),
        ("廿三", 23),
        ("卅", 30),
        ("二十", 20),
        ("一百", 100),
        ("一百二", 120),
        ("两百五", 250),
        ("二百零三", 203),
        ("一百一十五", 115),
        ("一千零二十", 1020),
        ("两千零八", 2008),
        ("三千六", 3600),
        ("三万五", 35000),
        ("3万5", 35000),
        ("一万零五百", 10500),
        ("十二万", 120000),
        ("两亿", 200000000),
        ("二零二六", 2026),
        ("三点五", 3.5),
        ("半", 0.5),
        ("壹佰贰拾", 120),
        ("１２", 12),
        ("8", 8),
        ("点五", None),
        ("三点", None),
        ("好", None),
        ("", None),
    ],
    ids=str,
)
def test_chinese_numbers_are_read(text: str, value: float | None) -> None:
    """Words, digits and the short forms of speech (两百五 is 250)."""
    assert parse_number(text, "zh") == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("one", 1),
        ("nineteen", 19),
        ("twenty-five", 25),
        ("twenty five", 25),
        ("a hundred", 100),
        ("a hundred and twenty", 120),
        ("two hundred and fifty", 250),
        ("three thousand two hundred", 3200),
        ("a dozen", 12),
        ("half a dozen", 6),
        ("half", 0.5),
        ("12", 12),
        ("3.5", 3.5),
        ("fish", None),
        ("", None),
    ],
    ids=str,
)
def test_english_numbers_are_read(text: str, value: float | None) -> None:
    """Words with and without hyphens, hundreds with “and”, dozens."""
    assert parse_number(text, "en") == value


@pytest.mark.parametrize(
    ("text", "language", "digits"),
    [
        ("幺三八零零幺三八零零零", "zh", "13800138000"),
        ("138 0013 8000", "zh", "13800138000"),
        ("零四个二", "zh", "02222"),
        ("double four oh two", "en", "4402"),
        ("triple oh one", "en", "0001"),
        ("oh one four", "en", "014"),
        ("twenty five", "en", "25"),
    ],
    ids=str,
)
def test_digits_said_one_by_one_are_joined(text: str, language: str, digits: str) -> None:
    """Doubles and triples are opened, 幺 is one and oh is nought."""
    assert [run.digits for run in digit_runs(text, language)] == [digits]


@given(st.text(max_size=40), st.sampled_from(["zh", "en"]))
def test_no_text_is_too_strange(text: str, language: str) -> None:
    """Whatever is typed, runs of digits stand in order, apart, and inside the text."""
    parse_number(text, language)
    runs = digit_runs(text, language)
    edges = [edge for run in runs for edge in (run.start, run.end)]
    assert edges == sorted(set(edges))
    assert all(0 <= edge <= len(text) for edge in edges)
    assert all(run.digits.isdigit() for run in runs)


@given(st.integers(min_value=0, max_value=99999))
def test_digits_read_as_themselves(value: int) -> None:
    """Arabic digits mean the same in both languages."""
    assert parse_number(str(value), "zh") == value
    assert parse_number(str(value), "en") == value
