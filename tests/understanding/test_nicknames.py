from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.core.intent import Introduction
from assistant.understanding.nicknames import LONGEST, introduction
from tests.houses import trees_learnt

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("text", "name", "alone"),
    [
        ("我是老李", "老李", True),
        ("您好，我是张阿姨", "张阿姨", True),
        ("我是张阿姨，楼道灯坏了", "张阿姨", False),
        ("我 是 老 李 我 想 问 食堂", "老李", False),
        ("这里是王大妈", "王大妈", True),
        ("我是住在三号楼的王大妈", "王大妈", True),
        ("我是老李家的女儿", "老李的女儿", True),
        ("我是王奶奶孙子", "王奶奶的孙子", True),
        ("我叫李建国", "李建国", True),
        ("我是李建国啊", "李建国", True),
        ("俺是老赵头", "老赵头", True),
        ("我叫阿珍。查进度", "阿珍", False),
        ("我 是 李叔 厕所 水管 漏水", "李叔", False),
        ("我是李叔 厕所 水管 漏水", "李叔", False),
        ("你好 我 是 老 李 厕所 漏水", "老李", False),
    ],
)
def test_a_name_is_heard(text: str, name: str, *, alone: bool) -> None:
    """As neighbours call each other, with or without a wish behind it."""
    assert introduction(text, "zh") == Introduction(name, alone)


@pytest.mark.parametrize(
    ("text", "name", "alone"),
    [
        ("this is Mary's son", "Mary's son", True),
        ("i'm mary's daughter", "mary's daughter", True),
        ("This is Mrs Chen, the light is broken", "Mrs Chen", False),
        ("i am uncle bob", "uncle bob", True),
        ("my name is mary", "mary", True),
        ("Hello, this is Tom, can you ring me", "Tom", False),
        ("It's Mary here", "Mary", True),
        ("Mary speaking", "Mary", True),
        ("this is mr kapoor speaking", "mr kapoor", True),
        ("This is Mary’s son", "Mary's son", True),
    ],
)
def test_an_english_name_is_heard(text: str, name: str, *, alone: bool) -> None:
    """By its title, its capital or what the person is to somebody."""
    assert introduction(text, "en") == Introduction(name, alone)


@pytest.mark.parametrize(
    "text",
    [
        "我是想问一下食堂几点开门", "我是高血压", "我是来投诉的", "我是独居老人", "我是老人",
        "我是不是可以报名", "我是老毛病", "我是党员", "我叫张师傅来修", "我叫救护车",
        "这是王阿姨家的灯", "我不是老李", "我是白内障", "我 是 王 老师 的 学生",
        "我 是 老 毛病 犯 了", "我 是 黄 先生 介绍 来 的",
        "这里是三号楼", "我是黄先生介绍来的", "我是马上要去", "我是老师", "我是她女儿", "",
    ],
)  # fmt: skip
def test_other_words_are_no_name(text: str) -> None:
    """“我是” begins many a sentence."""
    assert introduction(text, "zh") is None


@pytest.mark.parametrize(
    "text",
    [
        "I'm cold", "this is urgent", "This is Urgent", "I am Chinese",
        "I'm looking for the clinic", "this is about the bins", "It's cold here", "it's Friday",
        "This is the third time", "Nobody speaking", "is anyone speaking english",
        "this is mr lee's bin", "I am not Mary",
        "my name is not important", "stop calling me", "",
    ],
)  # fmt: skip
def test_other_english_words_are_no_name(text: str) -> None:
    """Nor does "this is"."""
    assert introduction(text, "en") is None


def test_hardly_any_example_of_an_intent_is_taken_for_a_name() -> None:
    """Of all sentences the line has learnt only those with a name in them introduce anybody."""
    library = trees_learnt().library
    found = [
        (text, said.name)
        for language, by_intent in library.examples.items()
        for examples in by_intent.values()
        for text in examples.all()
        if (said := introduction(text, language)) is not None
    ]
    unnamed = [text for text, name in found if not any(sign in name for sign in ("mr", "阿", "老"))]
    assert unnamed == []


@given(st.text(max_size=60), st.sampled_from(["zh", "en"]))
def test_any_text_is_survived(text: str, language: str) -> None:
    """And what is taken for a name is short and stands in the text."""
    said = introduction(text, language)
    assert said is None or 0 < len(said.name) <= LONGEST + 1


@given(
    st.sampled_from(["老李", "张阿姨", "王奶奶的孙子"]),
    st.sampled_from(["楼道灯坏了", "进度", "食堂几点开门"]),
)
def test_a_wish_behind_a_name_changes_no_name(name: str, wish: str) -> None:
    """Whatever follows, the same name is heard."""
    assert introduction(f"我是{name}，{wish}", "zh") == Introduction(name, alone=False)
