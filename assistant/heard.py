"""What is kept of a turn for staff: what was heard, what was answered, which case it was about.

Nothing of a turn without words and without a key: it tells whoever works on a case nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.core.answer import CaseStatus, FeedbackOn
from assistant.core.arranging import (
    BookMissed,
    BookWindow,
    CancelCallback,
    FindWindows,
    MoveCallback,
    TellCallbacks,
)
from assistant.core.event import (
    Alert,
    AlertNews,
    FeedbackAsked,
    GiveFeedback,
    Reopen,
    TakeDown,
)
from assistant.core.turn import Key, Understood
from assistant.dialogue import ballots
from assistant.memory.hearings import Answer, Exchange, Hearing

if TYPE_CHECKING:
    from datetime import datetime

    from assistant.core.answer import Found, Query
    from assistant.core.conversation import Conversation
    from assistant.core.event import Event
    from assistant.core.turn import Turn
    from assistant.rooms import Reply


def hearing(
    before: Conversation, turn: Turn, reply: Reply, now: datetime, *, as_texts: bool
) -> Hearing | None:
    """The turn as it is kept; `before` is the conversation it was a turn of.

    Answers are the texts as they were sent, `as_texts`, else the sentences as they were said.
    Numbers were masked before anything was understood, so none of an identity card is in it.
    """
    if not isinstance(turn, Understood | Key) or _is_of_a_vote(before, reply):
        return None
    heard = turn.utterance if isinstance(turn, Understood) else None
    exchange = Exchange(heard, _texts(reply) if as_texts else _sentences(reply))
    return Hearing(before.id, before.turns + 1, now, before.channel, reply.case, exchange)


def _is_of_a_vote(before: Conversation, reply: Reply) -> bool:
    """Whether a turn may show what somebody voted for: of those nothing is kept."""
    asked = before.pending
    voting = asked is not None and asked.question in ballots.QUESTIONS
    return voting or any(one.prompt.startswith(ballots.PROMPTS) for one in reply.sentences)


def _sentences(reply: Reply) -> tuple[Answer, ...]:
    return tuple(Answer(one.prompt, one.text, one.language) for one in reply.sentences)


def _texts(reply: Reply) -> tuple[Answer, ...]:
    prompts = " ".join(one.prompt for one in reply.sentences)
    language = reply.sentences[-1].language if reply.sentences else reply.conversation.language
    return tuple(Answer(prompts, text, language) for text in reply.texts)


def case_of(event: Event) -> str:
    """The case an event is about; empty for none."""
    match event:
        case TakeDown() | Alert() | AlertNews() | GiveFeedback() | FeedbackAsked() | Reopen():
            return event.code
        case _:
            return ""


def case_asked(query: Query, found: Found) -> str:
    """The case a query was about, once it is answered; empty for none and for an unknown code."""
    match query:
        case CaseStatus() if found.status is not None or found.promises:
            return found.case or ""
        case FeedbackOn():
            return found.case or ""
        case TellCallbacks() if len(found.promises) == 1:
            return found.promises[0].code
        case BookWindow() | BookMissed() | MoveCallback() | CancelCallback() if found.promises:
            return found.promises[0].code
        case FindWindows(wish=wish) if wish is not None:
            return found.promises[0].code if found.promises else wish.code
        case _:
            return ""
