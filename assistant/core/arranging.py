"""A callback in the making, and what the dialogue asks of the book of callbacks. Pure nouns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from assistant.core.callback import Window, Wish
from assistant.core.interval import Interval


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What is settled so far of a callback that is being arranged or moved."""

    code: str
    "Its case code, fixed when she first asked."
    intent: str
    "What it is about, as the catalog names it."
    since: datetime
    "When she asked; a code that lay about for long may have served its callback already."
    words: str = ""
    "What she said of it, as said."
    phone: str = ""
    "Where to ring, E.164 where it can be read as that; empty while nobody knows."
    wanted: Interval | None = None
    "The time she named."
    soonest: bool = False
    "Any time is right: the first one is taken."
    offered: tuple[Window, ...] = ()
    "The windows named to her last."
    chosen: Window | None = None
    "The one she took, while she is asked what it is about."
    told: bool = False
    "She has said what it is about, or was asked and did not want to."
    moving: bool = False
    "A promise that stands already is to be moved."
    current: Window | None = None
    "The window it has, which is not offered again."
    full: bool = False
    "The line is full: keys only, and every sentence in every language."


@dataclass(frozen=True, slots=True)
class FindWindows:
    """Ask when somebody could ring; what she wished for is kept in case she goes now."""

    phone: str
    "Whose open promises are told with it; empty for nobody's."
    wanted: Interval | None = None
    wish: Wish | None = None
    "Kept unless a time is found for it at once; `None` where the promise stands already."
    soonest: bool = False
    "The first window is taken, so nothing need be kept before."


@dataclass(frozen=True, slots=True)
class BookWindow:
    """Promise a window; the answer is the promise, or none where its last place has just gone."""

    wish: Wish
    window: Window


@dataclass(frozen=True, slots=True)
class MoveCallback:
    """Move a promise to another window; the answer is as for `BookWindow`."""

    code: str
    window: Window


@dataclass(frozen=True, slots=True)
class CancelCallback:
    """Take a promise or a wish back; the answer is what was taken back, or none."""

    code: str
    quietly: bool = False
    "Only a wish that was never promised: nothing is said of it."


@dataclass(frozen=True, slots=True)
class BookMissed:
    """Promise the first window to somebody who rang off at once; none where one is open already."""

    wish: Wish


CallbackPurpose = Literal["change", "cancel", "when", "keep"]
"What she wants with a callback that stands."
CALLBACK_PURPOSES: tuple[CallbackPurpose, ...] = ("change", "cancel", "when", "keep")


@dataclass(frozen=True, slots=True)
class TellCallbacks:
    """Ask what is promised: under a code, else to this telephone."""

    phone: str
    purpose: CallbackPurpose
    code: str = ""
    "A case code or case word, where she named one."
    words: str = ""
    "What she said."
    wanted: Interval | None = None
    "The new time she named."


@dataclass(frozen=True, slots=True)
class FindRings:
    """Ask when we rang this telephone since then."""

    phone: str
    since: datetime
    words: str
    wanted: Interval | None = None
    "The time she says that it rang."
    no_word: bool = False
    "She says that whoever rang did not know the safe word."


CallbackQuery = (
    FindWindows
    | BookWindow
    | MoveCallback
    | CancelCallback
    | BookMissed
    | TellCallbacks
    | FindRings
)
"Queries that the book of callbacks answers; all but the last two may change it."
CALLBACK_QUERIES = (
    FindWindows,
    BookWindow,
    MoveCallback,
    CancelCallback,
    BookMissed,
    TellCallbacks,
    FindRings,
)
