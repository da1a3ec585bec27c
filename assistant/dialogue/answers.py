"""From what the records answered to what is said: facts, rivals, choices, or an honest nothing."""

from __future__ import annotations

from dataclasses import replace

from assistant.core.answer import (
    Browse,
    CaseStatus,
    Choice,
    Fact,
    FeedbackOn,
    Fitting,
    Found,
    LastMonth,
    Lookup,
    Matters,
    Warned,
)
from assistant.core.arranging import (
    BookMissed,
    BookWindow,
    CallbackQuery,
    CancelCallback,
    FindRings,
    FindWindows,
    MoveCallback,
    TellCallbacks,
)
from assistant.core.conversation import Option, Topic
from assistant.core.event import Outcome, Say
from assistant.core.poll import CastVote, FindPolls, PollQuery
from assistant.core.turn import LookedUp
from assistant.core.values import Code, Listing, PhoneNumber, Value
from assistant.dialogue import (
    arranging,
    asking,
    choices,
    figures,
    following,
    honesty,
    moments,
    promises,
    texts,
)
from assistant.dialogue.actions import callback, feedback, learn, poll
from assistant.dialogue.lengths import breath
from assistant.dialogue.move import Context, Move
from assistant.dialogue.standing import standing

OF_HER_OWN = ("privacy.what", "privacy.delete", "privacy.who_looked", "privacy.opt_out")
"Wishes at the end of the first menu."


def looked_up(move: Move, turn: LookedUp, context: Context) -> Move:
    """Turn the answer to a query into prompts, outcomes and the next question."""
    match turn.query:
        case Browse(category):
            return _browsed(move, turn.found, context, top=category is None)
        case CaseStatus(code):
            return _status(move, turn.found.case or code, turn.found, context)
        case Matters() | FeedbackOn() | FindPolls() | CastVote() | Warned() as query:
            return _of_her_own(move, query, turn.found, context)
        case Fitting() | LastMonth() as query:
            return _of_the_line(move, query, turn.found, context)
        case Lookup() as lookup:
            return _answered(move, lookup, turn.found, context)
        case _:
            return _of_callbacks(move, turn.query, turn.found, context)


def _of_her_own(
    move: Move, query: Matters | FeedbackOn | PollQuery | Warned, found: Found, context: Context
) -> Move:
    """Her open matters, a closed one she says something of, a vote, or a lesson she asked for."""
    if isinstance(query, Warned):
        return learn.warned(move, query, found, context)
    if isinstance(query, FindPolls | CastVote):
        return poll.known(move, query, found, context)
    if isinstance(query, Matters):
        return texts.matters(move, query, found, context)
    return feedback.known(move, query, found, context)


def _of_the_line(move: Move, query: Fitting | LastMonth, found: Found, context: Context) -> Move:
    """What the line itself is asked: what it can answer well now, how its last month was."""
    if isinstance(query, Fitting):
        return _suggested(move, query, found, context)
    return figures.told(move, found, context)


def _of_callbacks(move: Move, query: CallbackQuery, found: Found, context: Context) -> Move:
    """What the book of callbacks answered."""
    match query:
        case FindWindows():
            return arranging.found_windows(move, query, found, context)
        case BookWindow() | MoveCallback():
            return arranging.booked(move, query, found, context)
        case BookMissed():
            own = found.promises
            return promises.missed(move, own[0], context) if own else move
        case CancelCallback():
            return callback.taken_back(move, query, found, context)
        case TellCallbacks():
            return callback.told(move, query, found, context)
        case FindRings():
            return callback.rings(move, query, found, context)


def _browsed(move: Move, found: Found, context: Context, *, top: bool) -> Move:
    options = choices.to_options(found.choices)
    if not options:
        return _offer_person(move.say("not_found.menu"), context, heard="")
    menu = _categories_only(found.choices)
    if top and menu and move.conversation.channel == "voice":
        options += _about_her_own(len(options), context)
    return choices.read_out(move, context, options, menu=menu)


def _about_her_own(before: int, context: Context) -> tuple[Option, ...]:
    """Behind everything else: what she may ask and wish about what is kept of her, by keys too."""
    listed = [context.entries[name] for name in OF_HER_OWN if name in context.entries]
    return tuple(
        Option(str(number), entry.example, f"intent:{entry.intent}")
        for number, entry in enumerate(listed, start=before + 1)
    )


