"""An answer, told in breaths, and what comes after it: the rest, a second wish, a copy, the end.

One question a turn, and it comes last. What a breath holds stands in `lengths`.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.core.conversation import Conversation, Option, Pace, Pending
from assistant.core.event import EndCall, Outcome, Remember, Reread, Say, SendText
from assistant.core.values import Localised, Words
from assistant.dialogue import choices, finished, news
from assistant.dialogue.lengths import breath
from assistant.dialogue.move import Context, Move
from assistant.dialogue.telephones import is_landline, takes_texts

WISH = "wish:"
"Marks a question whose yes reads the words again that were heard: doubtful, or a second wish."
Part = Say | Outcome
CAUTIONS = frozenset({"answer.unsure", "answer.holiday", "answer.assured"})
"Said in the same breath as the fact it is about."
WORTH_COPYING = ("answer.phone.", "answer.address.", "answer.hours.", "answer.documents.")
"What residents write down, and so want in writing."
UNKNOWN = ".unknown"
FAREWELL, GOODBYE = "farewell", "goodbye"
"What follows the question whether to keep the pace, as `Pending.intent` remembers it."
KEPT_TRAIL = 4
"Answers one can go back to, besides the last."


def tell(move: Move, parts: tuple[Part, ...], context: Context) -> Move:
    """Tell a whole answer, or as much of it as one breath holds; then ask what comes next."""
    before = move.conversation
    if before.said:
        move = move.with_(trail=(*before.trail[-KEPT_TRAIL:], before.said))
    says = tuple(part for part in parts if isinstance(part, Say))
    return go_on(move.with_(answer=says, repeats=0), parts, context)


def go_on(move: Move, parts: tuple[Part, ...], context: Context) -> Move:
    """Tell the next breath of an answer; ask whether to go on, or what else there is."""
    now, rest = (parts, ()) if move.conversation.channel == "sms" else _breath(move, parts, context)
    says = tuple(part for part in now if isinstance(part, Say))
    served = move.conversation.served or any(isinstance(part, Outcome) for part in now)
    move = move.then(*now).with_(said=says, served=served)
    if not rest:
        return after(move, context)
    office = isinstance(rest[0], Say) and rest[0].prompt == "answer.office"
    move = move.say("more.office" if office else "more.ask")
    return move.expect("more", context.now, rest=rest)


def after(move: Move, context: Context) -> Move:
    """What is worth offering behind an answer that has been told."""
    now = move.conversation
    lesson = _lesson_told(now, context)
    if lesson is not None and not now.later:
        return move.say(f"{lesson}.question").expect("lesson", context.now, intent=lesson)
    if now.channel == "voice" and not now.later:
        if any(item.prompt.startswith("answer.summary.") for item in now.answer):
            return _offer_fields(move, context)
        if _worth_copying(now, context):
            how = "card" if is_landline(now.contact, context.site.country) else "copy"
            move = move.with_(copy_offered=True).say(f"{how}.offer")
            return move.expect("copy", context.now, rest=now.answer)
    return anything_else(move, context)


LESSONS = ("learn.scam", "learn.phone")
"What ends with a question to her."


def _lesson_told(now: Conversation, context: Context) -> str | None:
    """The lesson that was just told to its end on the telephone; `None` where it was not."""
    if now.channel != "voice" or not now.said or not now.answer:
        return None
    lesson, last = now.answer[-1], now.said[-1]
    ends = {lesson, context.book.pieces(lesson, now.language)[-1]}
    return lesson.prompt if lesson.prompt in LESSONS and last in ends else None


def anything_else(move: Move, context: Context) -> Move:
    """After an answer: a second wish, if she had one; else ask whether there is more.

    A text stands alone, so a second wish in it is answered in the same message.
    """
    later = move.conversation.later
    move = move.with_(later="")
    if move.conversation.channel == "sms":
        move = move.with_(pending=None)
        return move.then(Reread(later)) if later else move
    if later:
        move = move.say("second.offer", words=Words(later))
        return move.expect("confirm", context.now, intent=f"{WISH}second", heard=later)
    return move.say("else.ask").expect("else", context.now)


def more_answered(move: Move, pending: Pending, context: Context, *, yes: bool) -> Move:
    """Go on from where the answer stopped, or leave it at that."""
    return go_on(move, pending.rest, context) if yes else after(move, context)


def copy_answered(move: Move, pending: Pending, context: Context, *, yes: bool) -> Move:
    """Send the copy she wants, or have it printed where her telephone takes no texts."""
    says = tuple(part for part in pending.rest if isinstance(part, Say))
    if yes:
        on_paper = is_landline(move.conversation.contact, context.site.country)
        move = move.then(SendText(says)).say("card.printed" if on_paper else "copy.sent")
    return anything_else(move, context)


def nothing_else(move: Move, context: Context) -> Move:
    """Nothing else is wanted: one question, if there is reason to; farewell."""
    move = news.told(move)
    asked = finished.offered(move, context) or _ask_to_keep(move, context, FAREWELL)
    return asked or farewell(move, context)


def leave(move: Move, context: Context) -> Move:
    """She says goodbye: the same question first, if there is reason to; then the end."""
    move = news.told(move)
    return _ask_to_keep(move, context, GOODBYE) or end(move)


def keep_answered(move: Move, pending: Pending, context: Context, *, yes: bool) -> Move:
    """Remember how she likes to be spoken to, or do not; then part."""
    if yes:
        move = move.then(Remember()).say("keep.kept")
    return end(move) if pending.intent == GOODBYE else farewell(move, context)


def farewell(move: Move, context: Context) -> Move:
    """Wish her well and let her hang up first."""
    return move.say("farewell").expect("done", context.now).with_(waiting=True)


def end(move: Move) -> Move:
    """Say goodbye and hang up, because she asked for it."""
    move = move.say("goodbye").with_(pending=None, ended=True)
    return move.then(EndCall())


def _breath(
    move: Move, parts: tuple[Part, ...], context: Context
) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """As much as fits, and what is left. The first sentence is said however long it is."""
    language, used = move.conversation.language, 0.0
    now: list[Part] = []
    left = list(parts)
    while left:
        head = left[0]
        if isinstance(head, Say):
            needed = _length((head, *_cautions(left[1:])), language, context)
            pieces = context.book.pieces(head, language) if used + needed > 1 else (head,)
            if len(pieces) > 1 and head.piece is None:
                first = _length((pieces[0], *_cautions(left[1:])), language, context)
                if used == 0 or used + first <= 1:
                    left = _in_pieces(pieces, left[1:])
                    continue
            if used > 0 and used + needed > 1 and not _is_caution(head):
                break
            used += _length((head,), language, context)
        now.append(left.pop(0))
    return tuple(now), tuple(left)


def _in_pieces(pieces: tuple[Say, ...], behind: list[Part]) -> list[Part]:
    """The first piece, what belongs to it, the other pieces, and the rest of the answer."""
    own = 0
    while own < len(behind) and (isinstance(behind[own], Outcome) or _is_caution(behind[own])):
        own += 1
    return [pieces[0], *behind[:own], *pieces[1:], *behind[own:]]


def _cautions(behind: list[Part]) -> tuple[Say, ...]:
    says = [part for part in behind[:2] if isinstance(part, Say)]
    return tuple(item for item in says[:1] if _is_caution(item))


def _is_caution(part: Part) -> bool:
    return isinstance(part, Say) and part.prompt in CAUTIONS


def _length(says: tuple[Say, ...], language: str, context: Context) -> float:
    return sum(breath(context.book.sentence(item, language, "voice").text) for item in says)


def _offer_fields(move: Move, context: Context) -> Move:
    """After who can help: the facts residents usually want next, by word or by key."""
    rest = [field for field in choices.FIELDS if field != "phone"]
    options = tuple(
        Option(str(number), _spoken_field(field, context), f"field:{field}")
        for number, field in enumerate(rest, start=1)
    )
    return move.say("field.ask").offer("field", context.now, options)


def _spoken_field(field: str, context: Context) -> Localised:
    entry = context.entries.get(f"service.{field}")
    return entry.example if entry is not None else Localised(())


def _worth_copying(now: Conversation, context: Context) -> bool:
    """Whether the answer is one to keep, as a text or on paper; asked once a call."""
    known = any(
        item.prompt.startswith(WORTH_COPYING) and not item.prompt.endswith(UNKNOWN)
        for item in now.answer
    )
    country = context.site.country
    reached = takes_texts(now.contact, country) or is_landline(now.contact, country)
    return known and not now.copy_offered and reached


def _ask_to_keep(move: Move, context: Context, then: str) -> Move | None:
    """Ask once a call whether the changed pace or language is to hold the next time as well."""
    now = move.conversation
    plain = now.pace == Pace() and now.language == context.site.languages[0]
    if now.channel == "sms" or now.keep_asked or not now.adjusted or plain:
        return None
    move = move.with_(keep_asked=True).say(f"keep.{now.adjusted}")
    return move.expect("keep", context.now, intent=then)


def adjusted(move: Move, what: str) -> Move:
    """Note a change of pace, loudness or language; of several kinds, that it was several."""
    before = move.conversation.adjusted
    return move.with_(adjusted=what if before in {"", what} else "several")


def unsaid(say: Say) -> Say:
    """A sentence as first worded, at the usual pace."""
    return replace(say, slower=0, variant=0)
