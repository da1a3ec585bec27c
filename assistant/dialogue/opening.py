"""How a call begins: as the caller likes it; with the matter that broke off, or openly."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from assistant.core.conversation import Conversation, Pending, Topic
from assistant.core.event import Say
from assistant.core.turn import Opened
from assistant.core.values import Localised, PhoneNumber
from assistant.dialogue import asking
from assistant.dialogue.following import WISH
from assistant.dialogue.move import Context, Move

TAKEN_UP = timedelta(minutes=10)
"A call that broke off is taken up for so long; later she has most likely begun something else."


NO_MATTER = frozenset({"open", "done", "keep", "number"})
"Questions that leave nothing to go on with."


def greet(move: Move, turn: Opened, context: Context) -> Move:
    """Answer a call: who we are and one question, in the language and at the pace she likes."""
    move = _as_she_likes(move, turn, context)
    last = turn.last
    if last is not None and _broken_off(move.conversation, last, context.now):
        taken_up = _take_up(move, last, context)
        if taken_up is not None:
            return taken_up
    own, *others = _own_language_first(move, context)
    greeting = Say("greeting", (("site", context.site.name),))
    move = move.then(replace(greeting, language=own))
    for language in others:
        move = move.then(Say("greeting.other", (), language))
    return move.expect("open", context.now, says=(greeting,))


def unheard(move: Move, why: str, context: Context) -> Move:
    """Greet somebody who cannot be heard: the prompt `why`, and what to do in danger.

    Her words of danger would reach nobody, so the number comes before she has said any.
    """
    move = move.say(why, site=context.site.name)
    return move.say("greeting.danger", number=PhoneNumber(context.site.emergency_number))


def resumed(move: Move, pending: Pending, context: Context, *, yes: bool) -> Move:
    """Go back to the question that was open when the call broke off; or begin afresh."""
    before = pending.before
    if not yes or before is None:
        move = move.with_(topic=Topic(), said=(), answer=(), trail=(), pending=None)
        return asking.open_question(move, context)
    if before.question in asking.AFTER_ANSWER:
        move = move.then(*move.conversation.said)
    move = move.with_(pending=replace(before, asked=context.now))
    return asking.again(move, before) if before.says else asking.open_question(move, context)


def _as_she_likes(move: Move, turn: Opened, context: Context) -> Move:
    """A language asked for with the call itself counts more than the one that was kept."""
    kept = turn.preferences
    if kept is None:
        return move
    own = context.site.languages[0]
    move = move.with_(pace=kept.pace)
    if move.conversation.language != own or kept.language not in context.site.languages:
        return move
    return move.with_(language=kept.language)


def _own_language_first(move: Move, context: Context) -> list[str]:
    first = move.conversation.language
    return [first, *(item for item in context.site.languages if item != first)]


def _broken_off(now: Conversation, last: Conversation, moment: datetime) -> bool:
    """Whether her last call ended without a goodbye a short while ago, with something open."""
    if last.id == now.id or last.ended or not last.turns:
        return False
    age = moment - last.updated
    pending = last.pending
    matter_open = pending is not None and pending.question not in NO_MATTER
    alone = len(last.people) <= 1  # of several who share it, nobody knows who rings now
    return timedelta(0) <= age <= TAKEN_UP and matter_open and alone


def _take_up(move: Move, last: Conversation, context: Context) -> Move | None:
    """Greet and ask whether to go on with the matter, by its name; `None` where it has none.

    Danger is not asked about: its question is simply open again.
    """
    before = last.pending
    if before is not None and before.question == "resume":
        before = before.before
    if before is None:
        return None
    matter = _matter(last, before, context)
    greeted = move.say("greeting.short", site=context.site.name).with_(
        topic=last.topic,
        said=last.said,
        answer=last.answer,
        trail=last.trail,
        copy_offered=last.copy_offered,
        arranging=last.arranging,
        language=last.language,
    )
    if before.question == "emergency":
        still = replace(before, asked=context.now)
        return asking.again(greeted.with_(emergency=last.emergency, pending=still), before)
    if not matter.texts:
        return None
    return greeted.say("resume.ask", matter=matter).expect("resume", context.now, before=before)


def _matter(last: Conversation, before: Pending, context: Context) -> Localised:
    """What the matter is called: the service spoken of, else the wish."""
    entry = context.entries.get((before.intent or "").removeprefix(WISH))
    if before.question == "confirm" and entry is not None:
        return entry.example
    if last.topic.name.texts:
        return last.topic.name
    return entry.example if entry is not None else Localised(())
