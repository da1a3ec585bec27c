from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.language import detect, plain, wanted


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("你好", "zh"),
        ("hello there", "en"),
        ("我要找 social worker 谢谢你", "zh"),
        ("please tell me where 食堂 is", "en"),
        ("帮我查一下GH000123", "zh"),
        ("T", None),
        ("OK", None),
        ("123", None),
        ("", None),
        ("🙂🙂", None),
    ],
    ids=str,
)
def test_the_script_tells_the_language(text: str, expected: str | None) -> None:
    """Mixed sentences go to the language with more words."""
    assert detect(text) == expected


def test_the_default_decides_where_the_script_does_not() -> None:
    """A number or TD is answered in the language of the conversation."""
    assert detect("TD", "zh") == "zh"
    assert detect("1", "en") == "en"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("请讲普通话", "zh"),
        ("说中文", "zh"),
        ("换成英语", "en"),
        ("会说英语吗", "en"),
        ("english please", "en"),
        ("can you speak english", "en"),
        ("mandarin please", "zh"),
        ("can you speak chinese", "zh"),
        ("我在学英语班", None),
        ("chinese new year", None),
        ("english breakfast", None),
    ],
    ids=str,
)
def test_a_wish_for_a_language_is_heard(text: str, expected: str | None) -> None:
    """Asking for a language, not merely naming one."""
    assert wanted(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("１２３ＡＢＣ", "123abc"),
        ("①", "1"),
        ("下 礼拜 三", "下礼拜三"),
        ("星期三 下午 3 点", "星期三下午3点"),
        ("It’s  fine", "it's fine"),
        ("後天\u200b上午九點", "后天上午九点"),
    ],
    ids=str,
)
def test_plain_form_folds_what_means_the_same(text: str, expected: str) -> None:
    """Width, case, common traditional forms and the recogniser's spaces."""
    assert plain(text) == expected


@given(st.text(max_size=80))
def test_plain_form_is_stable(text: str) -> None:
    """Folding twice changes nothing more, and nothing raises."""
    once = plain(text)
    assert plain(once) == plain(plain(once))
    detect(text)
    wanted(text)
