"""How far an answer can be vouched for: its age is told, what is too old is not said at all. PURE.

A fact nobody checked for too long, or one said to be wrong, is not told: a task for the staff is
opened, and somebody checks it and rings back if she likes. "That is wrong" about an answer opens
such a task too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.core.event import Flag, Say
from assistant.core.values import Day, PhoneNumber
from assistant.dialogue import asking, following

if TYPE_CHECKING:
    from assistant.core.answer import Fact, Lookup
    from assistant.core.conversation import Conversation, Pending
    from assistant.core.turn import Understood
    from assistant.dialogue.move import Context, Move

CHECK = "callback.book"
"What a yes to the offer to check is: somebody rings her."
WRONG = "wrong:"
"Marks the question whether an answer is wrong; service and field stand behind it."


def withheld(facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """The facts that are known, and yet not to be told."""
    return tuple(
        fact
        for fact in facts
        if fact.age == "stale" and fact.shape != "unknown" and fact.service is not None
    )


def refuse(move: Move, held: tuple[Fact, ...], lookup: Lookup, context: Context) -> Move:
    """Say that nobody vouches for this, have it checked, and offer to ring back about it."""
    first = held[0]
    move = move.then(*(Flag(fact.service or "", fact.field, "stale") for fact in held))
    if first.notice is not None:
        move = move.say("answer.alert", service=first.name, notice=first.notice)
    move = move.inform("answer.refused", service=first.name).say("check.offer")
    return move.expect("confirm", context.now, intent=CHECK, heard=lookup.words)


def doubts(fact: Fact, context: Context) -> tuple[Say, ...]:
    """After a fact: the holiday nobody wrote about, or how old or unsure it is."""
    if fact.holiday is not None:
        return (Say("answer.holiday", (("holiday", fact.holiday),)),)
    if fact.age == "unsure":
        return (Say("answer.unsure"),)
    if fact.age == "old" and fact.assured is not None:
        return (_checked(fact, context),)
    return ()


def ring_first(fact: Fact) -> bool:
    """Whether she had better ring before she goes."""
    return fact.holiday is not None or fact.age == "unsure"


def _checked(fact: Fact, context: Context) -> Say:
    today = context.now.date()
    return Say("answer.assured", (("checked", Day(fact.assured or today, today)),))


def remark(move: Move, turn: Understood, context: Context) -> Move | None:
    """What she says of the answer just given; `None` when it is about something else."""
    now = move.conversation
    about, said = now.topic, turn.reading.remark
    if said not in {"age", "wrong"} or not about.services or about.field is None:
        return None
    if not _after_answer(now):
        return None
    if said == "age":
        return _tell_age(move, context)
    wanted = f"{WRONG}{about.services[0]}:{about.field}"
    move = move.say("flag.ask", service=about.name)
    return move.expect("confirm", context.now, intent=wanted, heard=turn.utterance.text)


def _after_answer(now: Conversation) -> bool:
    asked = None if now.pending is None else now.pending.question
    return bool(now.answer) and (asked in {None, "open"} or asked in asking.AFTER_ANSWER)


def _tell_age(move: Move, context: Context) -> Move:
    """When the answer was checked, as far as anybody wrote it down."""
    topic, today = move.conversation.topic, context.now.date()
    if topic.checked is None:
        move = move.say("answer.undated", phone=PhoneNumber(context.site.office_phone))
    else:
        move = move.say("answer.assured", checked=Day(topic.checked, today))
    return following.anything_else(move, context)


def confirmed_wrong(move: Move, pending: Pending, context: Context) -> Move:
    """She says yes, it is wrong: have it checked and thank her."""
    service, _, field = (pending.intent or "").removeprefix(WRONG).rpartition(":")
    move = move.then(Flag(service, field, "wrong")).say("flag.taken")
    return following.anything_else(move, context)
