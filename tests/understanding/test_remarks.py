from __future__ import annotations

from pathlib import Path

import pytest

from assistant.core.intent import Remark
from assistant.library import read_yaml
from assistant.understanding.remarks import Remarks


@pytest.mark.parametrize(
    ("language", "text", "remark"),
    [
        ("zh", "这不对", "wrong"),
        ("zh", "不对不对，那个号码打不通", "wrong"),
        ("zh", "这个准吗？", "age"),
        ("zh", "你这是啥时候核对的呀", "age"),
        ("zh", "不用了谢谢", None),
        ("zh", "我上回打那个号码打不通后来我儿子说要先拨区号我就又打了一次通了", None),
        ("zh", "", None),
        ("en", "That's wrong.", "wrong"),
        ("en", "no, they have moved", "wrong"),
        ("en", "How old is that?", "age"),
        ("en", "no thank you", None),
        ("en", "what is wrong with my telephone", None),
    ],
)
def test_remarks_about_an_answer(
    project: Path, language: str, text: str, remark: Remark | None
) -> None:
    """Short words that it is not so, or when it was checked; a long story is none."""
    common = read_yaml(project / "intents" / language / "_common.yaml")
    assert Remarks.of(language, common).read(text) == remark
