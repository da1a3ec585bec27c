from __future__ import annotations

import pytest

from assistant.core.turn import Hypothesis, Utterance
from assistant.speech.pieces import joined


def test_one_piece_is_itself() -> None:
    """What was said in one breath stays as it was heard."""
    only = Utterance("医生", "zh", 0.5, (Hypothesis("一生", 0.2),))
    assert joined([only]) is only


def test_two_pieces_are_one_utterance() -> None:
    """Chinese joins without a space, English with one; the longer piece weighs more."""
    zh = joined([Utterance("老年食堂", "zh", 1.0), Utterance("几点开门", "zh", 0.5)])
    assert zh == Utterance("老年食堂几点开门", "zh", 0.75)
    en = joined([Utterance("when does", "en", 0.9), Utterance("it open", "en", 0.9)])
    assert en.text == "when does it open"
    assert en.confidence == pytest.approx(0.9)


def test_mixed_pieces_keep_both_languages() -> None:
    """A sentence in two languages is in the language most of it was said in."""
    both = joined([Utterance("我想 book", "zh"), Utterance("a callback please", "en")])
    assert both.text == "我想 book a callback please"
    assert both.language == "en"


def test_alternatives_stand_in_their_place() -> None:
    """Each alternative replaces its own piece only; the surest come first, five at most."""
    first = Utterance("a", "en", 0.9, tuple(Hypothesis(f"a{n}", 0.1 * n) for n in range(4)))
    second = Utterance("b", "en", 0.9, tuple(Hypothesis(f"b{n}", 0.1 * n) for n in range(4)))
    texts = [item.text for item in joined([first, second]).alternatives]
    assert texts == ["a3 b", "a b3", "a2 b", "a b2", "a1 b"]


def test_nothing_cannot_be_joined() -> None:
    """No pieces are a mistake of the caller."""
    with pytest.raises(ValueError, match="nothing to join"):
        joined([])
