"""Votes of residents: what is asked, what a caller may choose, what became of her vote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime

    from assistant.core.values import Localised

PollState = Literal["ahead", "open", "over"]
"Not yet open, open, closed."
PollPurpose = Literal["list", "vote", "answer", "after"]
"""Whether she asks what there is, wants to vote, answers a vote that was just read to her, or
speaks after her vote was counted, when she may be changing it."""


@dataclass(frozen=True, slots=True)
class Poll:
    """One question all residents are asked."""

    id: str
    title: Localised
    choices: tuple[Localised, ...]
    "In the published order; a choice is named by its place, from 1."
    opens: datetime | None
    "`None`: open since ever."
    closes: datetime | None
    "The first moment at which no vote is taken any more; `None`: open until staff close it."


@dataclass(frozen=True, slots=True)
class Tally:
    """What one choice got."""

    choice: int
    votes: int | None
    "`None` where so few voted for it that the number could tell who."


@dataclass(frozen=True, slots=True)
class Standing:
    """A poll as it stands for one caller."""

    poll: Poll
    state: PollState
    order: tuple[int, ...]
    "The choices in the order in which this caller hears them."
    mine: int | None = None
    "Her choice that stands."
    result: tuple[Tally, ...] = ()
    "Once staff have published it, in the published order."


@dataclass(frozen=True, slots=True)
class FindPolls:
    """Ask which poll and which choice her words mean."""

    contact: str
    nickname: str
    purpose: PollPurpose
    words: str
    poll: str = ""
    "The one it is about, where that is settled."
    number: int | None = None
    "The number she said."
    order: tuple[int, ...] = ()
    "The choices as they were just read out: what her number counts in."
    heard: tuple[str, ...] = ()
    "Polls that were read to her in this talk, the latest last."
    wish: str = ""
    "What else her words may want, where they name no choice."
    agrees: bool | None = None
    "Whether they sound like a yes or a no."


@dataclass(frozen=True, slots=True)
class CastVote:
    """Count a choice for this caller; it takes the place of the one she made before."""

    contact: str
    nickname: str
    poll: str
    choice: int


@dataclass(frozen=True, slots=True)
class Cast:
    """What became of a vote."""

    choice: int
    replaces: int | None
    "The choice it took the place of."
    votes: int
    "How many votes of this telephone stand in this poll."
    ask_to_tell: bool
    "Whether she is to be asked if she wants the result by text."


@dataclass(frozen=True, slots=True)
class Polled:
    """What the polls answered."""

    standings: tuple[Standing, ...] = ()
    "The poll that is meant; several where it is not clear which."
    named: tuple[int, ...] = ()
    "Of the one poll that is meant: the choices her words fit, the best first."
    sure: bool = False
    "Whether the first of them is meant beyond doubt."
    lately: bool = False
    "Whether nothing is open, so that these are the votes that closed last and open next."
    abstains: bool = False
    "Whether she says that she does not want to choose."
    cast: Cast | None = None
    "For a `CastVote`; `None` where the vote was not counted."


PollQuery = FindPolls | CastVote
POLL_QUERIES = (FindPolls, CastVote)
