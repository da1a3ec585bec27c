"""What stored cases mean before and after something new is learnt. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from assistant.core.intent import Reading


@dataclass(frozen=True, slots=True)
class Case:
    """Words somebody said once."""

    words: str
    language: str
    code: str = ""
    "Of the request they stand in; empty for an accepted correction."
    meant: str = ""
    "Intent or service that staff say was meant; empty where nobody said."


@dataclass(frozen=True, slots=True)
class Taken:
    """What words are taken for."""

    intent: str
    "Empty where nothing is sure enough to act on."
    service: str
    "HSDS id; empty for none."


@dataclass(frozen=True, slots=True)
class Changed:
    """A case that would be understood differently."""

    words: str
    language: str
    code: str
    before: str
    after: str
    wrong: bool
    "Staff have said what was meant, and it would no longer be understood."

    def as_json(self) -> dict[str, object]:
        """For the database."""
        return asdict(self)


def taken(reading: Reading) -> Taken:
    """The gist of a reading: what would be answered, about which service."""
    match, services = reading.match, reading.slots.services
    danger = reading.safety.intent if reading.safety else None
    intent = danger or (match.intent if match.accepted else None)
    return Taken(intent or "", services[0].service if services else "")


def replay(
    cases: Iterable[Case], before: Callable[[Case], Taken], after: Callable[[Case], Taken]
) -> Iterator[Changed]:
    """The cases that are understood differently, those that staff have corrected first."""
    later = []
    for case in cases:
        was, would = before(case), after(case)
        if was == would:
            continue
        wrong = bool(case.meant) and case.meant not in {would.intent, would.service}
        changed = Changed(case.words, case.language, case.code, _told(was), _told(would), wrong)
        if wrong:
            yield changed
        else:
            later.append(changed)
    yield from later


def _told(understood: Taken) -> str:
    """Intent and service in one text."""
    return " · ".join(part for part in (understood.intent, understood.service) if part)
