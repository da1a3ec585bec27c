"""Wishes about what is kept, joined: given their clock, and carried out where nobody need decide.

What still stands when somebody is deleted, or when a talk is to be forgotten, goes once it is over:
a look now and then sees to that, and to helpers whose time has run out.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

import assistant.callbacks.outcomes
import assistant.corrections.store  # noqa: F401 - places name the tables of rooms a house may not open
from assistant.alarm_clock import Look
from assistant.casework import rules_of, terms_of_rights
from assistant.core.errors import AssistantError
from assistant.dialogue.which_number import is_dialled
from assistant.drill.numbers import is_drill
from assistant.privacy.person import Whose, erase
from assistant.rights.life import OF_INTENT, Right, withdraw
from assistant.rights.store import RightStore

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from assistant.app import House
    from assistant.cases.deadlines import Term, WorkCalendar
    from assistant.casework import Casework
    from assistant.config import Config
    from assistant.core.conversation import Conversation
    from assistant.core.event import TakeDown
    from assistant.core.ports import RequestStore
    from assistant.database import Database

log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 600
PAPER_ASKED: Final = timedelta(days=30)
"So long after she was told she may still ask for the copy without proving it anew."
SURELY_OVER: Final = timedelta(hours=3)
"After so long a call is over even if nobody saw it end."


class Wishes:
    """Wishes as the line takes them: `assistant.core.ports.Rights`."""

    def __init__(
        self,
        database: Database,
        calendar: WorkCalendar,
        terms: Mapping[str, Term],
        requests: RequestStore,
    ) -> None:
        """`terms` by intent, from `config.yaml`, `rights`."""
        self.store = RightStore(database)
        self._database, self._calendar = database, calendar
        self._terms, self._requests = terms, requests

    def asked(self, request: TakeDown, conversation: Conversation, now: datetime) -> None:
        """Give a wish that was taken down its clock; any other request changes nothing."""
        kind = OF_INTENT.get(request.intent)
        if kind is None or is_drill(conversation.contact):
            return
        self.store.keep(
            Right(
                request.code,
                kind,
                conversation.contact,
                conversation.language,
                conversation.channel,
                conversation.id,
                now,
                self._calendar.after(now, self._terms[request.intent]),
                shared=self._is_shared(conversation),
            )
        )

    def forget_talk(self, conversation: Conversation, now: datetime) -> None:
        """Remember that this talk is to be forgotten once it is over; twice is once."""
        if not is_dialled(conversation.contact):
            return
        self.store.keep(
            Right(
                _name(conversation),
                "forget",
                conversation.contact,
                conversation.language,
                conversation.channel,
                conversation.id,
                now,
                now,
            )
        )

    def talk_over(self, conversation: Conversation, now: datetime) -> None:
        """Forget it now, if she asked for that."""
        right = self.store.get(_name(conversation))
        if right is not None:
            self._forget(right, now)

    def no_helper(self, contact: str, now: datetime) -> None:
        """From now on nobody may ask for this contact."""
        for right in self.store.of(contact, "helper"):
            self._part(right.code, now)

    def helped_by(self, contact: str, now: datetime) -> tuple[str, ...]:
        """The contacts (E.164) for whom this one may ask how a matter stands."""
        return self.store.helped_by(contact, now) if is_dialled(contact) else ()

    def look(self, now: datetime) -> None:
        """Carry out what could not be carried out before."""
        for right in self.store.to_forget():
            if now - right.asked > SURELY_OVER:
                self._forget(right, now)
        for right in self.store.to_finish():
            self.erase_rest(right, now)
        for right in self.store.told_before(now - PAPER_ASKED):
            self.store.blank(right.code)
        for code in self.store.expired(now):
            self._part(code, now)

    def erase_rest(self, right: Right, now: datetime) -> bool:
        """Erase what was kept of whoever was deleted, as far as nothing needs it any more.

        Whether nothing is left; then the wish itself forgets the number.
        """
        wished = right.ended or now
        whose = Whose(right.contact, before=wished)
        left = sum(part.staying for part in erase(self._database, whose, wished, right.code))
        if left == 0:
            self.store.blank(right.code)
        return left == 0

    def _forget(self, right: Right, now: datetime) -> None:
        whose = Whose(right.contact, right.conversation)
        if not any(part.staying for part in erase(self._database, whose, now)):
            self.store.drop(right.code)

    def _part(self, code: str, now: datetime) -> None:
        """This helper asks no more, and the wish that named one forgets the numbers."""
        self.store.drop_helpers(code)
        self.store.change(code, partial(withdraw, now=now))
        self.store.blank(code)

    def _is_shared(self, conversation: Conversation) -> bool:
        """Whether anybody has said who of several she is, in this talk or with an open matter."""
        named = conversation.nickname or conversation.people
        matters = self._requests.open_for(conversation.contact)
        return bool(named) or any(matter.nickname for matter in matters)


def open_wishes(config: Config, database: Database, casework: Casework) -> Wishes:
    """The wishes of this office."""
    calendar = rules_of(config, casework.sorting).calendar
    return Wishes(database, calendar, terms_of_rights(config), casework.requests)


def look_for(house: House) -> Look:
    """What makes a service look; what fails is logged and tried again at the next look."""

    def look() -> None:
        try:
            house.wishes.look(house.clock.now())
        except AssistantError as error:
            log.error("wishes about what is kept wait for the next look: %s", error)  # noqa: TRY400 - the sentence says it

    return Look("rights", LOOK_EVERY_S, look)


def _name(conversation: Conversation) -> str:
    """What the wish to forget a talk is kept under; no case code looks like it."""
    return f"FORGET:{conversation.id}".upper()
