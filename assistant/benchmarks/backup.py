"""A copy of a large database is made by a service while somebody is on the telephone.

Her frames come in real time and are counted by the line: late is what is taken more than 60 ms
after its time. The stretch of the same call before the copy stands beside it.
"""

from __future__ import annotations

import secrets
import sqlite3
import tempfile
import threading
import time
import urllib.request
from base64 import urlsafe_b64encode
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from assistant.benchmarks.running import BenchError, borrow, launched
from assistant.drill.carrier import Carrier

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator, Sequence

    from assistant.drill.caller import Caller

GB: Final = 1.0
ROW: Final = 16_384
"Bytes of one row that fills the database; like what is sealed, it cannot be packed."
ROW_SQL: Final = (
    "INSERT INTO webhooks (key, text, status, content_type, at) VALUES (?, ?, 200, 'text/xml', ?)"
)
LOOK_EVERY_S: Final = 60.0
KEY_EVERY_S: Final = 5.0
LATE: Final = "assistant_frames_late_total"
COPIED_WITHIN_S: Final = 900.0
BEGUN, DONE = ".copy-*", "*.backup"
"What lies in the folder of copies while one is made, and after."
STARTER: Final = (
    "import sys, assistant.backing_up as copies; copies.LOOK_EVERY_S = float(sys.argv.pop(1));"
    " from assistant.cli import main; main()"
)
"A service that looks every few seconds whether a copy is due, not every five minutes."


def run(data: Path, *, gb: float = GB) -> dict[str, Any]:
    """Late frames of a call during a copy of `gb` gigabytes; models and prompts are from `data`.

    Raises `BenchError` when no copy comes, and when the call does not last until it is made.
    """
    with tempfile.TemporaryDirectory(prefix="bench-backup-") as folder:
        scratch = Path(folder)
        borrow(data, scratch)
        given = {
            "ASSISTANT_TWILIO__AUTH_TOKEN": secrets.token_hex(16),
            "ASSISTANT_DRILL__AT": "",
            "ASSISTANT_BACKUPS__AT": "",
            "ASSISTANT_BACKUPS__PASSPHRASE": secrets.token_hex(16),
        }
        options, log = ["--data", folder], scratch / "service.log"
        with launched(options, log, given):
            pass
        size = _filled(scratch / "neighbour-line.db", gb)
        given["ASSISTANT_BACKUPS__AT"] = "00:00"
        starter = ("-c", STARTER, str(LOOK_EVERY_S))
        with launched(options, log, given, program=starter) as (base, process):
            secret = given["ASSISTANT_TWILIO__AUTH_TOKEN"]
            return {"database_mb": size, **_copied(scratch, base, process, secret)}


def _filled(file: Path, gb: float) -> int:
    """Megabytes of the database after it was filled with webhooks that were answered."""
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")

    def rows() -> Iterator[tuple[str, str, str]]:
        for number in range(int(gb * (1 << 30) / ROW)):
            words = urlsafe_b64encode(secrets.token_bytes(ROW * 3 // 4)).decode()
            yield f"bench:{number}", words, now

    with closing(sqlite3.connect(file)) as database:
        database.executemany(ROW_SQL, rows())
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file.stat().st_size >> 20


def _copied(
    scratch: Path, base: str, process: subprocess.Popen[bytes], secret: str
) -> dict[str, Any]:
    carrier, copies = Carrier(base, secret), scratch / "backups"
    over = threading.Event()
    with carrier.call("CA-backup", "+8613800000404") as caller:
        talking = threading.Thread(target=_stay, args=(caller, over), daemon=True)
        talking.start()
        try:
            marks = [_mark(base, caller)]
            for signs in ((BEGUN, DONE), (DONE,)):
                _wait_for(copies, signs, process)
                marks.append(_mark(base, caller))
            if caller.closed:
                raise BenchError("the call ended before the copy was made: nothing was measured")
        finally:
            over.set()
            talking.join(10)
    (copy,) = copies.glob(DONE)
    return {
        "copy_mb": copy.stat().st_size >> 20,
        "before": _between(marks[0], marks[1]),
        "meanwhile": _between(marks[1], marks[2]),
    }


def _stay(caller: Caller, over: threading.Event) -> None:
    """Stay on the telephone and say nothing; a key now and then keeps the line from hanging up."""
    while not over.is_set() and not caller.closed:
        caller.press("#")
        caller.wait(KEY_EVERY_S)


def _wait_for(folder: Path, signs: Sequence[str], process: subprocess.Popen[bytes]) -> None:
    """Until one of the signs is there; a small copy may be done before it is seen to begin."""
    deadline = time.monotonic() + COPIED_WITHIN_S
    while not any(any(folder.glob(sign)) for sign in signs):
        if time.monotonic() > deadline or process.poll() is not None:
            raise BenchError(f"no copy was made: nothing like {signs[0]} came")
        time.sleep(0.02)


def _mark(base: str, caller: Caller) -> tuple[float, int, float]:
    """The moment, the frames sent so far, and how many were taken late."""
    with urllib.request.urlopen(base + "/metrics", timeout=20) as answer:  # noqa: S310 - loopback
        told = dict(line.rsplit(" ", 1) for line in answer.read().decode().splitlines())
    return time.monotonic(), len(caller.sent_at), float(told[LATE])


def _between(first: tuple[float, int, float], last: tuple[float, int, float]) -> dict[str, float]:
    seconds, frames, late = (after - before for before, after in zip(first, last, strict=True))
    return {"seconds": round(seconds, 1), "frames": frames, "late": late}
