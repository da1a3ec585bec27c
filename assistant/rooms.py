"""Everything the loop joins, and what a turn leads to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from assistant.core.case_words import CaseWords
from assistant.core.conversation import Conversation
from assistant.dialogue.move import Entry, Example
from assistant.dialogue.prompts import PromptBook, Sentence

if TYPE_CHECKING:
    from assistant.core.news import MonthTold
    from assistant.core.ports import (
        AlarmStore,
        CallbackBook,
        CaseBook,
        Directory,
        Feedback,
        Journal,
        NewsBook,
        Outbox,
        PollBook,
        PreferenceStore,
        RequestStore,
        Rights,
    )
    from assistant.core.site import Site
    from assistant.memory.store import ConversationStore
    from assistant.understanding.reader import Reader


@dataclass(frozen=True, slots=True)
class Reply:
    """What a turn led to."""

    conversation: Conversation
    sentences: tuple[Sentence, ...] = ()
    transfer: str | None = None
    "Number to put the caller through to, once everything has been said."
    end: bool = False
    "Hang up once everything has been said."
    texts: tuple[str, ...] = ()
    "The same as the texts that are sent, in answer to a text."
    binding: bool = False
    "Something was kept, sent or promised: the turn cannot be taken back and read anew."
    case: str = ""
    "The code of the case the turn was about; empty where it was about none."


@dataclass(frozen=True, slots=True)
class Rooms:
    """Everything the loop joins."""

    site: Site
    entries: Mapping[str, Entry]
    book: PromptBook
    reader: Reader
    directory: Directory
    requests: RequestStore
    alarms: AlarmStore
    store: ConversationStore
    preferences: PreferenceStore
    journal: Journal
    examples: Mapping[str, tuple[Example, ...]]
    rights: Rights
    outbox: Outbox | None = None
    "Where texts leave the house; without one they are only journalled."
    confirm_below: float = 0.5
    case_words: CaseWords = field(default_factory=dict)
    "What stands for a case code, by language."
    signatures: Mapping[str, str] = field(default_factory=dict)
    "What every text begins with, by language."
    cases: CaseBook | None = None
    "Without one, a matter is open or closed and nothing more is told of it."
    feedback: Feedback | None = None
    "Without one, nobody is asked about what is finished."
    polls: PollBook | None = None
    "Without one, nobody can vote."
    news: NewsBook | None = None
    "Without one, nobody is told in a call what became of a suggestion."
    last_month: Callable[[datetime], MonthTold | None] = lambda _: None
    "The last month whose figures are public; none before the first is counted."
    callbacks: CallbackBook | None = None
    "Without one, who wants to be rung is only taken down."
    staffed: Callable[[datetime], bool] = lambda _: True
    "Whether anybody is on duty to whom a call can be put through."
    between_nodes: Callable[[str], AbstractContextManager[None]] = lambda _: nullcontext()
    "Held by one node at a time, a contact each."
