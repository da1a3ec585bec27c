"""TwiML of the calls we make, and the addresses that lead from page to page. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from assistant.channels.twilio_voice import LOCALES
from assistant.core.ring import Leg

if TYPE_CHECKING:
    from assistant.core.ring import RingReply

BASE: Final = "/twilio/ring"
STATUS: Final = "/twilio/status"
KEY_SECONDS: Final = 8
"For a key, after all was said: staff put something down first."
LARGEST = 1_000_000
"No attempt, turn or second counts so far."


@dataclass(frozen=True, slots=True)
class RingSettings:
    """How the resident is rung."""

    seconds: int
    "For so long her telephone rings: an older person needs time to get to it."
    caller_id: str
    "The number her telephone shows."
    origin: Callable[[], str]
    "Our public address: outside a page of ours the carrier knows no other."


def address(leg: Leg) -> str:
    """The path at which the carrier asks what staff are told about this ring."""
    return f"{BASE}/staff?{_query(leg)}"


@dataclass(frozen=True, slots=True)
class Pages:
    """Writes them."""

    settings: RingSettings

    def page(self, leg: Leg, reply: RingReply, step: int) -> str:
        """What one telephone hears next; `step` numbers the page that is asked for after it."""
        response, query = VoiceResponse(), _query(leg)
        origin = self.settings.origin() + BASE
        if reply.then == "keys":
            action = f"{origin}/staff/key?{query}&s={step}"
            gather = Gather(
                input="dtmf", num_digits=1, timeout=KEY_SECONDS, action=action, method="POST"
            )
            _say(gather, reply)
            response.append(gather)
            response.redirect(action, method="POST")
            return str(response)
        _say(response, reply)
        if reply.then == "ring":
            response.append(self._dial(reply.phone, query))
        elif reply.then == "go_on":
            response.redirect(f"{origin}/resident?{query}&s={step}", method="POST")
        elif reply.then == "hang_up":
            response.hangup()
        return str(response)

    def _dial(self, phone: str, query: str) -> Dial:
        here = self.settings.origin()
        dial = Dial(
            action=f"{here}{BASE}/over?{query}",
            method="POST",
            timeout=self.settings.seconds,
            caller_id=self.settings.caller_id,
        )
        dial.number(
            phone,
            url=f"{here}{BASE}/resident?{query}&s=0",
            method="POST",
            status_callback=f"{here}{STATUS}?{query}&p=resident",
            status_callback_event="initiated ringing answered completed",
            status_callback_method="POST",
            machine_detection="Enable",
            amd_status_callback=f"{here}{BASE}/heard?{query}",
            amd_status_callback_method="POST",
        )
        return dial

    def message(self, reply: RingReply) -> str:
        """For a machine: all of it, and the end."""
        response = VoiceResponse()
        _say(response, reply)
        response.hangup()
        return str(response)


def leg_of(arguments: Mapping[str, str]) -> Leg | None:
    """The ring that an address names, or `None`."""
    code, attempt, turn = arguments.get("c", ""), arguments.get("n"), arguments.get("t")
    if not code or not number(attempt) or not number(turn):
        return None
    return Leg(code, number(attempt), number(turn))


def _query(leg: Leg) -> str:
    return urlencode({"c": leg.code, "n": leg.attempt, "t": leg.turn})


def number(text: str | None) -> int:
    """A count; 0 for anything else."""
    counted = (
        text is not None and text.isascii() and text.isdigit() and len(text) < len(str(LARGEST))
    )
    return int(text or 0) if counted else 0


def _say(verb: VoiceResponse | Gather, reply: RingReply) -> None:
    for sentence in reply.sentences:
        verb.say(sentence.text, language=LOCALES.get(sentence.language))
