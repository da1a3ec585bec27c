"""Short lessons by telephone: what the office warns of now, what always holds, and one question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assistant.core.answer import Warned
from assistant.core.event import Ask, Say
from assistant.core.values import PhoneNumber
from assistant.dialogue import following

if TYPE_CHECKING:
    from assistant.core.answer import Found
    from assistant.core.conversation import Pending
    from assistant.core.turn import Understood
    from assistant.core.values import Value
    from assistant.dialogue.move import Context, Entry, Move

TOPICS: Final = {"learn.scam": "诈骗，防骗，骗子，骗局，scam, swindle, fraud"}
"By lesson: what a notice of the office has for a topic that belongs to it."
RIGHT: Final = {"learn.scam": False, "learn.phone": True}
"By lesson: what answers the question at its end."


def tell(move: Move, _turn: Understood, entry: Entry, context: Context) -> Move:
    """Tell the lesson named after the intent; first what the office warns of, if it does."""
    topics = TOPICS.get(entry.intent)
    if topics is None:
        return _told(move, entry.intent, (), context)
    return move.then(Ask(Warned(entry.intent, topics, move.conversation.language)))


def warned(move: Move, query: Warned, found: Found, context: Context) -> Move:
    """The lesson, now that it is known what the office warns of."""
    news = tuple(Say(f"{query.lesson}.now", fact.params) for fact in found.facts[:1])
    return _told(move, query.lesson, news, context)


def answered(move: Move, pending: Pending, context: Context, *, yes: bool) -> Move:
    """Her answer to the question at the end: praised, or put right in one sentence."""
    lesson = pending.intent or ""
    right = RIGHT.get(lesson) is yes
    move = move.with_(pending=None).say(f"{lesson}.{'right' if right else 'wrong'}")
    return following.anything_else(move, context)


def _told(move: Move, lesson: str, news: tuple[Say, ...], context: Context) -> Move:
    """A breath at a time; in a call a question to her comes last."""
    params: tuple[tuple[str, Value], ...] = (("phone", PhoneNumber(context.site.office_phone)),)
    return following.tell(move.with_(served=True), (*news, Say(lesson, params)), context)
