"""A mark for finished work: asked for after a case is closed, or given of her own accord.

Who is unhappy and says why has her case opened again; who says only that she is unhappy is asked
why.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from assistant.core.answer import CaseStatus, FeedbackOn
from assistant.core.event import Ask, GiveFeedback, Reopen
from assistant.core.intent import Mark
from assistant.dialogue import choices, finished, following

if TYPE_CHECKING:
    from assistant.core.answer import FeedbackStep, Found
    from assistant.core.conversation import Pending
    from assistant.core.turn import Understood
    from assistant.dialogue.move import Context, Entry, Move

CONTENT_FROM: Final = 2 / 3
UNHAPPY_BELOW: Final = 0.5
"Shares of the best mark: 2 of 3, 4 of 5 and 7 of 10 are content, 1 of 3 and 2 of 5 unhappy."
ABOUT_IT: Final = ("case.", "feedback.", "safety.")
"What words after finished work may seem to mean and are still about it: 又漏了 is no new report."
NO_MORE: Final = frozenset({"talk.no", "talk.thanks", "talk.yes"})


def give(move: Move, turn: Understood, _entry: Entry, _context: Context) -> Move:
    """A mark of her own accord: find the case it is about."""
    return move.with_(pending=None).then(Ask(_query(move, turn, "mark", "")))


def answered(move: Move, turn: Understood, pending: Pending, context: Context) -> Move | None:
    """An answer in words to one of the questions; `None` where they are about something else."""
    step, code = finished.asked_by(pending)
    if _another_wish(turn):
        return None
    if step in {"rest", "why"}:
        return _rest(move, turn, code, context)
    query = _query(move, turn, step, code)
    if step == "content" and query.score is None and turn.reading.agrees is not None:
        score = finished.OF if turn.reading.agrees else 1
        query = replace(query, score=score, of=finished.OF)
    if step == "solved" and query.solved is None:
        query = replace(query, solved=_solved(turn, query))
    if (query.solved if step == "solved" else query.score) is None:
        return choices.chosen_words(move, turn, context)
    return move.with_(misses=0).then(Ask(query))


def known(move: Move, query: FeedbackOn, found: Found, context: Context) -> Move:
    """Keep an answer, now that its case is known, and put the next question."""
    code = found.case or ""
    if query.code and not code:
        return _over(move.say("feedback.over"), context)
    if query.step == "mark" and query.score is None and query.solved is None:
        return finished.ask(move, "content", code, context)
    told = GiveFeedback(code, query.solved, query.score, query.of, _why(query))
    move = move.with_(pending=None).then(told)
    if query.score is not None:
        move = move.outcome("feedback.given", score=query.score, of=query.of)
    return _next(move, query, _together(found.mark, query), code, context)


def nothing_more(move: Move, context: Context) -> Move:
    """She has nothing to add."""
    return _over(move.with_(pending=None).say("feedback.thanks"), context)


def _next(move: Move, query: FeedbackOn, said: Mark, code: str, context: Context) -> Move:
    if _unhappy(said) and code and _why(query):
        move = move.then(Reopen(code, query.words)).say("feedback.reopened")
        return move.then(Ask(CaseStatus(code, move.conversation.contact)))
    if said.score is None:
        return finished.ask(move, "content", code, context)
    if query.step in {"rest", "why"}:
        return nothing_more(move, context)
    if query.step == "mark" and not _unhappy(said):
        return following.anything_else(move.say("feedback.thanks"), context)
    if query.step == "mark" and not code and _why(query):
        move = move.say("feedback.sorry").say("person.offer")
        return move.expect("confirm", context.now, intent="person.request", heard=query.words)
    return finished.ask(move, "why" if _unhappy(said) else "rest", code, context)


def _rest(move: Move, turn: Understood, code: str, context: Context) -> Move:
    match = turn.reading.match
    no_more = match.accepted and match.intent in NO_MORE
    if turn.reading.agrees is not None or no_more:
        return nothing_more(move, context)
    query = _query(move, turn, "rest", code)
    return move.then(Ask(replace(query, score=None, of=None, more=True)))


def _query(move: Move, turn: Understood, step: FeedbackStep, code: str) -> FeedbackOn:
    mark, contact = turn.reading.mark or Mark(None, None), move.conversation.contact
    return FeedbackOn(
        contact, step, code, mark.solved, mark.score, mark.of, turn.utterance.text, mark.more
    )


def _solved(turn: Understood, query: FeedbackOn) -> bool | None:
    """Whether it is solved, from a yes or a no, or from the mark alone."""
    if turn.reading.agrees is not None:
        return turn.reading.agrees
    if query.score is None:
        return None
    return _share(query.score, query.of) >= CONTENT_FROM


def _together(before: Mark | None, query: FeedbackOn) -> Mark:
    """What she has said in all."""
    earlier = before if before is not None and query.step != "mark" else Mark(None, None)
    scored = query if query.score is not None else earlier
    solved = query.solved if query.solved is not None else earlier.solved
    return Mark(scored.score, scored.of, solved)


def _unhappy(said: Mark) -> bool:
    low = said.score is not None and _share(said.score, said.of) < UNHAPPY_BELOW
    return low or said.solved is False


def _share(score: float, of: int | None) -> float:
    return score / (of or finished.OF)


def _why(query: FeedbackOn) -> str:
    """Her words, where they tell more than the mark."""
    return query.words if query.more else ""


def _another_wish(turn: Understood) -> bool:
    match = turn.reading.match
    if not match.accepted or match.intent is None or turn.reading.mark is not None:
        return False
    return match.intent not in NO_MORE and not match.intent.startswith(ABOUT_IT)


def _over(move: Move, context: Context) -> Move:
    """In a call she wanted nothing else before she was asked; a text stands alone."""
    if move.conversation.channel == "sms":
        return following.anything_else(move, context)
    return following.farewell(move, context)
