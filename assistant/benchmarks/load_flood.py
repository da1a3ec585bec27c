"""The flood: five times as many calls as there are places, and danger among them.

Each caller has another number and stays on the line. Who gets no stream is answered by the
carrier's own menu and presses a key in it. While the house is full, residents text that they have
fallen, and others ring and say so. Each of those gets the place of somebody who has just hung up:
whoever gets none and cannot be heard is told the emergency number with the greeting, before she has
said anything.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from assistant.benchmarks.apart import ROOT
from assistant.benchmarks.callers import NUMBERS, QUIET, Callers, Script
from assistant.benchmarks.running import BenchError
from assistant.config import load_config
from assistant.core.ladder import RUNGS, Limits
from assistant.drill.caller import NoAnswerError
from assistant.drill.carrier import OK, Carrier, DrillError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.benchmarks.running import RunningService
    from assistant.drill.caller import Caller as Resident

TIMES: Final = 5
DANGER: Final = ("我摔倒了起不来", "I have fallen and cannot get up")
SPOKEN: Final = {"zh": ("我摔了一跤，起不来", "救命"), "en": ("help me", "I have fallen down")}
"""What she says, and what she cries when she is asked again, by language. How well that is heard is
the recogniser's matter: the same calls in an empty house show what the flood takes away."""
BY_TEXT, BY_VOICE = 20, 4
WITHIN_S: Final = 5.0
"""From the end of her words to the sound that answers: the 1.6 s of silence that end what she says
(`listening.end_s`), and the 3 s after which the alert RepliesSlow has somebody look."""
GREETED: Final = "greeting.danger"
GREETED_S: Final = 12.0
"Of sound: the greeting of those who cannot be heard is over, with the emergency number in it."
PLACE_WITHIN_S: Final = 5.0
STEP_S: Final = 0.5
LISTENS_S: Final = 20.0
"Of sound, that somebody in danger waits for an answer before she cries again."


@dataclass(slots=True)
class Told:
    """What became of those in danger who rang."""

    rang: int = 0
    waits_s: list[float] = field(default_factory=list)
    "From the end of the words that were understood to the first sound after them."


def run(
    running: RunningService, limits: Limits, danger: Mapping[str, tuple[bytes, ...]], speed: float
) -> dict[str, Any]:
    """Figures of one flood against a service with these places and nobody on the line.

    `danger` is the sound of `SPOKEN` in the languages that are heard; `speed` that of all sound.
    """
    return asyncio.run(_flood(running, limits, danger, speed))


async def _flood(
    running: RunningService, limits: Limits, danger: Mapping[str, tuple[bytes, ...]], speed: float
) -> dict[str, Any]:
    callers, carrier = Callers(running), Carrier(running.base, running.secret, speed=speed)
    alone = await asyncio.to_thread(_ring, running, carrier, danger, "alone")
    places = limits.speech + limits.keys + limits.number
    for _ in range(places):
        await callers.ring(Script((QUIET,)))
    inside = list(callers.everybody)
    rungs = {step: int(running.counted(f'assistant_calls{{rung="{step}"}}')) for step in RUNGS[:-1]}
    talking = asyncio.create_task(callers.talk(speed=speed))
    try:
        menus = await asyncio.to_thread(_rest, carrier, (TIMES - 1) * places)
        began = time.monotonic()
        texted = await asyncio.to_thread(_texts, carrier)
        took = time.monotonic() - began
        await asyncio.sleep(max(0.0, GREETED_S / speed - took))
        inside[0].hang_up()
        rang = await asyncio.to_thread(_ring, running, carrier, danger, "flood")
    finally:
        talking.cancel()
    said = _said(running)
    parted = {sid for sid, prompts in said.items() if "goodbye" in prompts}
    gone = [caller for caller in inside[1:] if caller.closed and caller.call_sid not in parted]
    unheard = [caller.call_sid for caller in inside[limits.speech :]] + list(menus)
    callers.hang_up()
    return {
        "places": asdict(limits),
        "calls": TIMES * places,
        "given": dict(Counter(rungs) + Counter(carrier=len(menus))),
        "dropped": len(gone) + list(menus.values()).count(False),
        "unheard": len(unheard),
        "unheard_told_the_number": sum(GREETED in said.get(sid, ()) for sid in unheard),
        "texts_of_danger": BY_TEXT,
        "texts_told_the_number": texted,
        "text_ms_each": round(1000 * took / BY_TEXT, 1),
        "calls_of_danger": rang.rang,
        "calls_told_the_number": len(rang.waits_s),
        "calls_told_in_an_empty_house": len(alone.waits_s),
        "told_after_s": [round(wait, 2) for wait in rang.waits_s],
        "told_after_s_in_an_empty_house": [round(wait, 2) for wait in alone.waits_s],
        "within_s": WITHIN_S,
        "callers_late_ms": round(1000 * callers.worst_late, 1),
    }


