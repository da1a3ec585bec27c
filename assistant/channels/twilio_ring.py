"""Twilio webhooks of the calls we make: the staff's telephone first, then the resident's.

Staff are rung over REST. A key proves that a person has the telephone; only then does TwiML that
dials the resident leave the house. Whoever answers there hears two pages of ours before the two
are joined: who rings, and after a moment, in which a machine gives itself away, the safe word.
Twilio tells what answered by a webhook of its own, while the call goes on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, request

from assistant.channels.twilio_ring_pages import BASE, Pages, RingSettings, leg_of, number
from assistant.channels.webhook import EMPTY, Webhooks, xml
from assistant.core.errors import AssistantError, CarrierError
from assistant.core.ring import Leg, RingEnd

if TYPE_CHECKING:
    from assistant.core.ring import RingDesk, RingReply

log = logging.getLogger(__name__)

ENDS: dict[str, RingEnd] = {
    "completed": "talked",
    "answered": "talked",
    "no-answer": "no_answer",
    "canceled": "no_answer",
    "busy": "busy",
}
"""Twilio's `DialCallStatus`; *canceled* when staff hung up while it rang. What is not here, such as
`failed`, went wrong on the way."""


def ring_blueprint(
    webhooks: Webhooks,
    desk: RingDesk,
    settings: RingSettings,
    redirect: Callable[[str, str], None],
    now: Callable[[], datetime],
) -> Blueprint:
    """Everything under `/twilio/ring`; `redirect` gives a call other TwiML while it goes on."""
    blueprint = Blueprint("twilio_ring", __name__)
    views = _Views(webhooks, desk, settings, redirect, now)
    for rule, view in (
        ("/staff", views.staff_answered),
        ("/staff/key", views.staff_pressed),
        ("/resident", views.resident_answered),
        ("/over", views.resident_left),
        ("/heard", views.heard),
    ):
        blueprint.add_url_rule(BASE + rule, view_func=_kind(view), methods=["POST"])
    return blueprint


def _kind(view: Callable[[], Response]) -> Callable[[], Response]:
    """The view; when the house fails, nothing is said: she is put through, staff are let go."""

    @wraps(view)
    def kind() -> Response:
        try:
            return view()
        except AssistantError as error:
            log.error("a ring's webhook failed: %s", type(error).__name__)  # noqa: TRY400 - named
            return xml(EMPTY)

    return kind


class _Views:
    """One webhook each: checked, answered once, told to the desk."""

    def __init__(
        self,
        webhooks: Webhooks,
        desk: RingDesk,
        settings: RingSettings,
        redirect: Callable[[str, str], None],
        now: Callable[[], datetime],
    ) -> None:
        self._webhooks, self._desk, self._pages = webhooks, desk, Pages(settings)
        self._redirect, self._now = redirect, now

    def staff_answered(self) -> Response:
        call, leg = self._asked()
        return self._once(
            "staff", call, lambda: self._pages.page(leg, self._desk.staff_answered(leg, call), 1)
        )

    def staff_pressed(self) -> Response:
        call, leg = self._asked()
        step, digit = number(request.args.get("s")), request.form.get("Digits", "")[:1]

        def answer() -> str:
            return self._pages.page(leg, self._desk.staff_pressed(leg, call, digit, step), step + 1)

        return self._once(f"key:{step}", call, answer)

    def resident_answered(self) -> Response:
        call, leg = self._asked()
        step = number(request.args.get("s"))

        def answer() -> str:
            return self._pages.page(leg, self._desk.resident_answered(leg, call, step), step + 1)

        return self._once(f"resident:{step}", call, answer)

    def resident_left(self) -> Response:
        call, leg = self._asked()
        form = request.form
        end = ENDS.get(form.get("DialCallStatus", ""), "failed")
        if end == "talked" and form.get("DialBridged") == "false":
            end = "dropped"
        hers, seconds = form.get("DialCallSid", ""), number(form.get("DialCallDuration"))

        def answer() -> str:
            return self._pages.page(leg, self._desk.resident_left(leg, hers, end, seconds), 1)

        return self._once("over", call, answer)

    def heard(self) -> Response:
        """What answered; only a machine for certain is told something else."""
        call, leg = self._asked()
        machine = request.form.get("AnsweredBy", "").startswith("machine")

        def answer() -> str:
            reply = self._desk.machine_answered(leg, call) if machine else None
            if reply is not None:
                self._tell_machine(call, reply)
            return EMPTY

        return self._once("heard", call, answer)

    def _tell_machine(self, call: str, reply: RingReply) -> None:
        try:
            self._redirect(call, self._pages.message(reply))
        except CarrierError as error:
            log.warning("a machine was not given its message: %s", error)

    def _asked(self) -> tuple[str, Leg]:
        """The call and the ring a webhook is about; refused where it names none."""
        self._webhooks.check()
        leg = leg_of(request.args)
        if leg is None:
            abort(400, "The address names no ring of ours.")
        return request.form.get("CallSid", ""), leg

    def _once(self, kind: str, call: str, act: Callable[[], str]) -> Response:
        return self._webhooks.once(f"ring.{kind}", call, act, self._now())
