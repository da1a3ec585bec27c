"""What is told of votes that are not open: when they open, that they closed, the result. PURE."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.core.event import Say
from assistant.core.values import Number
from assistant.dialogue import ballots, following

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.core.poll import Poll, Standing, Tally
    from assistant.dialogue.move import Context, Move


def told(move: Move, standings: tuple[Standing, ...], context: Context) -> Move:
    """Tell how these votes stand; the line then asks what else there is."""
    if not standings:
        return none(move, context)
    says = tuple(say for item in standings for say in _of_one(item, context))
    return following.tell(move.with_(pending=None, served=True), says, context)


def none(move: Move, context: Context) -> Move:
    """There is nothing to vote on: she may still tell us what she would like."""
    move = move.say("poll.none").with_(served=True).say("poll.suggest")
    return move.expect("confirm", context.now, intent="case.suggest")


def result(poll: Poll, tallies: tuple[Tally, ...]) -> tuple[Say, ...]:
    """What came out, choice by choice; few votes are told as few."""
    return tuple(_tally(poll, tally) for tally in tallies)


def _of_one(standing: Standing, context: Context) -> Iterator[Say]:
    poll = standing.poll
    title = ("title", poll.title)
    if standing.state == "ahead":
        yield Say("poll.ahead", (title, ("day", ballots.first_day(poll, context))))
        return
    yield Say("poll.over", (title, ("day", ballots.last_day(poll, context))))
    if not standing.result:
        yield Say("poll.no_result")
    yield from result(poll, standing.result)


def _tally(poll: Poll, tally: Tally) -> Say:
    name = ("name", ballots.name_of(poll, tally.choice))
    if tally.votes is None:
        return Say("poll.few", (name,))
    return Say("poll.tally", (name, ("votes", Number(tally.votes))))
