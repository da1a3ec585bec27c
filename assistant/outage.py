"""What is said where a turn failed, above all while the database is away: whom to turn to instead.

Nothing here asks the database. A call that begins during an outage hears one whole sentence, and is
put through to the office at key 0 where the office has a telephone for that.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.core.errors import DatabaseError
from assistant.core.event import Say
from assistant.core.turn import Key, Opened, Utterance
from assistant.core.values import PhoneNumber
from assistant.drill.numbers import is_drill

if TYPE_CHECKING:
    from assistant.core.conversation import Conversation
    from assistant.core.site import Site
    from assistant.core.turn import Turn
    from assistant.dialogue.prompts import Sentence
    from assistant.memory.hearings import Hearing
    from assistant.rooms import Reply, Rooms

log = logging.getLogger(__name__)

TOLD = 2
"Of `Conversation.unreached`: she knows whom to ring instead; the next failure ends the call."


@dataclass(frozen=True, slots=True)
class Regret:
    """What follows a turn that failed."""

    sentences: tuple[Sentence, ...]
    unreached: int = 0
    "For the conversation: how far she has been told."
    transfer: str | None = None
    end: bool = False


def regret(
    rooms: Rooms, conversation: Conversation, turn: Turn | Utterance, *, away: bool
) -> Regret:
    """What she hears after `turn` failed; `away` says that it was the database.

    Words of danger bring the emergency number first: nobody could be told of them. A single failure
    asks her to say it again, since a server is restarted in seconds; a second one in a row, and a
    call that cannot even begin, say whom to ring instead.
    """
    if conversation.channel == "voice" and isinstance(turn, Opened):
        return _begun(rooms, conversation, away=away)
    first = [emergency(rooms.site)] if _is_danger(rooms, turn) else []
    if away and conversation.channel == "voice":
        return _in_call(rooms, conversation, turn, first)
    return Regret(_said(rooms, conversation, [*first, _again(rooms.site)]))


def _begun(rooms: Rooms, conversation: Conversation, *, away: bool) -> Regret:
    """A call whose opening failed: it may go on by itself, but not without the database."""
    greeting = Say("greeting.short", (("site", rooms.site.name),))
    if not away:
        return Regret(_said(rooms, conversation, [greeting, Say("open.ask")]))
    over = not _can_put_through(rooms, conversation)
    return _whom_to_ring(rooms, conversation, [greeting], over=over)


def _in_call(
    rooms: Rooms, conversation: Conversation, turn: Turn | Utterance, first: list[Say]
) -> Regret:
    can = _can_put_through(rooms, conversation)
    if turn == Key("0") and can:
        said = _said(rooms, conversation, [Say("person.transfer")])
        return Regret(said, TOLD, transfer=rooms.site.staff_phone)
    if turn == Key("0") or conversation.unreached:
        over = conversation.unreached >= TOLD or not can
        return _whom_to_ring(rooms, conversation, first, over=over)
    return Regret(_said(rooms, conversation, [*first, _again(rooms.site)]), unreached=1)


def _again(site: Site) -> Say:
    return Say("error", (("phone", PhoneNumber(site.office_phone)),))


def emergency(site: Site) -> Say:
    """The emergency number, to whoever speaks of danger while nobody can be told of it."""
    return Say("emergency.again", (("number", PhoneNumber(site.emergency_number)),))


def prepared(rooms: Rooms, language: str) -> tuple[str, ...]:
    """What an outage has said on the telephone, to be rendered while all is well."""
    says = (_elsewhere(rooms.site), Say("outage.zero"), Say("outage.slow"), emergency(rooms.site))
    return tuple(rooms.book.sentence(say, language, "voice").text for say in says)


def slow(rooms: Rooms, conversation: Conversation, turn: Turn | Utterance) -> tuple[Sentence, ...]:
    """What she hears while an answer keeps her waiting; at the beginning, who speaks."""
    greeting = [Say("greeting.short", (("site", rooms.site.name),))]
    before = greeting if isinstance(turn, Opened) else []
    return _said(rooms, conversation, [*before, Say("outage.slow")])


def kept(rooms: Rooms, reply: Reply, hearing: Hearing | None, *, held: bool) -> Reply:
    """Keep the talk as the reply leaves it.

    Raises `DatabaseError`, but for the first time in a talk that is `held` elsewhere.
    """
    talk = replace(reply.conversation, unreached=0)
    try:
        rooms.store.save_turn(talk, hearing)
    except DatabaseError as error:
        if not held or reply.conversation.unreached:
            raise
        log.error("a turn of conversation %s could not be kept: %s", talk.id, error)  # noqa: TRY400 - the sentence says it
        return reply
    return replace(reply, conversation=talk)


def _whom_to_ring(
    rooms: Rooms, conversation: Conversation, before: list[Say], *, over: bool
) -> Regret:
    """The sentence itself; then the end of the call, or the one key that still does something."""
    after = [] if over else [Say("outage.zero")]
    said = _said(rooms, conversation, [*before, _elsewhere(rooms.site), *after])
    return Regret(said, TOLD, end=over)


def _elsewhere(site: Site) -> Say:
    numbers = {"number": site.emergency_number, "phone": site.office_phone}
    return Say("outage", tuple((name, PhoneNumber(value)) for name, value in numbers.items()))


def _can_put_through(rooms: Rooms, conversation: Conversation) -> bool:
    """Whether the office has a telephone to which calls are put through; a drill rings nobody."""
    return rooms.site.staff_phone is not None and not is_drill(conversation.contact)


def _said(rooms: Rooms, conversation: Conversation, says: list[Say]) -> tuple[Sentence, ...]:
    language, channel = conversation.language, conversation.channel
    return tuple(rooms.book.sentence(say, language, channel) for say in says)


def _is_danger(rooms: Rooms, turn: Turn | Utterance) -> bool:
    """Whether her words may mean danger; where even that cannot be read, they do not."""
    if not isinstance(turn, Utterance):
        return False
    try:
        return rooms.reader.safety.detect(turn.text, turn.language) is not None
    except Exception:
        log.exception("words could not be looked through for danger")
        return False
