"""What can happen to a callback, and what is to be done about it. Pure nouns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from assistant.callbacks.row import Party
from assistant.core.callback import Window

NoAnswerKind = Literal["no_answer", "busy", "failed", "declined"]
DeskNote = Literal[
    "staff_do_not_answer", "not_rung_today", "unknown_ring", "unreached", "answered_unseen",
    "wants_a_time",
]  # fmt: skip
"Why a person has to look at a callback."


@dataclass(frozen=True, slots=True)
class Offered:
    """Times were named to her."""

    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class Booked:
    """She chose a time."""

    window: Window
    safe_word: str


@dataclass(frozen=True, slots=True)
class Moved:
    """Her promise goes to another time, with a new safe word."""

    window: Window
    safe_word: str


@dataclass(frozen=True, slots=True)
class Cancelled:
    """She, or the house for her, took it back."""

    why: str = "resident"


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Nothing may be kept of her any more, or she wants no calls."""


@dataclass(frozen=True, slots=True)
class WindowOpened:
    """Its moment has come."""


@dataclass(frozen=True, slots=True)
class Aged:
    """A P3 has waited one working day."""


@dataclass(frozen=True, slots=True)
class Jumped:
    """A person puts it before the others."""

    by: str
    why: str


@dataclass(frozen=True, slots=True)
class Told:
    """She was told that her window may not be kept; once a promise."""


@dataclass(frozen=True, slots=True)
class Deferred:
    """Nobody can ring now: no one is on duty, or the carrier is away."""

    until: datetime
    why: str


@dataclass(frozen=True, slots=True)
class StaffClaimed:
    """A member of staff will ring by hand."""

    by: str


@dataclass(frozen=True, slots=True)
class StaffReleased:
    """That member of staff gives it back."""

    by: str


@dataclass(frozen=True, slots=True)
class StaffReady:
    """The member of staff who has it wants it rung over the line now."""

    by: str


@dataclass(frozen=True, slots=True)
class StaffRung:
    """A staff telephone is to ring; written down before the carrier is asked."""

    by: str


@dataclass(frozen=True, slots=True)
class StaffAnswered:
    """A key proved a person who is ready to talk."""

    by: str


@dataclass(frozen=True, slots=True)
class StaffDidNotAnswer:
    """No answer, busy, a machine, no key, or the carrier refused to ring them."""


@dataclass(frozen=True, slots=True)
class StaffRefused:
    """Not now."""


@dataclass(frozen=True, slots=True)
class ResidentRung:
    """Her telephone is to ring; written down before the carrier is asked."""


@dataclass(frozen=True, slots=True)
class ResidentAnswered:
    """A person, or nobody knows what: taken for a person."""


@dataclass(frozen=True, slots=True)
class WordSaid:
    """The safe word goes out to her telephone."""


@dataclass(frozen=True, slots=True)
class Reworded:
    """Another safe word for the same promise; none where she could not be told it."""

    safe_word: str


@dataclass(frozen=True, slots=True)
class MachineAnswered:
    """Certainly an answering machine."""


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Her telephone rang in vain, or could not be rung."""

    kind: NoAnswerKind


@dataclass(frozen=True, slots=True)
class Talked:
    """They talked and the call is over."""

    seconds: float


@dataclass(frozen=True, slots=True)
class DroppedEarly:
    """Answered, and gone before anything could be said."""


@dataclass(frozen=True, slots=True)
class LostTrack:
    """A ring was meant, its lease is over, and nobody knows whether the carrier was asked."""

    party: Party


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What the carrier's own list says of the lost ring, or a person who asked there."""

    found: bool
    answered: bool = False
    over: bool = True


@dataclass(frozen=True, slots=True)
class StaffDialled:
    """A member of staff rang by hand and writes down what came of it."""

    by: str
    outcome: Literal["talked", "no_answer", "busy", "failed"]


@dataclass(frozen=True, slots=True)
class StaffDecision:
    """A person decides what becomes of it; `why` may not be empty."""

    decision: Literal["retry", "close", "visit"]
    by: str
    why: str
    window: Window | None = None
    "When to ring again; without one, at once."


@dataclass(frozen=True, slots=True)
class DayEnded:
    """Staff have gone home."""


Event = (
    Offered | Booked | Moved | Cancelled | Withdrawn | WindowOpened | Aged | Jumped | Told
    | Deferred | StaffClaimed | StaffReleased | StaffReady | StaffRung | StaffAnswered
    | StaffDidNotAnswer | StaffRefused | ResidentRung | ResidentAnswered | MachineAnswered
    | NoAnswer | Talked | DroppedEarly | LostTrack | Reconciled | StaffDialled | StaffDecision
    | DayEnded | WordSaid | Reworded
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RingStaff:
    """Claim it and ring whoever is on duty."""


@dataclass(frozen=True, slots=True)
class RingResident:
    """Ring her now, staff being on the line: `intend` first."""

    attempt: int


@dataclass(frozen=True, slots=True)
class NeutralMessage:
    """Leave the machine the site's name and number, no detail and no safe word."""


@dataclass(frozen=True, slots=True)
class TextUnreached:
    """Tell her by text that we rang in vain and how to reach us."""


@dataclass(frozen=True, slots=True)
class TellDesk:
    """A person has to look at it."""

    note: DeskNote


Effect = RingStaff | RingResident | NeutralMessage | TextUnreached | TellDesk
