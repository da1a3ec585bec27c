"""The life of a case: which deed fits which state, and what comes of it. PURE.

new → accepted → assigned → (returned) → in progress → (extended | waiting) → answered → return
visit → closed → (reopened). Staff may leave steps out, never go back except by the deeds meant for
it. A deadline moves by an extension, by waiting for the resident and by being opened again, and by
nothing else.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.core.case import Case, CaseError, Deed, DeedName, Stage, State, Told

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from assistant.cases.rules import Rules
    from assistant.core.case import Kind

UNTAKEN: frozenset[State] = frozenset({"new", "returned", "reopened"})
"Nobody has it in hand."
TAKEN: frozenset[State] = frozenset({"accepted", "assigned", "in_progress", "extended"})
DONE: frozenset[State] = frozenset({"answered", "return_visit", "closed"})

FITS: dict[DeedName, frozenset[State]] = {
    "accept": UNTAKEN,
    "assign": UNTAKEN | TAKEN,
    "return": frozenset({"assigned"}),
    "start": UNTAKEN | frozenset({"accepted", "assigned"}),
    "extend": TAKEN - {"extended"},
    "wait": TAKEN,
    "resume": frozenset({"waiting"}),
    "answer": UNTAKEN | TAKEN | frozenset({"waiting"}),
    "visit": frozenset({"answered"}),
    "close": UNTAKEN | TAKEN | frozenset({"waiting", "answered", "return_visit"}),
    "reopen": DONE,
}
"The states in which each deed can be done."
NEEDS_A_REASON: frozenset[DeedName] = frozenset({"return", "extend", "wait", "reopen"})

STAGES: dict[State, Stage] = {
    "new": "taken",
    "returned": "taken",
    "reopened": "taken",
    "accepted": "working",
    "assigned": "working",
    "in_progress": "working",
    "extended": "longer",
    "waiting": "waiting",
    "answered": "answered",
    "return_visit": "answered",
    "closed": "closed",
}


def opened(code: str, kind: Kind, topic: str, now: datetime, rules: Rules) -> Case:
    """A case as it begins."""
    take_by, due = rules.deadlines(kind, topic, now)
    return Case(code, kind, topic, "new", now, now, take_by, due)


def advance(case: Case, deed: Deed, now: datetime, rules: Rules) -> Case:
    """The case after a deed. Raises `CaseError` where it does not fit."""
    _check(case, deed, now, rules)
    return _DEEDS[deed.name](case, deed, now, rules)


def sorted_as(case: Case, kind: Kind, topic: str, rules: Rules) -> Case:
    """The case with kind and topic as staff confirm them; a deadline moved before is not lost."""
    take_by, due = rules.deadlines(kind, topic, case.begun)
    if case.moved:
        due = max(due, case.due)
    return replace(case, kind=kind, topic=topic, sorted=True, take_by=take_by, due=due)


def merged(case: Case, into: Case, now: datetime) -> Case:
    """The newer case of one matter, which ends here. Raises `CaseError` where they are not two."""
    if case.code == into.code or into.merged_into is not None:
        raise CaseError(f"{case.code} cannot go into {into.code}; name the older case itself.")
    if case.merged_into is not None:
        raise CaseError(f"{case.code} is already one with {case.merged_into}.")
    if "closed" in {case.state, into.state}:
        raise CaseError(f"{case.code} and {into.code} must both be open to be made one.")
    return replace(case, state="closed", since=now, merged_into=into.code)


def is_overdue(case: Case, now: datetime) -> bool:
    """Whether somebody should have taken it, or she should have her answer, by now."""
    if case.state in DONE or case.state == "waiting":
        return False
    return now > case.due or (case.state in UNTAKEN and now > case.take_by)


def told(case: Case, now: datetime, rules: Rules) -> Told:
    """What the resident is told: how it stands, and the day it is due."""
    stage = STAGES[case.state]
    unanswered = case.state not in DONE and case.state != "waiting"
    if unanswered and now > case.due:
        stage = "late"
    return Told(stage, rules.calendar.local(case.due).date())


def _check(case: Case, deed: Deed, now: datetime, rules: Rules) -> None:
    if case.merged_into is not None:
        raise CaseError(f"{case.code} is one with {case.merged_into}; work on that one.")
    if case.state not in FITS[deed.name]:
        fitting = ", ".join(name for name, states in FITS.items() if case.state in states)
        raise CaseError(
            f"{case.code} is {case.state.replace('_', ' ')}; what can be done now: {fitting}."
        )
    if deed.name in NEEDS_A_REASON and not deed.why.strip():
        raise CaseError(f"To {deed.name} {case.code}, a reason is needed.")
    if deed.name == "assign" and not (deed.owner or "").strip():
        raise CaseError(f"To assign {case.code}, name the person it goes to.")
    if deed.name == "extend":
        _check_extension(case, deed, now, rules)
    if deed.name == "return":
        given = case.assigned or case.since
        if now > rules.calendar.after(given, rules.return_within):
            raise CaseError(
                f"{case.code} was assigned too long ago to be given back; assign it to another."
            )


def _check_extension(case: Case, deed: Deed, now: datetime, rules: Rules) -> None:
    if case.extended:
        raise CaseError(f"{case.code} was given more time before; that is possible once.")
    if not 1 <= deed.days <= rules.extension_days:
        raise CaseError(f"{case.code} can be given 1 to {rules.extension_days} working days more.")
    if now > case.due:
        raise CaseError(f"{case.code} is past its day; more time must be given before it.")


def _accepted(case: Case, deed: Deed, now: datetime, rules: Rules) -> Case:
    del deed, rules
    return replace(case, state="accepted", since=now)


def _assigned(case: Case, deed: Deed, now: datetime, rules: Rules) -> Case:
    del rules
    return replace(case, state="assigned", since=now, owner=deed.owner, assigned=now)


def _returned(case: Case, deed: Deed, now: datetime, rules: Rules) -> Case:
    del deed, rules
    return replace(case, state="returned", since=now, owner=None, assigned=None)


def _started(case: Case, deed: Deed, now: datetime, rules: Rules) -> Case:
    del rules
    return replace(case, state="in_progress", since=now, owner=case.owner or deed.by)


def _extended(case: Case, deed: Deed, now: datetime, rules: Rules) -> Case:
    due = rules.calendar.longer(case.due, deed.days)
    return replace(case, state="extended", since=now, due=due, extended=True, moved=True)


def _waiting(case: Case, deed: Deed, now: datetime, rules: Rules) -> Case:
    del deed, rules
    return replace(case, state="waiting", since=now)


def _resumed(case: Case, deed: Deed, now: datetime, rules: Rules) -> Case:
    del deed
    due = _after_waiting(case, now, rules)
    state: State = "extended" if case.extended else "in_progress"
    return replace(case, state=state, since=now, due=due, moved=True)


def _answered(case: Case, deed: Deed, now: datetime, rules: Rules) -> Case:
    del deed, rules
    return replace(case, state="answered", since=now)


def _visited(case: Case, deed: Deed, now: datetime, rules: Rules) -> Case:
    del deed, rules
    return replace(case, state="return_visit", since=now)


def _closed(case: Case, deed: Deed, now: datetime, rules: Rules) -> Case:
    del deed, rules
    return replace(case, state="closed", since=now, closings=case.closings + 1)


def _reopened(case: Case, deed: Deed, now: datetime, rules: Rules) -> Case:
    del deed
    take_by, due = rules.deadlines(case.kind, case.topic, now)
    return replace(
        case, state="reopened", since=now, begun=now, take_by=take_by, due=due, moved=False
    )


def _after_waiting(case: Case, now: datetime, rules: Rules) -> datetime:
    term = rules.answer_term(case.kind, case.topic)
    return rules.calendar.after_pause(case.due, case.since, now, term)


_DEEDS: dict[DeedName, Callable[[Case, Deed, datetime, Rules], Case]] = {
    "accept": _accepted,
    "assign": _assigned,
    "return": _returned,
    "start": _started,
    "extend": _extended,
    "wait": _waiting,
    "resume": _resumed,
    "answer": _answered,
    "visit": _visited,
    "close": _closed,
    "reopen": _reopened,
}
