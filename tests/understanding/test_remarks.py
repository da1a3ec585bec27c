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
        ("zh", "打完这个电话就别留我号码了", "forget"),
        ("zh", "等我挂了电话，你们就把我的号码和我说的话都抹掉吧", "forget"),
        ("zh", "别存我的号码，存了的也删", None),
        ("zh", "这个电话号码不用记", None),
        ("en", "please forget my number after this call", "forget"),
        ("en", "Once I hang up, don't keep anything I said.", "forget"),
        ("en", "delete everything you have about me", None),
        ("zh", "我女儿可以替我问", "helper"),
        ("zh", "以后我儿子打来替我问，行吧", "helper"),
        ("zh", "麻烦您替我问一下我儿子的社保", None),
        ("zh", "以后别让我女儿替我问了", "no_helper"),
        ("en", "my daughter may ask for me", "helper"),
        ("en", "don't let my son ask for me any more", "no_helper"),
        ("en", "can you ask my son to come", None),
        ("zh", "上个月你们做得怎么样？", "last_month"),
        ("zh", "我想问问，上月社区工作做得好不好", "last_month"),
        ("zh", "我上个月报的灯你们修得怎么样了", None),
        ("zh", "上个月我托的事你们做得怎么样了", None),
        ("zh", "上个月食堂几点开门", None),
        ("en", "How did you do last month?", "last_month"),
        ("en", "how well did you do last month", "last_month"),
        ("en", "how did you do with my complaint last month", None),
        ("en", "what was on the menu last month", None),
        ("zh", "广场舞几点结束，我投八点半", "vote"),
        ("zh", "装电梯那个，我投反对", "vote"),
        ("zh", "我投诉广场舞太吵", None),
        ("zh", "我投了票，结果呢", None),
        ("en", "should we have a lift, I vote against it", "vote"),
        ("en", "put me down for Tuesday morning", None),
        ("en", "I voted yesterday", None),
        ("zh", "刚才那人说不出暗号", "no_safe_word"),
        ("zh", "他暗号说错了，是不是骗子", "no_safe_word"),
        ("zh", "我的暗号是什么", None),
        ("zh", "我不知道暗号是什么", None),
        ("en", "a man rang and didn't know my safe word", "no_safe_word"),
        ("en", "what is my safe word", None),
    ],
)
def test_remarks_about_an_answer(
    project: Path, language: str, text: str, remark: Remark | None
) -> None:
    """Short words that it is not so, or when it was checked; a long story is none."""
    common = read_yaml(project / "intents" / language / "_common.yaml")
    assert Remarks.of(language, common).read(text) == remark
