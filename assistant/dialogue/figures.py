"""What the office made of its last month, in two sentences: figures that anybody may know. PURE."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.core.answer import LastMonth
from assistant.core.event import Ask, Outcome, Say
from assistant.core.values import Localised, Number
from assistant.dialogue import following

if TYPE_CHECKING:
    from assistant.core.answer import Found
    from assistant.core.conversation import Question
    from assistant.core.news import MonthTold
    from assistant.core.turn import Channel, Understood
    from assistant.dialogue.move import Context, Move

OWN_ANSWERS: frozenset[Question] = frozenset({"words", "number", "emergency", "feedback"})
"Questions whose answer may hold anything, this one's words too."


def remarked(move: Move, turn: Understood) -> Move | None:
    """She asks how the office did last month; `None` when the words are about something else."""
    now = move.conversation
    if turn.reading.remark != "last_month":
        return None
    if now.pending is not None and now.pending.question in OWN_ANSWERS:
        return None
    return move.with_(pending=None).then(Ask(LastMonth()))


def told(move: Move, found: Found, context: Context) -> Move:
    """Tell the month that is counted, or that none is yet."""
    month = found.month
    if month is None:
        move = move.inform("figures.none").with_(served=True)
        return following.anything_else(move, context)
    cases = {"received": month.received, "closed": month.closed}
    calls = {"kept": month.kept, "late": month.late, "broken": month.broken}
    prompt = "figures.cases" if _is_last(month, context) else "figures.cases_before"
    value = "; ".join(f"{name} {_plain(count)}" for name, count in (cases | calls).items())
    facts = (("service", None), ("field", "notice"), ("value", f"{month.first:%Y-%m}: {value}"))
    channel = move.conversation.channel
    says = (
        _counts(prompt, cases, channel, context),
        _counts("figures.calls", calls, channel, context),
    )
    move = move.with_(pending=None, said=says, answer=says, repeats=0, served=True)
    return following.anything_else(move.then(*says, Outcome("answered", facts)), context)


def _is_last(month: MonthTold, context: Context) -> bool:
    """Whether it is the month before this one; in its first days that is not counted yet."""
    today = context.now.date()
    return 12 * today.year + today.month - 12 * month.first.year - month.first.month == 1


def _counts(prompt: str, counts: dict[str, int | None], channel: Channel, context: Context) -> Say:
    told = ((name, _about(count, channel, context)) for name, count in counts.items())
    return Say(prompt, tuple(told))


def _about(count: int | None, channel: Channel, context: Context) -> Localised:
    """A rounded count in words; where it is hidden, that it is small."""
    say = Say("figures.few") if count is None else Say("figures.about", (("n", Number(count)),))
    return Localised(
        tuple(
            (language, context.book.sentence(say, language, channel).text.rstrip("。."))
            for language in context.site.languages
        )
    )


def _plain(count: int | None) -> str:
    return "<10" if count is None else str(count)
