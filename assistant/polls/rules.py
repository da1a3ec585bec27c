"""When a poll is open, whose voice a vote is, how choices are ordered, what is told. Pure."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, Literal

from assistant.core.poll import Tally

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from assistant.core.poll import Poll, PollState

Voice = Literal["person", "telephone"]
"Who has one vote: everybody who gives her own nickname on a telephone, or the telephone."
FEW: Final = 10
"Fewer votes than this are told as fewer than ten: they could show who cast them (SENIOR 7)."


def state(poll: Poll, now: datetime) -> PollState:
    """Whether votes are taken at this moment."""
    if poll.opens is not None and now < poll.opens:
        return "ahead"
    return "over" if poll.closes is not None and now >= poll.closes else "open"


def order(poll: Poll, contact: str) -> tuple[int, ...]:
    """The choices as this caller hears them: the same each time, begun elsewhere for others.

    What is read first is chosen more often; over all callers every choice comes first as often.
    """
    count = len(poll.choices)
    digest = hashlib.sha256(f"{poll.id}\n{contact}".encode()).digest()
    first = int.from_bytes(digest[:8], "big") % count
    return tuple((first + step) % count + 1 for step in range(count))


def voter(contact: str, nickname: str, voice: Voice) -> str:
    """What stands for one voice."""
    name = " ".join(nickname.casefold().split()) if voice == "person" else ""
    return f"{contact}\n{name}"


def result(poll: Poll, counts: Mapping[int, int]) -> tuple[Tally, ...]:
    """What may be told of these counts, in the published order."""
    return tuple(
        Tally(number, votes if (votes := counts.get(number, 0)) >= FEW else None)
        for number in range(1, len(poll.choices) + 1)
    )


def whole(tallies: Sequence[Tally]) -> int | None:
    """How many voted in all; `None` where that would give away a part that is hidden."""
    told = [tally.votes for tally in tallies if tally.votes is not None]
    return sum(told) if len(told) == len(tallies) else None


def about(turnout: int) -> int | None:
    """How many have voted so far, rounded down to tens; `None` for fewer than ten.

    The exact number just before the end would give a hidden part of the result away.
    """
    return None if turnout < FEW else turnout // 10 * 10
