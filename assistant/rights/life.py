"""The life of a wish about what is kept: asked, proved to be hers, met. PURE.

A number shown by the carrier proves nothing (SENIOR 5). A wish is hers once we have rung the number
it is about and the safe word was said, or a member of staff has asked for a fact that only she
knows, or she has come to the counter. Where several people share the telephone, who answers it
may be anybody: there a ring alone is not enough.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, get_args

from assistant.core.errors import AssistantError

if TYPE_CHECKING:
    from datetime import datetime

Kind = Literal["what", "who_looked", "delete", "helper", "forget"]
"""What is kept of her; who has looked at it; delete it; somebody may ask for her; forget this talk,
which needs no proof, since it is about nothing but the talk itself."""
Proof = Literal["ring", "fact", "counter"]
Fact = Literal["matter", "day_rung", "promised", "place"]
"""What she was asked: what she last asked of us; on which day; when we were to ring; where it was.
Never what she answered."""
Outcome = Literal["told", "deleted", "agreed", "refused", "withdrawn"]

PROOFS: Final[tuple[Proof, ...]] = get_args(Proof)
FACTS: Final[tuple[Fact, ...]] = get_args(Fact)
REFUSALS: Final = ("not_hers", "not_reached", "law")
"Why a wish is not met, to be told to her (PIPL 50); a choice, so that nobody's words are kept."

OF_INTENT: Final[dict[str, Kind]] = {
    "privacy.what": "what",
    "privacy.who_looked": "who_looked",
    "privacy.delete": "delete",
    "privacy.helper": "helper",
}
MEETS: Final[dict[Kind, Outcome]] = {
    "what": "told",
    "who_looked": "told",
    "delete": "deleted",
    "helper": "agreed",
}
"How each wish is met."


class RightsError(AssistantError, ValueError):
    """What was to be done does not fit how the wish stands; says what would."""


@dataclass(frozen=True, slots=True)
class Right:
    """One wish, and how far it has come."""

    code: str
    "The code of its case, and of the promise to ring her about it."
    kind: Kind
    contact: str
    "E.164; taken out once the wish is met."
    language: str
    channel: str
    conversation: str
    asked: datetime
    due: datetime
    "In UTC: by then it is met, or refused with a reason."
    shared: bool = False
    "Several people use this telephone."
    proofs: tuple[Proof, ...] = ()
    ended: datetime | None = None
    outcome: Outcome | None = None
    why: str = ""
    "For `refused`: one of `REFUSALS`."
    paper_due: datetime | None = None
    "She wants all of it on paper by then."
    paper_at: datetime | None = None
    "When it was made."

    @property
    def proved(self) -> bool:
        """Whether it is hers."""
        if "counter" in self.proofs:
            return True
        return {"ring", "fact"} <= {*self.proofs} if self.shared else bool(self.proofs)

    @property
    def waits(self) -> bool:
        """Whether something of it is still to be done."""
        return self.ended is None or (self.paper_due is not None and self.paper_at is None)


def prove(right: Right, proof: Proof) -> Right:
    """One more proof. Raises `RightsError` once it has ended."""
    _open(right)
    return replace(right, proofs=tuple(dict.fromkeys((*right.proofs, proof))))


def meet(right: Right, now: datetime) -> Right:
    """The wish is met. Raises `RightsError` before it is proved, and a second time."""
    _open(right)
    if not right.proved:
        raise RightsError(f"{right.code} is not proved to be hers; ring her, or ask for a fact.")
    return replace(right, ended=now, outcome=MEETS[right.kind])


def refuse(right: Right, why: str, now: datetime) -> Right:
    """The wish is not met, for a reason she is told. Raises `RightsError`."""
    _open(right)
    if why not in REFUSALS:
        raise RightsError(f"{why!r} is no reason; choose one of {', '.join(REFUSALS)}.")
    return replace(right, ended=now, outcome="refused", why=why)


def withdraw(right: Right, now: datetime) -> Right:
    """She has thought better of it, or taken back what was agreed."""
    return replace(right, ended=right.ended or now, outcome="withdrawn")


def want_paper(right: Right, due: datetime) -> Right:
    """She wants a copy on paper. Raises `RightsError` before it is proved, or of another wish."""
    if right.kind != "what" or not right.proved:
        raise RightsError(f"{right.code}: a copy is for whoever asked what is kept, once proved.")
    return replace(right, paper_due=right.paper_due or due)


def paper_made(right: Right, now: datetime) -> Right:
    """The copy was made. Raises `RightsError` where none is wanted."""
    if right.paper_due is None:
        raise RightsError(f"{right.code}: nobody asked for a copy on paper.")
    return replace(right, paper_at=right.paper_at or now)


def _open(right: Right) -> None:
    if right.ended is not None:
        raise RightsError(f"{right.code} has ended: {right.outcome}.")