def _rest(carrier: Carrier, calls: int) -> dict[str, bool]:
    """Ring a full house; by call, whether it had a menu that went on after a key."""
    found = {}
    for number in range(calls):
        sid = f"CAmenu{number}"
        form = {"CallSid": sid, "From": f"+8613700{number:06d}", "To": "1"}
        form["AccountSid"] = carrier.account
        first, menu = carrier.post("/twilio/voice", form)
        then, further = carrier.post("/twilio/voice/keys?step=1", form | {"Digits": "1"})
        found[sid] = first == then == OK and "<Gather" in menu and "<Gather" in further
    return found


def _texts(carrier: Carrier) -> int:
    """Residents text that they have fallen; how many were given the emergency number."""
    number = load_config(ROOT / "config.yaml").site.emergency_number
    told = 0
    for place in range(BY_TEXT):
        words = DANGER[place % len(DANGER)]
        answers = carrier.text(f"+8613600{place:06d}", words, f"SMdanger{place}")
        told += any(number in answer for answer in answers)
    return told


def _ring(
    running: RunningService, carrier: Carrier, danger: Mapping[str, tuple[bytes, ...]], when: str
) -> Told:
    """One after the other rings, says that she has fallen, and hangs up once she was answered."""
    found = Told()
    for number in range(BY_VOICE if carrier.speed == 1 else len(danger)):
        language = sorted(danger)[number % len(danger)]
        _until_free(running)
        found.rang += 1
        rung = next(NUMBERS)
        sid = f"CA{when}{number}"
        try:
            with carrier.call(sid, f"+86135{rung:08d}") as resident:
                wait = _cry(running, resident, danger[language])
        except (DrillError, NoAnswerError):
            continue
        if wait is not None:
            found.waits_s.append(wait)
    return found


def _until_free(running: RunningService) -> None:
    """Wait until the next call would be heard. Raises `BenchError` where none ever is."""
    deadline = time.monotonic() + PLACE_WITHIN_S
    while running.counted('assistant_next_call{rung="speech"}') != 1:
        if time.monotonic() > deadline:
            raise BenchError("nobody hung up, so that no place to be heard in was free")
        time.sleep(0.05)


def _cry(running: RunningService, resident: Resident, words: tuple[bytes, ...]) -> float | None:
    """Seconds from the end of the words to their answer; `None` if no number was offered."""
    resident.listen(60)
    for said in words:
        resident.speak(said)
        ended = time.monotonic()
        for _ in range(round(LISTENS_S / STEP_S)):
            resident.wait(STEP_S)
            first = next((at for at in resident.heard_at if at >= ended), None)
            if first is not None and _offered(running, resident.call_sid):
                return first - ended
    return None


def _offered(running: RunningService, call_sid: str) -> bool:
    outcomes = running.events("outcome").get(call_sid, ())
    return any(outcome["kind"] == "emergency.offered" for outcome in outcomes)


def _said(running: RunningService) -> dict[str, set[str]]:
    """The prompts said up to now, by call."""
    return {
        sid: {event["prompt"] for event in events} for sid, events in running.events("said").items()
    }
