"""What the desk's tables work on: the directory, corrections, cases, paper, voices, the machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assistant.callbacks.roster import Roster
    from assistant.cards.store import Card, CardStore
    from assistant.cases.book import CaseBook
    from assistant.core.case import Topic
    from assistant.core.ladder import Rung
    from assistant.correcting import Corrector
    from assistant.desk.trials import Trials
    from assistant.desk_figures import Figures
    from assistant.directory.counter import Counter
    from assistant.drill.results import Kept
    from assistant.outbox.delivery import State
    from assistant.outbox.tables import Kept as KeptText
    from assistant.poll_desk import PollDesk
    from assistant.public.store import PublicStore
    from assistant.radaring import Radar
    from assistant.theming import Theming


@dataclass(frozen=True, slots=True)
class Hearing:
    """How one language is heard."""

    language: str
    name: str
    "Of the model; empty where there is none and the keys stand in."
    problem: str
    "What is wrong with it; empty for nothing."


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """How the machine is doing."""

    rung: Rung
    "What the next call is given."
    hearing: tuple[Hearing, ...]
    disk_free: int
    "Bytes."
    disk_whole: int
    carrier: Literal["twilio", "simulator", "incomplete", "none"]
    texts_waiting: int
    texts_failed: int
    segments_today: int
    segments_most: int
    last_backup: datetime | None


@dataclass(frozen=True, slots=True)
class Traffic:
    """What went over the line today; nothing of what was said."""

    conversations: Mapping[str, int]
    "By channel."
    texts: Mapping[State, int]
    "Texts of ours, by state."
    troubled: tuple[KeptText, ...]
    "Texts that did not arrive."


@dataclass(frozen=True, slots=True)
class Spoken:
    """One prompt in one language."""

    key: str
    text: str
    fixed: bool
    "The same in every call, so that a recording can stand in for the voice."
    seconds: float
    recorded: bool


class Studio(Protocol):
    """Prompts as they are heard, and recordings of them. Called from web threads."""

    def listing(self, language: str) -> Sequence[Spoken]:
        """Every prompt."""

    def prompt(self, key: str, language: str) -> Spoken | None:
        """One prompt, or `None`."""

    def sound(self, key: str, language: str) -> bytes:
        """A WAV file of a prompt as a caller hears it. Raises `SynthesisError`."""

    def take(self, key: str, language: str, content: bytes) -> tuple[str, ...]:
        """Keep a recording if it is good enough; else the keys of what is wrong with it."""

    def give_up(self, key: str, language: str) -> bool:
        """Remove the recordings of a prompt; whether there were any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """Everything behind the tables. Every callable is called from web threads."""

    languages: tuple[str, ...]
    "Of the site, its own first."
    country: str
    "For telephone numbers without a country code."
    directory: Counter
    corrector: Corrector
    trials: Trials
    intents: tuple[str, ...]
    "Those a resident can mean."
    cases: CaseBook
    topics: Mapping[str, Topic]
    cards: CardStore
    printed: Callable[[Card], bytes]
    "A card as a PDF file."
    fridge: Callable[[str], bytes]
    "The page for the fridge as a PDF file, with the number residents ring."
    line_number: str
    "That number, as far as it is known; else empty."
    traffic: Callable[[], Traffic]
    drill: Callable[[], Kept | None]
    "The last fire drill."
    machine: Callable[[], Machine]
    roster: Roster
    polls: PollDesk
    studio: Studio
    figures: Figures
    "What the scorecard counts."
    radar: Radar
    theming: Theming
    published: PublicStore
    "What residents are told has changed."
