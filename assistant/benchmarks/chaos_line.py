"""A running line with everything that a fault may take from it."""

from __future__ import annotations

import os
import secrets
import shutil
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.benchmarks.chaos_faults import own_disk
from assistant.benchmarks.chaos_parts import SlowSocket, hanging_server, made_clock
from assistant.benchmarks.postgres_server import postgres_server, programs
from assistant.benchmarks.running import BenchError, launched
from assistant.cases.store import RequestStore
from assistant.database import open_database
from assistant.drill.carrier import Carrier
from assistant.vault.sources import GivenKeys, fresh_text

if TYPE_CHECKING:
    import subprocess
    from contextlib import ExitStack
    from pathlib import Path

    from assistant.benchmarks.chaos_faults import Fault
    from assistant.benchmarks.chaos_parts import Clock
    from assistant.benchmarks.postgres_server import PostgresServer

DISK = "64m"
"Of the disk that is filled: the tables take a few MB of it."
SPEED = 3.0
"So many times as fast as the clock she is rung: the line counts frames."


@dataclass(slots=True)
class Line:
    """One line and its far ends. The journal stands beside the data folder, on another disk."""

    folder: Path
    stack: ExitStack
    given: dict[str, str]
    server: PostgresServer | None = None
    slow: SlowSocket | None = None
    clock: Clock | None = None
    base: str = ""
    by_pipe: bool = False
    "Whether the journal leaves the service through a pipe, which no limit on files touches."
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def data(self) -> Path:
        """Its data folder."""
        return self.folder / "data"

    @property
    def journal(self) -> Path:
        """What was said."""
        return self.folder / "journal.jsonl"

    @property
    def running(self) -> subprocess.Popen[bytes]:
        """The service. Raises `BenchError` before it is started."""
        if self._process is None:
            raise BenchError("the line was not started")
        return self._process

    @property
    def carrier(self) -> Carrier:
        """Rings and texts it."""
        return Carrier(self.base, self.given["ASSISTANT_TWILIO__AUTH_TOKEN"], speed=SPEED)

    def start(self) -> None:
        """Begin, or begin anew after a kill; the data folder stays."""
        journal = self._pipe() if self.by_pipe else self.journal
        options = ["--data", str(self.data), "--journal", str(journal)]
        log = self.folder / "service.log"
        self.base, self._process = self.stack.enter_context(launched(options, log, self.given))

    def _pipe(self) -> Path:
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)

        def carry() -> None:
            with pipe.open("rb") as said, self.journal.open("ab", buffering=0) as kept:
                for text in said:
                    kept.write(text)

        threading.Thread(target=carry, daemon=True).start()
        return pipe

    def cases(self) -> set[str]:
        """The codes that stand in the database."""
        url = self.given.get("ASSISTANT_DATABASE__URL")
        keys = GivenKeys(self.given["ASSISTANT_PRIVACY__KEYS"])
        database = open_database(url or f"sqlite:///{self.data}/neighbour-line.db", keys)
        try:
            return {item.code for item in RequestStore(database).listing(None)}
        finally:
            database.close()


def prepared(fault: Fault, source: Path, folder: Path, stack: ExitStack) -> Line | str:
    """A line that is not started yet, with what the fault needs; or why it cannot be had.

    Models and rendered prompts are those of `source`.
    """
    given = {
        "ASSISTANT_TWILIO__AUTH_TOKEN": secrets.token_hex(16),
        "ASSISTANT_PRIVACY__KEYS": fresh_text(),
        "ASSISTANT_DRILL__AT": "",
        "ASSISTANT_BACKUPS__AT": "",
        **fault.settings,
    }
    line = Line(folder, stack, given, by_pipe=fault.needs == "pipe")
    line.data.mkdir()
    if fault.needs == "disk" and not own_disk(line, DISK):
        return "a disk of its own needs root"
    if fault.needs == "models" and not (source / "models").is_dir():
        return "no models in the data folder (models install)"
    if fault.needs in {"postgres", "slow"}:
        if programs() is None:
            return "PostgreSQL is not installed"
        _on_postgres(line, slow=fault.needs == "slow")
    if fault.needs == "hangs":
        line.given["ASSISTANT_TWILIO__API_BASE"] = stack.enter_context(hanging_server())
    if fault.needs == "clock":
        line.clock = made_clock(folder)
        if line.clock is None:
            return "no C compiler for a clock of its own"
        line.given |= line.clock.environment
    _furnish(line, source)
    return line


def _furnish(line: Line, source: Path) -> None:
    """Models are copied, for some are deleted; prompts are shared, since they only ever grow."""
    if (source / "models").is_dir():
        shutil.copytree(source / "models", line.data / "models")
    audio = source / "audio"
    audio.mkdir(parents=True, exist_ok=True)
    (line.data / "audio").symlink_to(audio.resolve())


def _on_postgres(line: Line, *, slow: bool) -> None:
    server = line.stack.enter_context(postgres_server())
    url = server.create("line")
    server.durable("line")
    line.server = server
    if slow:
        line.slow = line.stack.enter_context(SlowSocket(line.folder, server.folder).open())
        url = url.replace(str(server.folder), str(line.folder))
    line.given["ASSISTANT_DATABASE__URL"] = url
