"""What is remembered between turns: one frozen value, stored as JSON between two texts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from assistant.core.event import Say
from assistant.core.turn import Channel
from assistant.core.values import Localised


@dataclass(frozen=True, slots=True)
class Pace:
    """How the resident likes to be spoken to."""

    rate: float = 1.0
    "1 is the voice's normal rate."
    gain_db: float = 0.0
    "Louder by so many decibels."
    patient: bool = False
    "Slow mode: longer waits before and after speech."


@dataclass(frozen=True, slots=True)
class Option:
    """What one key, digit or name stands for while a question is open."""

    digit: str
    "`1` to `9`."
    name: Localised
    "The words it stood for, repeated back when a bare digit comes."
    target: str
    "What choosing it means: `service:<id>`, `category:<id>`, `field:<field>`, `intent:<name>`."


Question = Literal[
    "open",
    "which",
    "field",
    "menu",
    "more",
    "else",
    "confirm",
    "words",
    "emergency",
    "done",
]


@dataclass(frozen=True, slots=True)
class Pending:
    """The question last asked, and what its answers mean."""

    question: Question
    asked: datetime
    options: tuple[Option, ...] = ()
    intent: str | None = None
    "The wish the answer belongs to."
    heard: str = ""
    "The resident's words so far, kept as said."
    says: tuple[Say, ...] = ()
    "The question itself, to be put again after a repeat or an interruption."
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """What the talk is about: lets a follow-up question find its service."""

    services: tuple[str, ...] = ()
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """One resident, one channel, one matter after the other."""

    id: str
    channel: Channel
    contact: str
    "E.164 or the number as the carrier gave it."
    language: str
    opened: datetime
    updated: datetime
    pending: Pending | None = None
    topic: Topic = Topic()
    said: tuple[Say, ...] = ()
    "The last answer, for `talk.repeat`."
    trail: tuple[tuple[Say, ...], ...] = ()
    "Earlier answers, newest last, for `talk.back`."
    misses: int = 0
    "Turns in a row that led nowhere."
    misses_in_all: int = 0
    turns: int = 0
    "Moves so far; seeds the codes of what is taken down."
    pace: Pace = Pace()
    later: str = ""
    "The words of a second wish, to be taken up after the first is answered."
    waiting: bool = False
    "The resident asked for a moment: wait longer for the next words."
    served: bool = False
    "Whether anything was achieved yet."
    ended: bool = False
    "We said goodbye because she asked for it. A line that merely dropped may be taken up again."
