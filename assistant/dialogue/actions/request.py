"""What a person must do: taken down in the resident's own words, with a code, and read by staff.

By voice the words are confirmed first, since writing down the wrong matter costs her a call;
a text says what it says and is taken at once.
"""

from __future__ import annotations

from assistant.core.answer import CaseStatus, Matters
from assistant.core.conversation import Pending
from assistant.core.event import Ask, Outcome, OutcomeKind, Reread, Say, TakeDown
from assistant.core.turn import Understood
from assistant.core.values import Code, PhoneNumber, Words
from assistant.dialogue import arranging, asking, chosen_time, following, honesty
from assistant.dialogue.actions import callback, person, privacy
from assistant.dialogue.move import Context, Entry, Move

REPORTED = frozenset({"case.report"})
"What the office may have announced already."
RUNG_BACK = ("case.status",)
"Requests after which somebody rings, at no time that is agreed; the others are cases staff read."


def ask(move: Move, turn: Understood, entry: Entry, context: Context) -> Move:
    """A wish that staff must carry out: confirm what was heard, then take it down."""
    place, heard = turn.reading.slots.place, turn.utterance.text
    move, known = _announced(move, entry.intent, heard, context)
    if move.conversation.channel == "sms":
        return take(move, entry.intent, heard, context, place=place)
    asked = "take.known" if known else f"take.{entry.intent}"
    move = move.say(asked, words=Words(heard))
    return move.expect("confirm", context.now, intent=entry.intent, heard=heard, place=place)


def _announced(move: Move, intent: str, heard: str, context: Context) -> tuple[Move, bool]:
    """Before a trouble is taken down, what is announced about it; whether anything was."""
    fact = None
    if intent in REPORTED:
        fact = context.announced(heard, move.conversation.language)
    if fact is None:
        return move, False
    notice = dict(fact.params)["text"]
    move = move.then(Say("known.report", (("notice", notice),)))
    told = (("service", fact.service), ("field", fact.field), ("value", fact.value))
    return move.then(Outcome("answered", told)), True


def confirmed(move: Move, pending: Pending, context: Context, *, yes: bool) -> Move:
    """The answer to "shall I take this down?" or "did you mean …?"."""
    intent = pending.intent or "person.request"
    if not yes:
        asked = intent == "callback.verify"
        return (following.anything_else if asked else asking.open_question)(move, context)
    if intent.startswith(following.WISH):
        wish = intent.removeprefix(following.WISH)
        meant = wish if wish in context.entries else None
        return move.with_(pending=None).then(Reread(pending.heard, meant))
    if intent.startswith(honesty.WRONG):
        return honesty.confirmed_wrong(move, pending, context)
    return _carried_out(move, intent, pending, context)


def _carried_out(move: Move, intent: str, pending: Pending, context: Context) -> Move:
    if intent == "callback.verify":
        return callback.money_asked(move, pending, context)
    if intent == "case.suggest" and not pending.heard:
        return move.say("poll.suggest.words").expect("words", context.now, intent=intent)
    if intent in {"person.request", "callback.book"}:
        return person.take_over(move, context, heard=pending.heard)
    if intent in privacy.WISHES:
        return privacy.take(move, intent, pending.heard, context)
    return take(move, intent, pending.heard, context, place=pending.place)


def words_given(move: Move, turn: Understood, context: Context) -> Move:
    """The answer to "what is it about?": kept as said, unless she takes it back or says goodbye."""
    pending, arranged = move.conversation.pending, move.conversation.arranging
    if arranged is not None and arranged.chosen is not None:
        return chosen_time.subject(move, turn, context)
    wanted = pending.intent if pending and pending.intent else "person.request"
    before = pending.heard if pending else ""
    other = _no_words(move, turn, wanted, before, context)
    if other is not None:
        return other
    heard = "；".join(part for part in (before, turn.utterance.text) if part)
    if wanted == "person.request":
        return person.take_over(move, context, heard=heard)
    return take(move, wanted, heard, context, place=turn.reading.slots.place)


def _no_words(
    move: Move, turn: Understood, wanted: str, before: str, context: Context
) -> Move | None:
    """A courtesy or a command where her words were asked for; `None` for words of the matter."""
    match = turn.reading.match
    intent = match.intent if match.accepted else None
    if intent == "talk.wait":
        return move.with_(waiting=True).say("wait")
    if intent == "talk.goodbye" and wanted == "person.request":
        # She was told that somebody rings her.
        return person.take_over(move, context, heard=before)
    if intent == "talk.goodbye":
        return following.end(move)
    if intent == "callback.cancel":
        return arranging.dropped(move, context)
    if turn.reading.agrees is False or intent == "talk.no":
        return asking.open_question(move.with_(pending=None), context)
    return None


def more_words(move: Move, turn: Understood, pending: Pending, context: Context) -> Move:
    """She adds to the matter instead of answering: read the whole back and ask again."""
    heard = "；".join(part for part in (pending.heard, turn.utterance.text) if part)
    place = turn.reading.slots.place or pending.place
    move = move.say(f"take.{pending.intent}", words=Words(heard))
    return move.expect("confirm", context.now, intent=pending.intent, heard=heard, place=place)


def take(
    move: Move, intent: str, heard: str, context: Context, *, place: str | None = None
) -> Move:
    """Take one request down, say its code, and go on."""
    code, contact = context.codes(), move.conversation.contact
    move = move.then(TakeDown(code, intent, heard, place))
    move = move.inform(
        f"taken.{intent}", code=Code(code), phone=PhoneNumber(context.site.office_phone)
    ).name_case(code, context)
    kind, facts = _outcome(intent, code, contact, heard, place)
    return following.anything_else(move.outcome(kind, **facts), context)


def _outcome(
    intent: str, code: str, contact: str, heard: str, place: str | None
) -> tuple[OutcomeKind, dict[str, object]]:
    if intent in RUNG_BACK:
        return "person.callback", {"case": code, "phone": contact}
    return "case.opened", {"case": code, "intent": intent, "problem": heard, "place": place}


def status(move: Move, turn: Understood, entry: Entry, context: Context) -> Move:
    """How a case stands: by its code, else taken down so that somebody looks."""
    code, now = turn.reading.slots.case, move.conversation
    if code is None and now.channel == "sms":
        return move.then(Ask(Matters(now.contact, "status", turn.utterance.text)))
    if code is None:
        return ask(move, turn, entry, context)
    return move.then(Ask(CaseStatus(code, now.contact)))
