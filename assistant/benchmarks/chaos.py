"""What a resident hears when a part of the line ends, and whether what she was promised is kept.

Every fault is made with real processes on this machine. Before it a text is answered with the code
of a case, and somebody rings. Then the fault comes; she presses a key, another one rings, and a
text is written. It goes, and the line is rung until it answers. `kept` says whether every case that
was confirmed, before and meanwhile, stands in the database at the end.
"""

from __future__ import annotations

import contextlib
import re
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from websockets.exceptions import WebSocketException

from assistant.benchmarks.chaos_faults import FAULTS, QUIET_S
from assistant.benchmarks.chaos_line import prepared
from assistant.benchmarks.chaos_parts import prompts_of
from assistant.benchmarks.running import BenchError
from assistant.drill.caller import NoAnswerError
from assistant.drill.carrier import DrillError

if TYPE_CHECKING:
    from assistant.benchmarks.chaos_faults import Fault
    from assistant.benchmarks.chaos_line import Line
    from assistant.drill.caller import Caller

HERS = "+8613800000401"
CODE = re.compile(r"GH\d{6}")
ANSWERS_WITHIN_S = 120.0
LISTENS_S = 60.0
"On the call's own clock: what is late by itself may be heard out."
ENDS_S = 45.0
GOODBYE = "9"
NO_CALL = (DrillError, NoAnswerError, WebSocketException, OSError)


def run(data: Path, *, only: str = "") -> dict[str, Any]:
    """A row for every fault, or for the one named `only`; models and prompts are those of `data`.

    Raises `BenchError` for a fault nobody knows, and when a line is not answered again.
    """
    if only and only not in FAULTS:
        raise BenchError(f"no fault {only!r}; there are: {', '.join(FAULTS)}")
    names = [only] if only else list(FAULTS)
    return {"faults": [_row(name, FAULTS[name], data) for name in names]}


def _row(name: str, fault: Fault, data: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="bench-chaos-") as folder, ExitStack() as stack:
        line = prepared(fault, data, Path(folder), stack)
        if isinstance(line, str):
            return {"fault": name, "skipped": line}
        line.start()
        return {"fault": name, **_met(line, fault)}


def _met(line: Line, fault: Fault) -> dict[str, Any]:
    """A promise and a call before it, a key, a call and a text during it, calls after it."""
    promised = set(CODE.findall("".join(line.carrier.text(HERS, "楼道灯坏了", "SM-before"))))
    if not promised:
        raise BenchError("no case was taken down before the fault")
    heard: dict[str, Any] = {}
    with line.carrier.call("CA-open", HERS) as caller:
        _heard_out(caller, QUIET_S)
        with fault.make(line):
            before = len(prompts_of(line.journal, "CA-open"))
            heard["call in progress"] = _pressed(line, caller, fault, before)
            heard["new call"] = _rung(line, fault)
            heard["text"], codes = _texted(line)
            over = time.monotonic()
    seconds = _until_answered(line, over)
    kept = promised | codes <= line.cases()
    return {"heard": heard, "kept": kept, "answered_after_s": seconds}


def _pressed(line: Line, caller: Caller, fault: Fault, before: int) -> list[str] | str:
    """What follows a key in a call that has begun already."""
    with contextlib.suppress(NoAnswerError):
        caller.press(fault.key)
        _heard_out(caller, fault.quiet_s)
    ended: list[str] = []
    with contextlib.suppress(OSError):
        ended = _ended(line, caller, fault.key)
    said = prompts_of(line.journal, "CA-open")[before:]
    return [*said, *ended] if said or ended else "nothing more"


def _rung(line: Line, fault: Fault) -> list[str] | str:
    """The prompts of a call with one key pressed, or why there was none."""
    call, ended = "CA-during", []
    try:
        with line.carrier.call(call, "+8613800000402") as caller:
            _heard_out(caller, fault.quiet_s)
            caller.press(fault.key)
            _heard_out(caller, fault.quiet_s)
            ended = _ended(line, caller, fault.key)
    except NO_CALL as error:
        return prompts_of(line.journal, call) or str(error).replace(line.base, "the line")
    return [*prompts_of(line.journal, call), *ended]


def _heard_out(caller: Caller, quiet_s: float) -> None:
    """Listen until nothing has come for so long.

    Raises `NoAnswerError` when nothing comes at all.
    """
    caller.listen(LISTENS_S)
    silent_s = 0.0
    while not caller.closed and silent_s <= quiet_s:
        before = len(caller.marks)
        caller.wait(0.5)
        silent_s = 0.0 if caller.listening or len(caller.marks) > before else silent_s + 0.5


def _ended(line: Line, caller: Caller, key: str) -> list[str]:
    """What comes after the stream: the carrier goes on with the menu behind it.

    After a goodbye the end is waited for.
    """
    begun = time.monotonic()
    if key == GOODBYE:
        caller.wait(ENDS_S)
    if not caller.closed:
        return []
    after = f" after {time.monotonic() - begun:.0f} s" if key == GOODBYE else ""
    form = {"CallSid": caller.call_sid, "From": HERS, "AccountSid": line.carrier.account}
    _, told = line.carrier.post("/twilio/voice/keys?step=0", form)
    return [f"(the stream ended{after}; {'goes on by keys' if '<Gather' in told else 'hung up'})"]


def _texted(line: Line) -> tuple[str, set[str]]:
    """How a text was answered: `case`, `sentence`, or why it was not; and the codes in it."""
    try:
        answers = "".join(line.carrier.text(HERS, "楼道灯又坏了", "SM-during"))
    except DrillError as error:
        return str(error).replace(line.base, "the line"), set()
    codes = set(CODE.findall(answers))
    return ("case" if codes else "sentence" if answers else "later"), codes


def _until_answered(line: Line, since: float) -> float:
    """Seconds until a call is greeted as ever. Raises `BenchError` when none is."""
    number = 0
    while time.monotonic() - since < ANSWERS_WITHIN_S:
        call, number = f"CA-after-{number}", number + 1
        with (
            contextlib.suppress(*NO_CALL),
            line.carrier.call(call, "+8613800000403") as caller,
        ):
            caller.listen(LISTENS_S)
            if prompts_of(line.journal, call)[:1] in (["greeting"], ["greeting.keys_only"]):
                return round(caller.heard_at[0] - since, 1)
        time.sleep(0.1)
    raise BenchError("no call was answered after a fault")
