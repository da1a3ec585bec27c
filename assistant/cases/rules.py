"""How long a case may take, by what it is about. PURE: the figures come from the settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from assistant.cases.deadlines import Term, WorkCalendar
    from assistant.core.case import Kind, Topic

ORDINARY = "ordinary"


@dataclass(frozen=True, slots=True)
class Rules:
    """The terms of this office."""

    calendar: WorkCalendar
    topics: Mapping[str, Topic]
    "By id."
    take: Mapping[str, Term]
    "By urgency: within this somebody takes the case."
    answer: Mapping[str, Term]
    "By urgency, else by kind: within this she has her answer."
    return_within: Term
    "A unit that is the wrong one gives a case back within this."
    extension_days: int
    "Working days a case can be given more, once."
    visit_after: Term
    "So long after the closing she is asked whether it is well done."
    by_intent: Mapping[str, Term] = field(default_factory=dict)
    "The term for the answer where the wish itself has one, as one about what is kept has."

    def urgency(self, topic: str) -> str:
        """`danger`, `utilities` or `ordinary`."""
        return self.topics[topic].urgency if topic in self.topics else ORDINARY

    def answer_term(self, kind: Kind, topic: str) -> Term:
        """The term for the answer; that of an urgent topic goes before that of the kind."""
        return self.answer.get(self.urgency(topic)) or self.answer[kind]

    def deadlines(self, kind: Kind, topic: str, begun: datetime) -> tuple[datetime, datetime]:
        """Until when a case is taken, and until when it is answered."""
        take = self.take[self.urgency(topic)]
        return (
            self.calendar.after(begun, take),
            self.calendar.after(begun, self.answer_term(kind, topic)),
        )
