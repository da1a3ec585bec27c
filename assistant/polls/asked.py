"""From what the dialogue asks to the poll and the choice that are meant. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from assistant.core.poll import Polled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from assistant.core.poll import FindPolls, Standing
    from assistant.polls.meaning import Meaning

    Number = Callable[[str, int], int | None]
    "Reads the number of a choice out of words, given how many choices there are."

LATELY: Final = timedelta(days=60)
"A vote that closed longer ago is told of only where it is named."
BY_CHOICE, BY_TITLE, IS_OPEN = 2.0, 1.5, 1.0
"What speaks for a poll: a choice of it is named, its question is named, it is open."


def meant(
    query: FindPolls,
    standings: Sequence[Standing],
    meaning: Meaning,
    number: Number,
    now: datetime,
) -> Polled:
    """The poll that is meant, or those between which she has to say; and the choice, if any."""
    if meaning.abstains(query.words):
        return Polled(abstains=True)
    found = _which(query, standings, meaning)
    if not found and not query.poll:
        return Polled(_lately(standings, now), lately=True)
    if len(found) != 1:
        return Polled(found)
    named, sure = _choice(query, found[0], meaning, number)
    return Polled(found, named, sure)


def _which(
    query: FindPolls, standings: Sequence[Standing], meaning: Meaning
) -> tuple[Standing, ...]:
    """The polls her words are about; else those that are open."""
    if query.poll:
        own = tuple(item for item in standings if item.poll.id == query.poll)
        return _another(query, own, standings, meaning) or own
    running = tuple(item for item in standings if item.state == "open")
    named = _named(query, standings, meaning)
    if named:
        return named
    last = [item for one in query.heard[-1:] for item in running if item.poll.id == one]
    if query.purpose != "list" and last and query.number is not None:
        return tuple(last)
    return running


def _another(
    query: FindPolls, own: tuple[Standing, ...], standings: Sequence[Standing], meaning: Meaning
) -> tuple[Standing, ...]:
    """While one vote is spoken of: another one that she names instead; empty for none."""
    if query.purpose not in {"answer", "after"} or query.number is not None or not query.words:
        return ()
    if any(meaning.choice(query.words, item.poll.choices).numbers for item in own):
        return ()
    others = [item for item in standings if item not in own]
    titles = [item.poll.title for item in others]
    votes = not query.wish or query.wish.startswith("poll.")
    places = meaning.titles(query.words, titles) if votes and query.purpose == "answer" else ()
    places = places or meaning.within(query.words, titles)
    return (others[places[0]],) if len(places) == 1 else ()


def _named(
    query: FindPolls, standings: Sequence[Standing], meaning: Meaning
) -> tuple[Standing, ...]:
    """The polls her words speak of, by their question or by one of their choices."""
    if not query.words:
        return ()
    titled = set(meaning.titles(query.words, [item.poll.title for item in standings]))
    marks: list[float] = []
    for place, item in enumerate(standings):
        mark = BY_TITLE if place in titled else 0.0
        if query.purpose != "list" and meaning.choice(query.words, item.poll.choices).sure:
            mark += BY_CHOICE
        marks.append(mark + IS_OPEN if mark and item.state == "open" else mark)
    best = max(marks, default=0.0)
    return tuple(item for item, mark in zip(standings, marks, strict=True) if mark and mark == best)


def _lately(standings: Sequence[Standing], now: datetime) -> tuple[Standing, ...]:
    """With nothing open: the vote that opens next, and the one that closed last."""
    ahead = [item for item in standings if item.state == "ahead"]
    over = [item for item in standings if item.state == "over" and _closed(item, now)]
    soonest = sorted(ahead, key=lambda item: item.poll.opens or now)[:1]
    latest = sorted(over, key=lambda item: item.poll.closes or now)[-1:]
    return (*latest, *soonest)


def _closed(standing: Standing, now: datetime) -> bool:
    closes = standing.poll.closes
    return closes is not None and now - closes <= LATELY


def _choice(
    query: FindPolls, standing: Standing, meaning: Meaning, number: Number
) -> tuple[tuple[int, ...], bool]:
    """The choices that are meant; a name goes before a number, since she may count otherwise."""
    if query.purpose == "list" or not (query.words or query.number):
        return (), False
    choices = standing.poll.choices
    fitting = meaning.choice(query.words, choices)
    if query.purpose == "after":
        meant_now = meaning.changes(query.words) or (query.agrees is None and fitting.sure)
        return (fitting.numbers, fitting.sure) if meant_now else ((), False)
    counted = _counted(query, standing, meaning, number)
    if counted is None or fitting.sure:
        return fitting.numbers, fitting.sure
    return (counted,), True


def _counted(query: FindPolls, standing: Standing, meaning: Meaning, number: Number) -> int | None:
    """The published number of the choice that is meant by its place.

    She counts as she was read to; who was not read to in this talk counts as it was published.
    """
    count = len(standing.poll.choices)
    heard = query.order or (standing.order if standing.poll.id in query.heard else ())
    order = heard or tuple(range(1, count + 1))
    words = meaning.latest(query.words)
    place = number(words, len(order)) or query.number or meaning.letter(words)
    if place is None and len(order) % 2 and meaning.in_the_middle(words):
        place = len(order) // 2 + 1
    return order[place - 1] if place is not None and 0 < place <= len(order) else None
