"""The loopback carrier's exchange: it rings telephones for the service and follows its TwiML.

Every call has a thread of its own, which asks the service's webhooks as Twilio does, signed and
over HTTP. A telephone is whatever asks for its number: the page, or a program.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from assistant.simulator.instructions import (
    Dial,
    Gather,
    Hangup,
    NoTwimlError,
    Pause,
    Redirect,
    Say,
    verbs,
)
from assistant.simulator.leg import HungUpError, Leg, RedirectedError
from assistant.simulator.reports import Reports, dialled, fields

if TYPE_CHECKING:
    from assistant.simulator.service import Service

log = logging.getLogger(__name__)

KEPT: Final = 200
"Outgoing calls remembered."
AT_ONCE: Final = 8
"Calls under way at the same time; one more is refused as Twilio refuses too many."
PAGES: Final = 60
"Pages of TwiML in one call: more is a loop."


@dataclass(frozen=True, slots=True)
class Page:
    """A page of TwiML still to be asked for."""

    url: str
    more: Mapping[str, str] = field(default_factory=dict)
    "Fields beside those that every webhook carries."


class Exchange:
    """Rings telephones. Thread-safe and bounded."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._changed = threading.Condition()
        self._legs: OrderedDict[str, Leg] = OrderedDict()

    # -- what is known ----------------------------------------------------------------------

    def leg(self, sid: str) -> Leg | None:
        """A call of ours by its id."""
        with self._changed:
            return self._legs.get(sid)

    def legs(self, number: str) -> list[Leg]:
        """Calls to a number, the newest first."""
        with self._changed:
            return [leg for leg in reversed(self._legs.values()) if leg.number == number]

    def full(self) -> bool:
        """Whether one more call would be too many."""
        with self._changed:
            return sum(not leg.over for leg in self._legs.values()) >= AT_ONCE

    # -- ringing ----------------------------------------------------------------------------

    def place(
        self,
        *,
        caller: str,
        number: str,
        url: str,
        seconds: float,
        status_callback: str = "",
        moments: frozenset[str] = frozenset({"completed"}),
    ) -> Leg:
        """Ring a number; what is said once it is taken up stands at `url`."""
        leg = self._new(caller, number)
        reports = Reports(self._service, leg, status_callback, moments)
        _thread(self._run, leg, reports, url, seconds)
        return leg

    def _new(self, caller: str, number: str, parent: str | None = None) -> Leg:
        sid, began = "CA" + secrets.token_hex(16), self._service.now()
        leg = Leg(sid, caller, number, began, self._changed, parent=parent)
        with self._changed:
            self._legs[leg.sid] = leg
            while len(self._legs) > KEPT:
                self._legs.popitem(last=False)
        return leg

    def _run(self, leg: Leg, reports: Reports, url: str, seconds: float) -> None:
        reports.tell("initiated")
        if self._rings(leg, reports, seconds):
            self._follow(leg, Page(url))
        leg.end()
        reports.tell("completed")

    def _rings(self, leg: Leg, reports: Reports, seconds: float) -> bool:
        """Ring its bell; whether somebody took it up."""
        leg.begin_ringing()
        reports.tell("ringing")
        if leg.until_answered(seconds):
            reports.tell("answered")
            return True
        leg.end("no-answer")
        return False

    # -- TwiML ------------------------------------------------------------------------------

    def _follow(self, leg: Leg, page: Page | None, twiml: str | None = None) -> None:
        """Carry out a page, or TwiML at hand, and whatever follows, to the end."""
        for _ in range(PAGES):
            if page is None and twiml is None:
                return
            try:
                text = twiml if twiml is not None else self._ask(leg, page)
                twiml, page = None, self._carry_out(leg, text)
            except RedirectedError:
                twiml = leg.take_order()
            except HungUpError:
                return
            except NoTwimlError as wrong:
                log.warning("a call ended: its TwiML cannot be carried out (%s)", wrong)
                return

    def _ask(self, leg: Leg, page: Page | None) -> str:
        answer = self._service.ask(page.url, {**fields(leg), **page.more}) if page else None
        if answer is None:
            raise NoTwimlError("no answer")
        return answer

    def _carry_out(self, leg: Leg, text: str) -> Page | None:
        """Do what a page says; the page that follows, or `None` at its end."""
        for verb in verbs(text):
            match verb:
                case Say():
                    leg.say(verb.text, verb.language, verb.seconds)
                case Pause(seconds):
                    leg.pause(seconds)
                case Redirect(url):
                    return Page(url)
                case Hangup():
                    leg.end()
                    raise HungUpError
                case Gather():
                    digits = _gathered(leg, verb)
                    if digits:
                        return Page(verb.action, {"Digits": digits})
                case Dial():
                    more = self._dial(leg, verb)
                    return Page(verb.action, more) if verb.action else None
        return None

    # -- a second telephone -----------------------------------------------------------------

    def _dial(self, leg: Leg, dial: Dial) -> dict[str, str]:
        """Ring the other telephone, join the two, and tell how it ended."""
        other = self._new(dial.caller or leg.caller, dial.number, leg.sid)
        reports = Reports(self._service, other, dial.status_callback, dial.moments)
        _thread(self._other, other, reports, dial, leg)
        try:
            leg.stay(lambda: not other.over and not other.left)
        except (HungUpError, RedirectedError):
            other.end()
            if leg.over and dial.action:  # asked also after the first telephone has gone
                self._service.ask(dial.action, {**fields(leg), **dialled(other)})
            raise
        return dialled(other)

    def _other(self, other: Leg, reports: Reports, dial: Dial, first: Leg) -> None:
        reports.tell("initiated")
        if self._rings(other, reports, dial.seconds):
            if dial.heard_callback:
                _thread(self._tell_heard, other, dial.heard_callback)
            self._joined(other, dial, first)
        other.end()
        reports.tell("completed")

    def _joined(self, other: Leg, dial: Dial, first: Leg) -> None:
        """What is said before the two hear each other, and their talk."""
        page = Page(dial.url) if dial.url else None
        try:
            while page is not None:
                page = self._carry_out(other, self._ask(other, page))
            other.bridged = first.bridged = other.was_bridged = True
            other.stay(lambda: not first.over)
        except HungUpError:
            return
        except NoTwimlError as wrong:
            log.warning("a call ended: its TwiML cannot be carried out (%s)", wrong)
        except RedirectedError:
            other.leave()
            self._follow(other, None, other.take_order())
        finally:
            first.bridged = other.bridged = False

    def _tell_heard(self, other: Leg, url: str) -> None:
        self._service.ask(url, {**fields(other), "AnsweredBy": other.answered_by})


def _thread(work: Callable[..., None], *arguments: object) -> None:
    threading.Thread(target=work, args=arguments, name="loopback call", daemon=True).start()


def _gathered(leg: Leg, gather: Gather) -> str:
    """Digits pressed during and after the sentences; any key cuts them short."""
    leg.forget_keys()
    for item in gather.says:
        leg.say(item.text, item.language, item.seconds, cut_by_key=True)
    return leg.keys(gather.count, gather.seconds)
