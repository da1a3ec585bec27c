"""What the desk is given by the program around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.alarms.store import AlarmStore
    from assistant.audit.store import AuditLog
    from assistant.cases.closings import RequestDesk
    from assistant.cases.store import RequestStore
    from assistant.core.values import Localised
    from assistant.desk.tables import Tables
    from assistant.first_start import FirstStart
    from assistant.memory.hearings import HearingStore
    from assistant.rights_desk import RightsDesk
    from assistant.ringing.staff import CallbackDesk
    from assistant.staff.accounts import AccountStore
    from assistant.staff.approvals import ApprovalStore
    from assistant.staff.drafts import DraftStore
    from assistant.staff.lockout import Lockout
    from assistant.staff.presence import Presence
    from assistant.staff.sessions import SessionStore
    from assistant.staff.tokens import TokenStore


@dataclass(frozen=True, slots=True)
class Box:
    """How the machine is doing, for the foot of every page."""

    ready: bool
    hears: tuple[str, ...]
    "Languages whose recogniser works."
    speaks: bool
    spent: tuple[str, ...] = ()
    "Of what no more can be paid for today: `texts`, `rings`."


@dataclass(frozen=True, slots=True)
class People:
    """The staff room."""

    accounts: AccountStore
    sessions: SessionStore
    lockout: Lockout
    tokens: TokenStore
    drafts: DraftStore
    approvals: ApprovalStore


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskParts:
    """Stores, clocks and settings. Every callable is called from web threads, several at a time."""

    site: Localised
    "The office's name."
    public_url: Callable[[], str]
    now: Callable[[], datetime]
    "The service's clock, which a simulator may have moved: for whatever concerns residents."
    machine_now: Callable[[], datetime]
    "The machine's own clock: for sessions, one-time codes and the audit log."
    key: str
    "Signs forms; lies outside the database, or sealed in it."
    plain_http: bool
    "Whether one may sign in from another machine over http, where others can read along."
    people: People
    audit: AuditLog
    alarms: AlarmStore
    requests: RequestStore
    request_desk: RequestDesk
    callbacks: CallbackDesk
    hearings: HearingStore
    rights: RightsDesk
    box: Callable[[], Box]
    tables: Tables
    first_start: FirstStart | None = None
    "What the pages of the first start do; `None` where the settings' file is not known."
    presence: Presence
    "Who looks at what; shared by pages and live signals."
