"""The working value of one step: the conversation as it becomes, and the events so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from typing import Any

from assistant.core.answer import Fact
from assistant.core.case_words import CaseWords, word_of
from assistant.core.conversation import NOWHERE, Conversation, Option, Pending, Question
from assistant.core.event import Event, Outcome, OutcomeKind, Say
from assistant.core.site import Site
from assistant.core.turn import Understood
from assistant.core.values import Localised, Value, Words
from assistant.dialogue.prompts import PromptBook


@dataclass(frozen=True, slots=True)
class Entry:
    """What the catalog says of one intent."""

    intent: str
    action: str
    "A key of `assistant.dialogue.actions.ACTIONS`."
    field: str | None = None
    "For actions that look a fact up."
    importance: str = "usual"
    example: Localised = NOWHERE
    slots: tuple[str, ...] = ()
    "What may be filled in."


@dataclass(frozen=True, slots=True)
class Example:
    """One question a resident may ask, offered to who does not know how."""

    say: str
    "In her words; `{topic}` stands for the service just spoken of."
    intent: str
    since: time = time.min
    until: time = time.max
    "Time of day from and to which it is worth asking."


@dataclass(frozen=True, slots=True)
class Context:
    """Everything a step may know besides the conversation and the turn."""

    now: datetime
    site: Site
    entries: Mapping[str, Entry]
    codes: Callable[[], str]
    "Gives a fresh case code; the same one for every call within one turn."
    keys_only: bool = False
    "No ear is open: every question must offer keys."
    book: PromptBook = field(default_factory=lambda: PromptBook({}, {}))
    "How long a sentence is, for answers that must be parted."
    examples: Mapping[str, tuple[Example, ...]] = field(default_factory=dict)
    "By language: what is worth asking, from `voices/<language>/moments.yaml`."
    confirm_below: float = 0.5
    "Recognition confidence under which a wish is confirmed before it is acted on."
    case_words: CaseWords = field(default_factory=dict)
    "What stands for a case code, by language."
    staffed: bool = True
    "Whether anybody is on duty to whom a call can be put through."
    announced: Callable[[str, str], Fact | None] = lambda _words, _language: None
    "What is announced today about a trouble somebody reports, from its words and their language."


@dataclass(frozen=True, slots=True)
class Move:
    """A conversation on its way to the next turn, and what is to be done."""

    conversation: Conversation
    events: tuple[Event, ...] = ()

    def with_(self, **changes: Any) -> Move:  # noqa: ANN401  # as dataclasses.replace has it
        """The same move with fields of the conversation replaced."""
        return replace(self, conversation=replace(self.conversation, **changes))

    def then(self, *events: Event) -> Move:
        """The same move with more to do."""
        return replace(self, events=(*self.events, *events))

    def say(self, prompt: str, **params: Value) -> Move:
        """The same move, saying one more prompt."""
        return self.then(Say(prompt, tuple(params.items())))

    def inform(self, prompt: str, **params: Value) -> Move:
        """The same move, saying one prompt that a repeat says again."""
        said = (Say(prompt, tuple(params.items())),)
        return self.with_(said=said, answer=said, repeats=0).then(*said)

    def name_case(self, code: str, context: Context) -> Move:
        """The same move, saying which two words may stand for a code, where there are such."""
        word = word_of(code, context.case_words.get(self.conversation.language, ()))
        return self if word is None else self.say("case.word", word=Words(word))

    def outcome(self, kind: OutcomeKind, **facts: object) -> Move:
        """The same move with something achieved."""
        done = self if kind == "abandoned" else self.with_(served=True)
        return done.then(Outcome(kind, tuple(facts.items())))

    def expect(self, question: Question, now: datetime, **keys: Any) -> Move:  # noqa: ANN401  # fields of Pending
        """The same move, now waiting for the answer to what was said last."""
        keys.setdefault("says", self._said()[-1:])
        return self.with_(pending=Pending(question, now, **keys))

    def offer(self, question: Question, now: datetime, options: tuple[Option, ...]) -> Move:
        """The same move, waiting for one of `options`, or for the same words again."""
        before = self.conversation.pending
        intent, heard = (before.intent, before.heard) if before else (None, "")
        read_out = tuple(item for item in self._said() if item.prompt.startswith(READ_OUT))
        return self.expect(
            question, now, options=options, intent=intent, heard=heard, says=read_out
        )

    def _said(self) -> tuple[Say, ...]:
        return tuple(event for event in self.events if isinstance(event, Say))


READ_OUT = ("menu.", "which.", "field.")
"Prompts that read choices out."

Action = Callable[[Move, Understood, Entry, Context], Move]
"""Carries out one accepted intent."""
