"""What is remembered between turns: one frozen value, stored as JSON between two texts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from assistant.core.arranging import Arrangement
from assistant.core.event import Outcome, Say
from assistant.core.news import News
from assistant.core.turn import Channel
from assistant.core.values import Localised

NOWHERE = Localised(())


@dataclass(frozen=True, slots=True)
class Pace:
    """How the resident likes to be spoken to."""

    rate: float = 1.0
    "1 is the voice's normal rate."
    gain_db: float = 0.0
    "Louder by so many decibels."
    patient: bool = False
    "Slow mode: longer waits before and after speech."
    other_voice: bool = False
    "The language's other voice instead of the site's usual one."


@dataclass(frozen=True, slots=True)
class Preferences:
    """How a resident wants to be spoken to the next time as well; kept only with her consent."""

    language: str
    pace: Pace = Pace()


@dataclass(frozen=True, slots=True)
class Option:
    """What one key, digit or name stands for while a question is open."""

    digit: str
    "`1` to `9`."
    name: Localised
    "The words it stood for, repeated back when a bare digit comes."
    target: str
    """What choosing it means: `service:<id>`, `category:<id>`, `field:<field>`, `intent:<name>`,
    `case:<code>`, `window:<start>/<end>` (ISO), `callback.<purpose>:<code>`, `poll.topic:<id>`,
    `poll.choice:<published number>:<id>`."""


Question = Literal[
    "open",
    "which",
    "field",
    "menu",
    "more",
    "copy",
    "keep",
    "resume",
    "else",
    "confirm",
    "words",
    "emergency",
    "done",
    "number",
    "callback",
    "who",
    "feedback",
    "poll",
    "ballot",
    "news",
    "lesson",
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
    rest: tuple[Say | Outcome, ...] = ()
    "What a yes to `more` goes on with, or what a yes to `copy` sends."
    before: Pending | None = None
    "The question a yes to `resume` goes back to."
    until: datetime | None = None
    "A digit in answer to a text holds until then, where that is longer than a day."


@dataclass(frozen=True, slots=True)
class Emergency:
    """A danger that was spoken of, and how far it has been dealt with."""

    intent: str
    "One of `safety.*`."
    strong: bool
    "Words that leave little doubt: no answer to the question counts as yes."
    heard: str
    code: str = ""
    "Of the alarm before the staff; empty while none is raised."
    told: bool = False
    "Whether the number has been given, beyond the question."
    confirmed: bool = False
    interrupted: Pending | None = None
    "The question about a callback it broke off; put again where she says that all is well."


@dataclass(frozen=True, slots=True)
class Topic:
    """What the talk is about: lets a follow-up question find its service."""

    services: tuple[str, ...] = ()
    field: str | None = None
    name: Localised = NOWHERE
    "How the matter is called when it is taken up again."
    checked: date | None = None
    "When somebody last checked what was told of it."


@dataclass(frozen=True, slots=True)
class Numbered:
    """A numbered question as it was sent."""

    question: Pending
    topic: Topic
    "What the talk was about then: an answer may come after other matters."
    nickname: str = ""
    "Whom it was sent to, where she had said who she is."


@dataclass(frozen=True, slots=True)
class Unsent:
    """What was left of an answer by text, to be sent when she asks for more."""

    text: str
    since: datetime
    nickname: str = ""
    "Whom it is left for, where she had said who she is."


@dataclass(frozen=True, slots=True)
class Traffic:
    """How many texts come, and whether a person seems to write them."""

    recent: tuple[datetime, ...] = ()
    "When the last of them came."
    mark: int = 0
    "Tells the last text from another one; nothing can be read from it."
    sent: int = 0
    "Texts sent since the last one that looked like a person's."
    alike: bool = False
    "Whether the last one was the one before over again, or looks like an automatic reply."


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
    "What was said last of an answer, for `talk.repeat`."
    answer: tuple[Say, ...] = ()
    "The whole last answer, for a copy by text."
    repeats: int = 0
    "How often in a row the last fact was said again."
    trail: tuple[tuple[Say, ...], ...] = ()
    "Earlier answers, newest last, for `talk.back`."
    misses: int = 0
    "Turns in a row that led nowhere."
    misses_in_all: int = 0
    "Turns of this call whose words led nowhere; silences are not counted."
    turns: int = 0
    "Moves so far; seeds the codes of what is taken down."
    pace: Pace = Pace()
    later: str = ""
    "The words of a second wish, to be taken up after the first is answered."
    emergency: Emergency | None = None
    "The latest danger of this conversation, until she has said that there is none."
    waiting: bool = False
    "The resident asked for a moment: wait longer for the next words."
    adjusted: str = ""
    "What was changed in this call of pace, loudness and language: a prompt `keep.<adjusted>`."
    keep_asked: bool = False
    "She was asked in this call whether to keep that for the next time."
    copy_offered: bool = False
    "A copy by text was offered in this call."
    served: bool = False
    "Whether anything was achieved yet."
    numbered: tuple[Numbered, ...] = ()
    "Numbered questions sent by text, newest last: a digit keeps the meaning it had there."
    unsent: Unsent | None = None
    stopped: bool = False
    "She has written STOP: only danger, and the word that opens again, are answered by text."
    traffic: Traffic = Traffic()
    nickname: str = ""
    "Who writes or speaks now, as she calls herself; empty until she says so or has to be asked."
    people: tuple[str, ...] = ()
    "Everybody who said so in this conversation, the latest last: a telephone may be shared."
    arranging: Arrangement | None = None
    "The callback that is being arranged."
    missed_on: date | None = None
    "The last day on which ringing off at once was taken for a wish to be rung back."
    feedback: str = ""
    "The code of the closed case she is asked about once she wants nothing else."
    news: News | None = None
    "What became of a suggestion of hers, told once she wants nothing else."
    forgets: bool = False
    "She wants nothing kept of this call once it is over."
    polls_heard: tuple[str, ...] = ()
    "Votes whose choices were read to her in this talk, the latest last: her numbers count in them."
    unreached: int = 0
    "Turns in a row at which the database was away; 2 from when she was told whom to ring instead."
    ended: bool = False
    "We said goodbye because she asked for it. A line that merely dropped may be taken up again."
