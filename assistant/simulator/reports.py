"""What the loopback carrier tells the service of the calls that it rings, in Twilio's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.simulator.leg import OVER

if TYPE_CHECKING:
    from assistant.simulator.leg import Leg
    from assistant.simulator.service import Service


class Reports:
    """What the service is told of a call while it goes on."""

    def __init__(self, service: Service, leg: Leg, callback: str, moments: frozenset[str]) -> None:
        self._service, self._leg = service, leg
        self._callback, self._moments = callback, moments | {"completed"}

    def tell(self, moment: str) -> None:
        """Report one moment, where it was asked for."""
        if not self._callback or moment not in self._moments:
            return
        status = {"initiated": "initiated", "ringing": "ringing", "answered": "in-progress"}
        told = {"CallStatus": status.get(moment, self._leg.status)}
        if moment == "completed":
            told["CallDuration"] = str(self._leg.seconds)
        self._service.ask(self._callback, {**fields(self._leg), **told})


def fields(leg: Leg) -> dict[str, str]:
    """What every webhook of a call carries."""
    known = {
        "CallSid": leg.sid,
        "From": leg.caller,
        "To": leg.number,
        "CallStatus": leg.status,
        "Direction": "outbound-dial" if leg.parent else "outbound-api",
        "ApiVersion": "2010-04-01",
    }
    return {**known, "ParentCallSid": leg.parent} if leg.parent else known


def dialled(other: Leg) -> dict[str, str]:
    """How the second telephone was left."""
    status = other.status if other.status in OVER else "completed"
    bridged = "true" if other.was_bridged else "false"
    told = {"DialCallSid": other.sid, "DialCallStatus": status, "DialBridged": bridged}
    return {**told, "DialCallDuration": str(other.seconds)} if status == "completed" else told
