"""Figures of contacts, each one function whose docstring is its definition. Pure.

`MEASURES` names all of them; the figures of a stretch are the sums of those of its days. Contacts
whose seven days are not over (`again is None`) are left out wherever it matters who comes again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from assistant.scorecard.contacts import Contact
from assistant.scorecard.figures import Share

SOON_MS: Final = 15_000
"Chinese hotlines ask for 80 % within 15 s (SENIOR 7)."
HUNG_UP_AT_ONCE_S: Final = 5
"Who hangs up sooner has dialled a wrong number or thought better of it (SENIOR 7)."
FEWEST: Final = 30
"A group of fewer contacts says too little to be compared: a share of 30 may err by 18 points."
ALARM: Final = Fraction(4, 5)
"The worst group has less than four fifths of what the best has."


def contacts(found: Iterable[Contact]) -> Share:
    """All of them, among themselves."""
    count = sum(1 for _ in found)
    return Share(count, count)


def resolved(found: Iterable[Contact]) -> Share:
    """Settled without staff: an answer was given, and none came back for the same in seven days.

    Among contacts that left nothing for staff to do. Containment alone is not resolution: who was
    not answered, or left, is in the denominator.
    """
    ours = [one for one in found if one.alone and one.again is not None]
    return Share(sum(one.ending == "answered" and not one.again for one in ours), len(ours))


def settled_by_staff(found: Iterable[Contact]) -> Share:
    """Passed on to staff, and nobody came back for the same in seven days."""
    theirs = [one for one in found if not one.alone and one.again is not None]
    return Share(sum(not one.again for one in theirs), len(theirs))


def came_again(found: Iterable[Contact]) -> Share:
    """Followed by the same telephone with the same topic within seven days.

    Among contacts with a topic and a telephone that was told to us.
    """
    known = [one for one in found if one.topic and one.again is not None]
    return Share(sum(bool(one.again) for one in known), len(known))


def unfinished(found: Iterable[Contact]) -> Share:
    """Came to nothing: she left, or no answer, request, vote or helper came of it."""
    listed = tuple(found)
    return Share(sum(one.ending in {"left", "none"} for one in listed), len(listed))


def answered_soon(found: Iterable[Contact]) -> Share:
    """Calls whose first word came within 15 s of the ring."""
    known = [one.waited_ms for one in found if one.waited_ms is not None]
    return Share(sum(waited <= SOON_MS for waited in known), len(known))


def abandoned(found: Iterable[Contact]) -> Share:
    """Calls hung up after more than 5 s without anything having come of them.

    Calls hung up sooner are in neither number.
    """
    calls = [one for one in found if one.channel == "voice"]
    offered = [one for one in calls if one.ending != "left" or one.lasted_s > HUNG_UP_AT_ONCE_S]
    return Share(sum(one.ending == "left" for one in offered), len(offered))


def understood(found: Iterable[Contact]) -> Share:
    """Sentences in which an intent was accepted, among all that were heard or read."""
    listed = tuple(found)
    return Share(sum(one.understood for one in listed), sum(one.heard for one in listed))


def emergencies_meant(found: Iterable[Contact]) -> Share:
    """Offers of the emergency number that she confirmed; the others were false."""
    listed = [one for one in found if one.offered]
    offered = sum(one.offered for one in listed)
    return Share(sum(min(one.confirmed, one.offered) for one in listed), offered)


def opted_out(found: Iterable[Contact]) -> Share:
    """Contacts in which somebody wished for nothing unasked any more."""
    listed = tuple(found)
    return Share(sum(one.ending == "opted_out" for one in listed), len(listed))


def ring_backs(found: Iterable[Contact]) -> Share:
    """Contacts that somebody is to ring back after."""
    listed = tuple(found)
    return Share(sum(one.ending == "callback" for one in listed), len(listed))


Measure = Callable[[Iterable[Contact]], Share]
MEASURES: Final[Mapping[str, Measure]] = {
    one.__name__: one
    for one in (
        contacts, resolved, settled_by_staff, came_again, unfinished,
        answered_soon, abandoned, understood, emergencies_meant, opted_out, ring_backs,
    )
}  # fmt: skip
COMPARED: Final = ("resolved", "understood")
"Measures of which a higher share is better, and which groups are compared by."
ALL: Final = "all"
CUTS: Final[Mapping[str, Callable[[Contact], str]]] = {
    "channel": lambda one: one.channel,
    "line": lambda one: one.line,
    "language": lambda one: one.language,
    "time": lambda one: part_of_day(one.hour),
    "hearing": lambda one: one.hearing,
}
"Groups of contacts. A resident's age is never asked for, so none is here."
_PARTS: Final = ((6, "night"), (12, "morning"), (18, "afternoon"), (22, "evening"), (24, "night"))


def part_of_day(hour: int) -> str:
    """`night` from 22 to 6, `morning` to 12, `afternoon` to 18, `evening` to 22."""
    return next(name for before, name in _PARTS if hour < before)


def counted(found: Sequence[Contact]) -> dict[tuple[str, str], Share]:
    """Every measure of the contacts of a day, by measure and group (`all`, `channel=voice`).

    With them `asked@TOPIC` and `left@STEP`: how many asked for a thing, how many came to nothing
    after a prompt, each among all contacts, of all and of each channel.
    """
    groups: dict[str, list[Contact]] = defaultdict(list)
    groups[ALL] = list(found)
    for one in found:
        for cut, of in CUTS.items():
            groups[f"{cut}={of(one)}"].append(one)
    shares = {
        (name, group): share
        for group, members in groups.items()
        for name, measure in MEASURES.items()
        if (share := measure(members)).whole
    }
    for group, members in groups.items():
        if group == ALL or group.startswith("channel="):
            shares |= {(name, group): share for name, share in _named(members).items()}
    return shares


def _named(found: Sequence[Contact]) -> dict[str, Share]:
    asked = Counter(f"asked@{one.topic}" for one in found if one.topic)
    left = Counter(f"left@{one.step}" for one in found if one.ending in {"left", "none"})
    return {name: Share(count, len(found)) for name, count in (asked + left).items()}


@dataclass(frozen=True, slots=True)
class Gap:
    """How far the worst group is behind the best, by one way to part residents into groups."""

    measure: str
    cut: str
    groups: tuple[tuple[str, Share], ...]
    "Those with at least `FEWEST`, the best first."

    @property
    def ratio(self) -> Fraction | None:
        """Worst ÷ best; `None` where fewer than two groups say enough, or nobody had anything."""
        if len(self.groups) < 2:  # noqa: PLR2004 - a comparison needs two
            return None
        (_, best), (_, worst) = self.groups[0], self.groups[-1]
        if not best.part:
            return None
        return Fraction(worst.part, worst.whole) / Fraction(best.part, best.whole)

    @property
    def alarm(self) -> bool:
        """Whether it is below `ALARM`."""
        return self.ratio is not None and self.ratio < ALARM


def gaps(shares: Mapping[tuple[str, str], Share]) -> tuple[Gap, ...]:
    """Every gap of a stretch, from its shares by measure and group."""
    return tuple(gap(measure, cut, shares) for measure in COMPARED for cut in CUTS)


def gap(measure: str, cut: str, shares: Mapping[tuple[str, str], Share]) -> Gap:
    """One gap; groups of fewer than `FEWEST` are left out, who only pressed keys is no group."""
    groups = [
        (group.partition("=")[2], share)
        for (name, group), share in shares.items()
        if name == measure and group.startswith(f"{cut}=") and share.whole >= FEWEST
    ]
    told = [(name, share) for name, share in groups if name != "keys"]
    ranked = sorted(told, key=lambda row: (-Fraction(row[1].part, row[1].whole), row[0]))
    return Gap(measure, cut, tuple(ranked))
