from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.core.intent import TextWord
from assistant.understanding.text_words import TextWords
from tests.houses import trees_learnt


@pytest.fixture(scope="module")
def words() -> TextWords:
    """The words of both languages as shipped."""
    return TextWords.of(trees_learnt().library.texts)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("帮助", "help"),
        ("help!", "help"),
        ("人工", "person"),
        ("进度？", "status"),
        ("Status", "status"),
        ("改时间", "change"),
        ("查我的信息", "mine"),
        ("MyData", "mine"),
        ("my data", "mine"),
        ("删除", "delete"),
        ("退订", "stop"),
        ("退订。", "stop"),
        ("t", "stop"),
        ("TD", "stop"),
        ("ＴＤ", "stop"),
        ("回T", "stop"),
        ("回复TD", "stop"),
        ("【退订】", "stop"),
        ("STOP", "stop"),
        ("Stop.", "stop"),
        ("STOPALL", "stop"),
        ("stop all", "stop"),
        ("Unsubscribe", "stop"),
        ("END", "stop"),
        ("quit", "stop"),
        ("REVOKE", "stop"),
        ("opt-out", "stop"),
        ("开始", "start"),
        ("START", "start"),
        ("unstop", "start"),
        ("YES", "start_after_stop"),
        ("取消", "cancel"),
        ("Cancel", "cancel_or_stop"),
        ("更多", "more"),
        ("more", "more"),
        ("", None),
        ("？", None),
        ("退订牛奶", None),
        ("开始上课是几点", None),
        ("the bus stop", None),
        ("取消明天的订餐", None),
        ("更多的菜", None),
        ("help me find the canteen", None),
    ],
)
def test_a_word_that_is_the_whole_text_commands(
    words: TextWords, text: str, word: TextWord | None
) -> None:
    """In either language, however it is typed; in a sentence it is a word like any other."""
    assert words.read(text) == word


@pytest.mark.parametrize(
    ("text", "automatic"),
    [
        ("【自动回复】我不在", True),
        ("自动回复：稍后联系您", True),
        ("您好，您的短信已收到。", True),
        ("Auto-reply: I am away", True),
        ("I'm driving. I will get back to you", True),
        ("你们的自动回复我看不懂", False),
        ("driving licence for the elderly", False),
        ("", False),
    ],
)
def test_an_automatic_reply_is_told_by_how_it_begins(
    words: TextWords, text: str, *, automatic: bool
) -> None:
    """Who writes about automatic replies is a person."""
    assert words.looks_automatic(text) is automatic


@given(st.text(max_size=60))
def test_no_text_is_too_strange(text: str) -> None:
    """Without any words nothing is a command and nothing automatic."""
    assert TextWords().read(text) is None
    assert not TextWords().looks_automatic(text)
