"""Hands the desk what it needs from the other rooms."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from assistant.audit.store import AuditLog
from assistant.cases.closings import RequestDesk
from assistant.clock import ServiceClock
from assistant.desk import DeskParts, People
from assistant.desk_tables import Running, desk_tables
from assistant.keys import house_secret
from assistant.memory.hearings import HearingStore
from assistant.rights_desk import RightsDesk
from assistant.staff.accounts import AccountStore
from assistant.staff.approvals import ApprovalStore
from assistant.staff.drafts import DraftStore
from assistant.staff.lockout import Lockout
from assistant.staff.presence import Presence
from assistant.staff.secrets_kept import OneTimeCodes
from assistant.staff.sessions import SessionStore
from assistant.staff.tokens import TokenStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.app import House, Records
    from assistant.desk import Box
    from assistant.ringing.staff import CallbackDesk


def open_accounts(house: House | Records) -> AccountStore:
    """The accounts of the desk."""
    codes = OneTimeCodes(house_secret(house.database, house.data / "keys", "codes.key"))
    return AccountStore(house.database, codes)


def open_audit(house: House | Records) -> AuditLog:
    """The audit log, with the key of its seal."""
    key = house_secret(house.database, house.data / "keys", "audit.key")
    return AuditLog(house.database, key)


def desk_parts(
    house: House, box: Callable[[], Box], running: Running, callbacks: CallbackDesk
) -> DeskParts:
    """Everything the desk shows and does."""
    database, settings = house.database, house.config.desk
    people = People(
        accounts=open_accounts(house),
        sessions=SessionStore(database, timedelta(minutes=settings.idle_min)),
        lockout=Lockout(database),
        tokens=TokenStore(database),
        drafts=DraftStore(database),
        approvals=ApprovalStore(database),
    )
    audit = open_audit(house)
    return DeskParts(
        site=house.config.the_site().name,
        public_url=house.config.public_url,
        now=house.clock.now,
        machine_now=ServiceClock(house.config.site.timezone).now,
        key=house_secret(database, house.data / "keys", "desk.key"),
        plain_http=settings.plain_http,
        people=people,
        audit=audit,
        presence=Presence(database),
        alarms=house.alarms,
        requests=house.requests,
        request_desk=RequestDesk(database),
        callbacks=callbacks,
        hearings=HearingStore(database),
        rights=RightsDesk(house, audit, people.accounts),
        box=box,
        tables=desk_tables(house, running),
    )