def _suggested(move: Move, fitting: Fitting, found: Found, context: Context) -> Move:
    """Examples that fit; after help, the question that was open comes back."""
    move = moments.told(move, fitting, found.fits, context)
    pending = move.conversation.pending
    if fitting.prompt != "help" or move.conversation.channel == "sms":
        return move
    if pending is None or asking.anything(pending):
        return asking.open_question(move, context)
    return asking.again(move, pending)


def _categories_only(listed: tuple[Choice, ...]) -> bool:
    """Whether these are categories: then the person is named first, as in every first menu."""
    return not any(choice.is_service for choice in listed)


def _status(move: Move, code: str, found: Found, context: Context) -> Move:
    if found.promises:
        return following.anything_else(promises.when(move, found.promises[0], context), context)
    if found.told is not None:
        told = (standing(code, found.told, context),)
        move = move.with_(said=told, answer=told, repeats=0).then(*told)
        return following.anything_else(move.with_(served=True), context)
    known = found.status or "unknown"
    move = move.inform(f"status.{known}", code=Code(code))
    return following.anything_else(move.with_(served=True), context)


def _answered(move: Move, lookup: Lookup, found: Found, context: Context) -> Move:
    if found.rivals:
        return _which(move, lookup, found.rivals, context)
    if not found.facts:
        return _not_found(move, lookup, context)
    move = _topic(move, lookup, found)
    if held := honesty.withheld(found.facts):
        return honesty.refuse(move, held, lookup, context)
    if all(fact.shape == "unknown" for fact in found.facts):
        says = tuple(part for part in _parts(found.facts, context) if isinstance(part, Say))
        move = move.then(*says).with_(said=says, answer=says, repeats=0)
        return _offer_person(move, context, heard=lookup.words)
    parts = _parts(found.facts, context)
    if move.conversation.channel == "voice" and _who_and_number(found.facts):
        parts = _who_can_help(parts, move.conversation.language, context)
    return following.tell(move, parts, context)


def _parts(facts: tuple[Fact, ...], context: Context) -> tuple[following.Part, ...]:
    """What is said of each fact, a notice first, with the outcome it is."""
    first, office = facts[0], PhoneNumber(context.site.office_phone)
    parts: list[following.Part] = []
    if first.notice is not None:
        params = (("service", first.name), ("notice", first.notice))
        parts.append(Say("answer.alert", params))
    for fact in facts:
        known: tuple[tuple[str, Value], ...] = (
            ("service", fact.name),
            ("phone", office),
            *fact.params,
        )
        parts.append(Say(f"answer.{fact.field}.{fact.shape}", known))
        if fact.shape == "unknown":
            continue
        if fact.field != "summary":
            told = (("service", fact.service), ("field", fact.field), ("value", fact.value))
            parts.append(Outcome("answered", told))
        parts += honesty.doubts(fact, context)
    if any(honesty.ring_first(fact) and fact.shape != "unknown" for fact in facts):
        parts.append(Say("answer.office", (("phone", office),)))
    return tuple(parts)


def _who_and_number(facts: tuple[Fact, ...]) -> bool:
    shapes = [(fact.field, fact.shape) for fact in facts]
    return shapes == [("summary", "known"), ("phone", "known")]


def _who_can_help(
    parts: tuple[following.Part, ...], language: str, context: Context
) -> tuple[following.Part, ...]:
    """Who can help and the number, in one breath if need be without what else they do."""
    says = [part for part in parts if isinstance(part, Say)]
    whole = sum(breath(context.book.sentence(say, language, "voice").text) for say in says)
    if whole <= 1:
        return parts
    short = {"answer.summary.known": "answer.summary.short", "answer.phone.known": "answer.ring"}
    return tuple(
        replace(part, prompt=short.get(part.prompt, part.prompt)) if isinstance(part, Say) else part
        for part in parts
    )


def _topic(move: Move, lookup: Lookup, found: Found) -> Move:
    about = [fact for fact in found.facts if fact.service is not None]
    if not about:
        return move
    first = about[0]
    return move.with_(
        topic=Topic((first.service or "",), lookup.fields[0], first.name, first.assured)
    )


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
