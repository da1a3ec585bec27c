"""The question that is open, put again: as it was, or in simpler words with an example. PURE."""

from __future__ import annotations

from dataclasses import replace

from assistant.core.conversation import Pending
from assistant.core.event import Say
from assistant.dialogue import choices
from assistant.dialogue.move import Context, Move

ANYTHING = frozenset({"open", "else", "done"})
"Questions that any wish answers: an example of a wish helps more than the question once more."
YES_NO = frozenset({"confirm", "more", "copy", "keep", "resume", "ballot", "news", "lesson"})
"Questions that wait for a yes or a no; danger has ways of its own."
AFTER_ANSWER = frozenset({"else", "more", "copy", "field"})
"Questions put right behind an answer: a repeat means the answer, then the question."


def anything(pending: Pending | None) -> bool:
    """Whether nothing in particular is being asked."""
    return pending is None or pending.question in ANYTHING


def yields(pending: Pending | None) -> bool:
    """Whether a digit texted now is about a numbered message before, not about this question.

    She may change the vote she has just cast, and is told in words how to answer the question.
    """
    return pending is not None and pending.question == "news"


def again(move: Move, pending: Pending, *, slower: int = 0) -> Move:
    """The same question once more; it stays open."""
    return move.then(*(replace(item, slower=slower) for item in pending.says))


def in_other_words(move: Move, pending: Pending, *, said: bool) -> Move:
    """The question with a word on how to answer it; `said` is whether anything was heard at all."""
    if said:
        move = move.say("unclear.sorry")
    if pending.question in YES_NO:
        return again(move.say("answer_by.yes_no"), pending)
    if pending.question == "words":
        return move.say("silence.words")
    if pending.question == "feedback":
        return again(move, pending)
    if pending.question == "number":
        return again(move, pending)
    if pending.options:
        return again(move if said else move.say("silence.keys"), pending)
    return again(move.say("answer_by.place"), pending)


def by_keys(move: Move, pending: Pending) -> Move:
    """The question with the keys that answer it; a person is one of them."""
    move = again(move, pending)
    if pending.question in YES_NO:
        return move.say("menu.person").say("ears.yes_no")
    return move.say("menu.person")


def open_question(move: Move, context: Context, *, slower: int = 0) -> Move:
    """Put the open question; where nobody can be heard, the choices by key."""
    if context.keys_only:
        return choices.open_menu(move)
    return move.then(Say("open.ask", slower=slower)).expect("open", context.now)
