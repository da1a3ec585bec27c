"""The three questions once a case is closed: solved? content? anything else? PURE.

The line asks them, not the person who did the work, and names nobody. Each answer is kept as it
comes, so that hanging up in the middle loses none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

from assistant.core.answer import FeedbackOn, FeedbackStep
from assistant.core.conversation import Option, Pending
from assistant.core.event import FeedbackAsked, Say
from assistant.core.values import Localised

if TYPE_CHECKING:
    from datetime import datetime

    from assistant.dialogue.move import Context, Move
    from assistant.dialogue.prompts import PromptBook

KIND: Final = "feedback."
"What the target of every choice begins with: `feedback.<step>:<code>/<digit>`."
FEEDBACK_STEPS: Final[tuple[FeedbackStep, ...]] = get_args(FeedbackStep)
DIGITS: Final[dict[FeedbackStep, str]] = {"solved": "12", "content": "123"}
"Keys and digits that answer a step."
OF: Final = 3
"The best mark: content is 3, so-so 2, not content 1."


def offered(move: Move, context: Context) -> Move | None:
    """Ask a caller who wants nothing else about the case that was closed; `None` for no such."""
    now = move.conversation
    if not now.feedback or now.channel == "sms" or now.emergency is not None:
        return None
    code = now.feedback
    move = move.with_(feedback="").then(FeedbackAsked(code)).say("feedback.intro")
    return ask(move, "solved", code, context)


def ask(move: Move, step: FeedbackStep, code: str, context: Context) -> Move:
    """Put one of the questions; `code` is empty for a mark on no case in particular."""
    options = _options(step, code, context.book, context.site.languages)
    move = move.say(f"feedback.{step}")
    return move.expect("feedback", context.now, intent=f"{step}:{code}", options=options)


def by_text(
    code: str, book: PromptBook, languages: tuple[str, ...], now: datetime, until: datetime
) -> Pending:
    """What a digit means in answer to the text that asks whether a case is solved."""
    options = _options("solved", code, book, languages)
    return Pending("feedback", now, options, intent=f"solved:{code}", until=until)


def asked_by(pending: Pending) -> tuple[FeedbackStep, str]:
    """The step and the case of an open question."""
    step, _, code = (pending.intent or "").partition(":")
    for known in FEEDBACK_STEPS:
        if step == known:
            return known, code
    return "mark", code


def again(move: Move, option: Option, context: Context) -> Move:
    """The question this option belongs to, once more."""
    step, code, _ = _parts(option)
    return ask(move, step, code, context)


def chosen(contact: str, option: Option) -> FeedbackOn:
    """What an option answers."""
    step, code, digit = _parts(option)
    if step == "solved":
        return FeedbackOn(contact, step, code, solved=digit == "1")
    return FeedbackOn(contact, step, code, score=OF + 1 - int(digit), of=OF)


def is_one(option: Option) -> bool:
    """Whether an option answers one of these questions."""
    return option.target.startswith(KIND)


def _parts(option: Option) -> tuple[FeedbackStep, str, str]:
    kind, _, target = option.target.partition(":")
    code, _, digit = target.partition("/")
    return ("solved" if kind == f"{KIND}solved" else "content"), code, digit


def _options(
    step: FeedbackStep, code: str, book: PromptBook, languages: tuple[str, ...]
) -> tuple[Option, ...]:
    return tuple(
        Option(digit, _name(step, digit, book, languages), f"{KIND}{step}:{code}/{digit}")
        for digit in DIGITS.get(step, "")
    )


def _name(
    step: FeedbackStep, digit: str, book: PromptBook, languages: tuple[str, ...]
) -> Localised:
    """What a choice is called: its prompt without the full stop."""
    said = Say(f"feedback.{step}.{digit}")
    told = ((lang, book.sentence(said, lang, "voice").text) for lang in languages)
    return Localised(tuple((lang, text.rstrip("。.")) for lang, text in told))
