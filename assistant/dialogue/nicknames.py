"""Shared telephones: whose matter may be told to who writes or speaks now. PURE.

Nobody is asked for a name until a telephone has open matters of two people. A nickname proves
nothing; it keeps what one of them asked from being read out to the other by mistake, and what was
numbered for one from being chosen by the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar, get_args

from assistant.core.answer import Matters, Purpose
from assistant.core.conversation import Option, Topic
from assistant.core.event import Ask, Say
from assistant.core.values import Localised, Words

if TYPE_CHECKING:
    from assistant.core.conversation import Conversation, Pending
    from assistant.dialogue.move import Context, Move

KIND = "who:"
"How the target of a choice begins that is a person."
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
PEOPLE = 4
"People of one telephone who are told apart; who has not been heard of for longest is forgotten."
STAYS = frozenset({"emergency", "who"})
"Questions that stay open whoever answers them."
LISTED = 3
"People named at once: as many choices as are read out (SENIOR 1.2); others write their names."


class Named(Protocol):
    """What belongs to somebody."""

    @property
    def nickname(self) -> str:
        """Whose it is; empty where nobody said so."""
        ...


Owned = TypeVar("Owned", bound=Named)


def mine(now: Conversation, nickname: str) -> bool:
    """Whether what was said to `nickname` may be gone on with by who writes now."""
    if not nickname or alike(nickname, now.nickname):
        return True
    return not now.nickname and len(now.people) <= 1


def own(now: Conversation, items: Sequence[Owned]) -> tuple[Owned, ...]:
    """What may be told to who writes now: hers, and what nobody gave a name to.

    Where she gave none and at most one person ever did on this telephone, it is all hers.
    """
    if not now.nickname and len(_names(items)) <= 1:
        return tuple(items)
    return tuple(item for item in items if not item.nickname or alike(item.nickname, now.nickname))


def must_ask(now: Conversation, items: Sequence[Named]) -> bool:
    """Whether she must say who she is before anything of these is told."""
    return not now.nickname and len(_names(items)) > 1


def ask(move: Move, query: Matters, items: Sequence[Named], context: Context) -> Move:
    """Ask which of these people she is; the answer goes on with `query`."""
    options = tuple(
        Option(str(number), Localised((("", name),)), f"{KIND}{name}")
        for number, name in enumerate(_names(items)[:LISTED], start=1)
    )
    lines = [
        Say("menu.option", (("name", option.name), ("digit", Words(option.digit))))
        for option in options
    ]
    move = move.then(Say("who.ask"), *lines)
    wanted = query.purpose + ("|stop" if query.or_stop else "")
    return move.expect(
        "who", context.now, options=options, intent=wanted, heard=query.words,
        says=(Say("who.ask"), *lines),
    )  # fmt: skip


def chosen(move: Move, option: Option) -> Move:
    """She has chosen who she is; go on with what she had asked."""
    pending = move.conversation.pending
    move = become(move, option.target.removeprefix(KIND), another=False)
    return move if pending is None else go_on(move, pending)


def alike(one: str, other: str) -> bool:
    """Whether two nicknames are the same, however they are written."""
    return one.casefold().split() == other.casefold().split()


def _names(items: Sequence[Named]) -> tuple[str, ...]:
    """The people among these, each once, in their order."""
    found: list[str] = []
    for item in items:
        if item.nickname and not any(alike(item.nickname, name) for name in found):
            found.append(item.nickname)
    return tuple(found)


def become(move: Move, name: str, *, another: bool) -> Move:
    """She is `name` from here on; `another` says that somebody else was writing before."""
    people = tuple(one for one in move.conversation.people if not alike(one, name))
    move = move.with_(nickname=name, people=(*people, name)[-PEOPLE:])
    return afresh(move) if another else move


def afresh(move: Move) -> Move:
    """Somebody else has the telephone: nothing that was talked about before is gone on with."""
    pending = move.conversation.pending
    stays = pending is not None and pending.question in STAYS
    return move.with_(
        pending=pending if stays else None,
        topic=Topic(),
        said=(),
        answer=(),
        trail=(),
        repeats=0,
        later="",
        arranging=None,
    )


def go_on(move: Move, pending: Pending) -> Move:
    """Put the query again for which she had to say who she is."""
    purpose, _, stop = (pending.intent or "status").partition("|")
    wanted = next((one for one in PURPOSES if one == purpose), PURPOSES[0])
    query = Matters(move.conversation.contact, wanted, pending.heard, or_stop=bool(stop))
    return move.with_(pending=None, misses=0).then(Ask(query))
