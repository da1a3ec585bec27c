"""Votes as choices: what stands for one, how polls and their choices are read out. PURE.

Keys and numbers count in the order in which she hears the choices; which of the published ones is
meant stands in the target. What she chose is in no answer that is kept for a repeat.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from assistant.core.conversation import Option
from assistant.core.event import Ask, Say
from assistant.core.poll import CastVote, FindPolls
from assistant.core.values import Day, Localised, Words
from assistant.dialogue import windows
from assistant.dialogue.which_number import is_dialled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.core.conversation import Pending
    from assistant.core.poll import Poll, PollPurpose, Standing
    from assistant.core.values import Value
    from assistant.dialogue.move import Context, Move

TOPIC: Final = "poll.topic:"
"How the target of a choice begins that is a poll: `poll.topic:<id>`."
CHOICE: Final = "poll.choice:"
"One that is a choice in a poll: `poll.choice:<published number>:<id>`."
PAGE: Final = 4
"Choices read out at once: a vote needs its choices side by side."
BEFORE_END: Final = timedelta(microseconds=1)
PROMPTS: Final = "poll."
"How every sentence about a vote is named."
QUESTIONS: Final = frozenset({"poll", "ballot"})
"The questions of a vote: which one, and whether it was heard right."


def is_one(option: Option) -> bool:
    """Whether an option belongs to a vote."""
    return option.target.startswith((TOPIC, CHOICE))


def are(options: Sequence[Option]) -> bool:
    """Whether these options belong to a vote."""
    return any(is_one(option) for option in options)


def poll_of(option: Option) -> str:
    """The id of the poll an option belongs to."""
    if option.target.startswith(TOPIC):
        return option.target.removeprefix(TOPIC)
    return option.target.removeprefix(CHOICE).partition(":")[2]


def number_of(option: Option) -> int | None:
    """The published number of a choice; `None` for a poll."""
    if not option.target.startswith(CHOICE):
        return None
    return int(option.target.removeprefix(CHOICE).partition(":")[0])


def topics(standings: Sequence[Standing]) -> tuple[Option, ...]:
    """Polls to choose between, numbered from 1."""
    return tuple(
        Option(str(digit), item.poll.title, f"{TOPIC}{item.poll.id}")
        for digit, item in enumerate(standings, start=1)
    )


def choices_of(poll: Poll, order: Sequence[int]) -> tuple[Option, ...]:
    """These choices of a poll, numbered from 1 in this order."""
    return tuple(
        Option(str(digit), poll.choices[number - 1], f"{CHOICE}{number}:{poll.id}")
        for digit, number in enumerate(order, start=1)
    )


def read(move: Move, standing: Standing, context: Context) -> Move:
    """Put a poll's question with its choices, and wait for one."""
    poll = standing.poll
    move = move.say("poll.title", title=poll.title)
    if poll.closes is not None:
        move = move.say("poll.until", day=last_day(poll, context))
    heard = tuple(one for one in move.conversation.polls_heard if one != poll.id)
    move = move.with_(polls_heard=(*heard, poll.id)[-PAGE:])
    return read_out(move, choices_of(poll, standing.order), context)


def read_out(move: Move, options: tuple[Option, ...], context: Context) -> Move:
    """Read the first page of these options and wait for one of them, by key or in words."""
    of_topics = options[0].target.startswith(TOPIC)
    says = [_line(option) for option in options[:PAGE]]
    if len(options) > PAGE:
        says.append(Say("poll.more", (("digit", Words(str(PAGE + 1))),)))
    says.append(Say("poll.which_topic" if of_topics else "poll.which"))
    return move.then(*says).expect("poll", context.now, options=options, says=tuple(says))


def order_of(pending: Pending) -> tuple[int, ...]:
    """The published numbers of the choices that are being read out, in that order."""
    numbers = (number_of(option) for option in pending.options[:PAGE])
    return tuple(number for number in numbers if number is not None)


def taken(move: Move, option: Option) -> Move:
    """She pressed or texted the digit of an option: hear that poll, or vote so.

    A digit is no guess, so nothing is asked back; she is told what was counted, and may change it.
    """
    number = number_of(option)
    if number is None:
        return move.with_(pending=None).then(Ask(find(move, "list", "", poll=poll_of(option))))
    return cast(move, poll_of(option), number)


def cast(move: Move, poll: str, number: int) -> Move:
    """Have her choice counted, if her telephone can be told from others."""
    now = move.conversation
    move = move.with_(pending=None)
    if not is_dialled(now.contact):
        return move.say("poll.no_number")
    return move.then(Ask(CastVote(now.contact, now.nickname, poll, number)))


def find(move: Move, purpose: PollPurpose, words: str, *, poll: str = "") -> FindPolls:
    """The query for what her words mean."""
    now = move.conversation
    return FindPolls(now.contact, now.nickname, purpose, words, poll, heard=now.polls_heard)


def last_day(poll: Poll, context: Context) -> Day:
    """The last day on which votes are taken."""
    zone = windows.here_zone(context)
    closes = poll.closes or context.now
    return Day((closes - BEFORE_END).astimezone(zone).date(), context.now.astimezone(zone).date())


def first_day(poll: Poll, context: Context) -> Day:
    """The first day on which votes are taken."""
    zone = windows.here_zone(context)
    opens = (poll.opens or context.now).astimezone(zone)
    return Day(opens.date(), context.now.astimezone(zone).date())


def name_of(poll: Poll, number: int | None) -> Localised:
    """What a choice is called."""
    known = number is not None and 0 < number <= len(poll.choices)
    return poll.choices[number - 1] if number is not None and known else Localised(())


def _line(option: Option) -> Say:
    params: tuple[tuple[str, Value], ...] = (
        ("name", option.name),
        ("digit", Words(option.digit)),
    )
    return Say("poll.topic" if option.target.startswith(TOPIC) else "poll.choice", params)
