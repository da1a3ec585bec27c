"""Who writes or speaks now: noted when she says it, doubted after a pause. PURE."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from assistant.core.values import Words
from assistant.dialogue import asking, nicknames

if TYPE_CHECKING:
    from assistant.core.conversation import Pending
    from assistant.core.turn import Understood
    from assistant.dialogue.move import Context, Move

SAME_PERSON = timedelta(hours=1)
"After so long without a text, the next one may be somebody else's."
SHORT_NAME = 12
"Characters; a longer answer to who she is, is no nickname."


def heard(move: Move, turn: Understood, context: Context) -> Move:
    """Note who writes or speaks: whom she says she is, or after a pause nobody in particular."""
    before, said = move.conversation, turn.reading.introduction
    if before.channel == "sms" and context.now - before.updated > SAME_PERSON:
        move = _doubted(move)
    if said is None or turn.utterance.confidence < context.confirm_below:
        return move
    another = before.nickname != "" and not nicknames.alike(before.nickname, said.name)
    return nicknames.become(move, said.name, another=another)


def _doubted(move: Move) -> Move:
    """The next text may be anybody's who shares the telephone."""
    now = move.conversation
    move = move.with_(nickname="")
    return nicknames.afresh(move) if now.nickname and len(now.people) > 1 else move


def told(move: Move, turn: Understood, context: Context) -> Move | None:
    """Act on a text or sentence that only says who she is; `None` where it says more."""
    pending, said = move.conversation.pending, turn.reading.introduction
    asked = pending is not None and pending.question == "who"
    if pending is not None and asked:
        if said is not None and said.alone:
            return nicknames.go_on(move, pending)
        return _short_answer(move, turn, pending)
    if said is None or not said.alone or not move.conversation.nickname:
        return None
    move = move.say("who.noted", name=Words(said.name)).with_(misses=0)
    if pending is None or asking.anything(pending):
        return asking.open_question(move, context)
    return asking.again(move, pending)


def _short_answer(move: Move, turn: Understood, pending: Pending) -> Move | None:
    """“小王”: none of those who were named, but a nickname; a wish is taken for a wish."""
    words = turn.utterance.text.strip(" 。.,，!！")
    reading = turn.reading
    wish = reading.match.accepted or reading.word is not None or reading.agrees is not None
    if wish or reading.slots.choice is not None or not words or len(words) > SHORT_NAME:
        return None
    return nicknames.go_on(nicknames.become(move, words, another=False), pending)
