"""From what the records answered to what is said: facts, rivals, choices, or an honest nothing."""

from __future__ import annotations

from assistant.core.answer import Browse, CaseStatus, Choice, Fact, Found, Lookup
from assistant.core.conversation import Option, Topic
from assistant.core.event import Say
from assistant.core.turn import LookedUp
from assistant.core.values import Code, Listing, Localised, PhoneNumber
from assistant.dialogue import choices
from assistant.dialogue.actions import talk
from assistant.dialogue.move import Context, Move


def looked_up(move: Move, turn: LookedUp, context: Context) -> Move:
    """Turn the answer to a query into prompts, outcomes and the next question."""
    match turn.query:
        case Browse():
            return _browsed(move, turn.found, context)
        case CaseStatus(code):
            return _status(move, code, turn.found, context)
        case Lookup() as lookup:
            return _answered(move, lookup, turn.found, context)


def _browsed(move: Move, found: Found, context: Context) -> Move:
    options = choices.to_options(found.choices)
    if not options:
        return _offer_person(move.say("not_found.menu"), context, heard="")
    top = _categories_only(found.choices)
    return choices.read_out(move, context, options, menu=top)


def _categories_only(listed: tuple[Choice, ...]) -> bool:
    """Whether these are categories: then the person is named first, as in every first menu."""
    return not any(choice.is_service for choice in listed)


def _status(move: Move, code: str, found: Found, context: Context) -> Move:
    known = found.status or "unknown"
    move = move.say(f"status.{known}", code=Code(code))
    return talk.anything_else(move.with_(served=True), context)


def _answered(move: Move, lookup: Lookup, found: Found, context: Context) -> Move:
    if found.rivals:
        return _which(move, lookup, found.rivals, context)
    if not found.facts:
        return _not_found(move, lookup, context)
    known = [fact for fact in found.facts if fact.shape != "unknown"]
    before = move.conversation
    if before.said:
        move = move.with_(trail=(*before.trail[-4:], before.said))
    said_from = len(move.events)
    move = _notice_first(move, found.facts)
    for fact in found.facts:
        move = _say_fact(move, fact, context)
    move = _remember(move, lookup, found, said_from)
    if not known:
        return _offer_person(move, context, heard=lookup.words)
    if lookup.fields[0] == "summary" and before.channel == "voice":
        return _offer_fields(move, found, context)
    return talk.anything_else(move, context)


def _notice_first(move: Move, facts: tuple[Fact, ...]) -> Move:
    first = facts[0]
    if first.notice is None:
        return move
    return move.say("answer.alert", service=first.name, notice=first.notice)


def _say_fact(move: Move, fact: Fact, context: Context) -> Move:
    prompt = f"answer.{fact.field}.{fact.shape}"
    move = move.say(prompt, service=fact.name, **dict(fact.params))
    if fact.shape == "unknown":
        return move
    if fact.stale:
        move = move.say("answer.stale", phone=PhoneNumber(context.site.office_phone))
    if fact.field == "summary":
        return move
    return move.outcome("answered", service=fact.service, field=fact.field, value=fact.value)


def _remember(move: Move, lookup: Lookup, found: Found, said_from: int) -> Move:
    said = tuple(event for event in move.events[said_from:] if isinstance(event, Say))
    services = tuple(fact.service for fact in found.facts if fact.service is not None)
    topic = Topic(services[:1], lookup.fields[0]) if services else move.conversation.topic
    return move.with_(said=said, topic=topic)


def _which(move: Move, lookup: Lookup, rivals: tuple[Choice, ...], context: Context) -> Move:
    options = choices.to_options(rivals[: choices.PAGE])
    names = Listing(tuple(option.name for option in options))
    move = move.with_(topic=Topic((), lookup.fields[0]))
    move = move.say("which.ask", names=names)
    return choices.read_out(move, context, options, menu=False)


def _not_found(move: Move, lookup: Lookup, context: Context) -> Move:
    field, before = lookup.fields[0], move.conversation.pending
    if field in {"roster", "notice"}:
        return _offer_person(move.say(f"not_found.{field}"), context, heard=lookup.words)
    asked_already = before is not None and before.question == "which"
    if field == "summary" or asked_already:
        return _offer_person(move.say("not_found.service"), context, heard=lookup.words)
    move = move.say("which.place").with_(topic=Topic((), field))
    return move.expect("which", context.now, heard=lookup.words)


def _offer_person(move: Move, context: Context, *, heard: str) -> Move:
    return move.say("person.offer").expect(
        "confirm", context.now, intent="person.request", heard=heard
    )


def _offer_fields(move: Move, found: Found, context: Context) -> Move:
    """After who can help: the facts residents usually want next, by word or by key."""
    told = {fact.field for fact in found.facts}
    rest = [field for field in choices.FIELDS if field not in told]
    options = tuple(
        Option(str(number), _spoken_field(field, context), f"field:{field}")
        for number, field in enumerate(rest, start=1)
    )
    return move.say("field.ask").offer("field", context.now, options)


def _spoken_field(field: str, context: Context) -> Localised:
    entry = context.entries.get(f"service.{field}")
    return entry.example if entry is not None else Localised(())
