"""What is told of a callback that stands, and how it is confirmed. PURE.

By voice: day and window, the last digits of the number that is rung, the safe word twice with what
it is for, the case word. By text the same in one message, without what it is about.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from assistant.core.callback import ENDED
from assistant.core.case_words import word_of
from assistant.core.conversation import Pending
from assistant.core.event import Say, SendText
from assistant.core.values import Code, PhoneNumber, Words
from assistant.dialogue import binding, following, windows
from assistant.dialogue.telephones import takes_texts

if TYPE_CHECKING:
    from assistant.core.callback import Promise, State
    from assistant.core.values import Value
    from assistant.dialogue.move import Context, Move

Told = Literal["callback.booked", "callback.changed"]
LAST_DIGITS = 4
"Of the number that is rung: enough to know it by, of no use to whoever else listens."

STANDS: dict[State, str] = {
    "due": "callback.when.today",
    "ringing_staff": "callback.when.today",
    "ringing_resident": "callback.when.today",
    "talking": "callback.when.today",
    "no_answer": "callback.when.again",
    "unknown": "callback.when.staff",
    "unreached": "callback.when.staff",
    "done": "callback.when.done",
    "cancelled": "callback.when.cancelled",
}
"What is said of a callback besides one that is simply booked."


def confirmed(move: Move, promise: Promise, context: Context, told: Told) -> Move:
    """Tell a promise just made or moved, text it where that can be, and go on."""
    move = move.outcome(told, **facts(promise, context))
    if not _hers(move, promise):
        move = move.inform("callback.changed_elsewhere", **_params(move, promise, context))
        return _goes_on(_texted(move, promise, context, told)[0], context)
    if move.conversation.channel == "sms":
        move = move.inform(told, **_params(move, promise, context))
        move = move.with_(
            numbered=binding.bound(move.conversation, question(promise, context)).numbered
        )
        return _goes_on(move, context)
    params = tuple(_params(move, promise, context).items())
    says = (
        *windows.in_every_language(move, (Say(told, params),), context),
        *_safe_word(move, params, context),
        Say("callback.case_word", params),
    )
    move = move.with_(said=says, answer=says, repeats=0).then(*says)
    move, texted = _texted(move, promise, context, told)
    if texted:
        move = move.then(*windows.in_every_language(move, (Say("callback.texted"),), context))
    return _goes_on(move, context)


def missed(move: Move, promise: Promise, context: Context) -> Move:
    """She rang off at once and has a promise now; it is told by text where that can be."""
    move = move.outcome("callback.booked", **facts(promise, context))
    return _texted(move, promise, context, "callback.missed")[0]


def cancelled(move: Move, promise: Promise, context: Context) -> Move:
    """Tell that a promise is taken back."""
    move = move.outcome("callback.cancelled", **facts(promise, context))
    if promise.window is None:
        move = move.inform("callback.dropped")
    else:
        move = move.inform("callback.cancelled", **windows.times(promise.window, context))
    if move.conversation.channel == "sms":
        move = move.say("cancel.or_stop")
    return following.anything_else(move, context)


def when(move: Move, promise: Promise, context: Context) -> Move:
    """Tell when it will ring, and nothing of what it is about."""
    say = standing(promise, context)
    return move.with_(served=True, said=(say,), answer=(say,), repeats=0).then(say)


def standing(promise: Promise, context: Context) -> Say:
    """How a callback stands, in one sentence."""
    if promise.window is not None:
        prompt = STANDS.get(promise.state, "callback.when.booked")
        return Say(prompt, tuple(windows.times(promise.window, context).items()))
    ended = promise.state in ENDED
    return Say(STANDS[promise.state] if ended else "callback.when.open")


def question(promise: Promise, context: Context) -> Pending:
    """What the digits in answer to a text about this promise mean, until its window is over."""
    purposes = ("when", "change", "cancel")
    options = tuple(
        windows.deed(str(number), purpose, promise.code)
        for number, purpose in enumerate(purposes, start=1)
    )
    until = promise.window.end if promise.window is not None else None
    return Pending("callback", context.now, options=options, until=until)


def facts(promise: Promise, context: Context) -> dict[str, object]:
    """The facts of an outcome, as the contract names them."""
    window = None
    if promise.window is not None:
        local = windows.here(promise.window, context)
        window = [local.start.isoformat(), local.end.isoformat()]
    return {
        "callback": promise.code,
        "window": window,
        "phone": promise.phone,
        "case": promise.code,
        "safe_word": promise.safe_word,
    }


def _safe_word(
    move: Move, params: tuple[tuple[str, Value], ...], context: Context
) -> tuple[Say, ...]:
    """The safe word with what it is for; on a full line what it is for in every language.

    The word itself is of one language: a voice of another could not say it.
    """
    first, *others = windows.in_every_language(move, (Say("callback.safe_word", params),), context)
    return first, *(replace(say, prompt="callback.safe_word.other") for say in others)


def _hers(move: Move, promise: Promise) -> bool:
    """Whether she may hear the safe word: she arranged it, or it is this telephone that is rung.

    Whoever knows no more than a case word could otherwise ring her with it.
    """
    plan, contact = move.conversation.arranging, move.conversation.contact
    arranged = plan is not None and not plan.moving
    return arranged or promise.phone == contact


def _params(move: Move, promise: Promise, context: Context) -> dict[str, Value]:
    word = word_of(promise.code, context.case_words.get(move.conversation.language, ()))
    digits = "".join(sign for sign in promise.phone if sign.isdigit())
    times = windows.times(promise.window, context) if promise.window is not None else {}
    return {
        **times,
        "tail": PhoneNumber(digits[-LAST_DIGITS:]),
        "word": Words(promise.safe_word),
        "case": Words(word) if word is not None else Code(promise.code),
        "phone": PhoneNumber(context.site.office_phone),
    }


def _texted(move: Move, promise: Promise, context: Context, prompt: str) -> tuple[Move, bool]:
    """Send the promise to her own telephone, else to the one that is rung; whether it can be."""
    contact, country = move.conversation.contact, context.site.country
    to = contact if _hers(move, promise) and takes_texts(contact, country) else promise.phone
    if not takes_texts(to, country):
        return move, False
    says = (Say(prompt, tuple(_params(move, promise, context).items())),)
    return move.then(SendText(says, to, question(promise, context))), True


def _goes_on(move: Move, context: Context) -> Move:
    """What comes behind a confirmation; after a full line she may put the receiver down."""
    plan = move.conversation.arranging
    move = move.with_(misses=0, misses_in_all=0)
    if plan is None or not plan.full:
        return following.anything_else(move.with_(arranging=None), context)
    move = move.then(*windows.in_every_language(move, (Say("number.after"),), context))
    return move.expect("done", context.now).with_(waiting=True, arranging=None)
