from __future__ import annotations

import pytest

from assistant.dialogue.telephones import as_dialled, is_landline, takes_texts


@pytest.mark.parametrize(
    ("contact", "country", "mobile"),
    [
        ("+8613800000001", "CN", True),
        ("13800000001", "CN", True),
        ("+8657188005678", "CN", False),
        ("0571-88005678", "CN", False),
        ("+447400123456", "CN", True),
        ("+442079460000", "GB", False),
        ("+14155552671", "US", True),
        ("anonymous", "CN", False),
        ("", "CN", False),
        ("120", "CN", False),
        ("+", "CN", False),
        ("1" * 80, "CN", False),
    ],
)
def test_a_text_goes_to_mobiles_only(contact: str, country: str, *, mobile: bool) -> None:
    """A landline, a withheld number and nonsense take no texts."""
    assert takes_texts(contact, country) is mobile


@pytest.mark.parametrize(
    ("contact", "dialled"),
    [
        ("+8657188005678", "057188005678"),
        ("+8613800000001", "13800000001"),
        ("+14155552671", "+14155552671"),
        ("anonymous", "anonymous"),
        ("", ""),
    ],
)
def test_a_number_is_told_as_it_is_dialled(contact: str, dialled: str) -> None:
    """With its area code within the country; from abroad, and if it is none, unchanged."""
    told = as_dialled(contact, "CN").replace(" ", "").replace("-", "")
    assert told == dialled


@pytest.mark.parametrize(
    ("contact", "country", "landline"),
    [
        ("+8657188005678", "CN", True),
        ("0571-88005678", "CN", True),
        ("+8613800000001", "CN", False),
        ("+14155552671", "US", False),
        ("anonymous", "CN", False),
        ("", "CN", False),
    ],
)
def test_a_landline_is_known_by_its_number(contact: str, country: str, *, landline: bool) -> None:
    """Where the numbering plan tells it; what may be either, or no number at all, is none."""
    assert is_landline(contact, country) is landline
