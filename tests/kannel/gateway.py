"""A real Kannel: Debian's bearerbox and smsbox as processes, and the operator behind them.

The operator speaks the line protocol of Kannel's `smsc = fake`: `sender receiver kind data` a line,
both ways. So Chinese can be sent in, which the package's own `fakesmsc` sends as ASCII only.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote_to_bytes

import pytest

HOST, OURS = "127.0.0.1", "10690000"
USER, PASSWORD, KEY = "line", "a-password", "k" * 24
WITHIN_S = 10.0

CONFIG = """\
group = core
admin-port = {admin}
admin-interface = {host}
admin-password = none
smsbox-port = {inner}
smsbox-interface = {host}
log-file = "{folder}/bearerbox.log"
log-level = 2
dlr-storage = internal
store-type = file
store-location = "{folder}/store"

group = smsc
smsc = fake
smsc-id = operator
port = {operator}
connect-allow-ip = {host}

group = smsbox
bearerbox-host = {host}
sendsms-port = {sendsms}
sendsms-interface = {host}
log-file = "{folder}/smsbox.log"
log-level = 2
http-request-retry = 5
http-queue-delay = 1

group = sendsms-user
username = {user}
password = {password}
max-messages = 10
concatenation = true

group = sms-service
keyword = default
catch-all = true
max-messages = 0
post-url = "{origin}/kannel/city/text?key={key}&id=%I&from=%p"
"""


def needs(*programs: str) -> list[str]:
    """Paths of programs of Debian's; the test is skipped where one is not installed."""
    found = [shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin") for program in programs]
    if None in found:
        reason = f"{' and '.join(programs)} are not all installed; apt-get install kannel"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return [path for path in found if path is not None]


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody listens on."""
    sockets = [socket.create_server((HOST, 0)) for _ in range(count)]
    ports = [listening.getsockname()[1] for listening in sockets]
    for listening in sockets:
        listening.close()
    return ports


def until(look: Callable[[], Any], otherwise: str, within_s: float = WITHIN_S) -> Any:  # noqa: ANN401 - whatever is looked for
    """What `look` finds, once it finds something."""
    ends = time.monotonic() + within_s
    while time.monotonic() < ends:
        if found := look():
            return found
        time.sleep(0.02)
    raise AssertionError(otherwise)


@dataclass(frozen=True, slots=True)
class Heard:
    """One part of a text as the operator got it."""

    sender: str
    to: str
    kind: str
    udh: str
    "Hexadecimal; empty where the text is one part."
    data: bytes

    @property
    def text(self) -> str:
        """What it says; parts are Chinese in these tests."""
        return self.data.decode("utf-16-be" if self.kind in {"ucs-2", "udh"} else "utf-8")


@dataclass
class Operator:
    """The mobile network."""

    port: int
    heard: list[Heard] = field(default_factory=list)
    _line: socket.socket | None = None

    def connect(self) -> None:
        """Register, as soon as bearerbox listens."""
        self._line = until(self._dial, "bearerbox does not listen")
        threading.Thread(target=self._listen, daemon=True).start()

    def _dial(self) -> socket.socket | None:
        try:
            return socket.create_connection((HOST, self.port))
        except OSError:
            return None

    def _listen(self) -> None:
        assert self._line is not None
        with suppress(OSError), self._line.makefile("rb") as lines:
            for line in lines:
                self._read(line.rstrip(b"\n"))

    def _read(self, line: bytes) -> None:
        """A line that does not begin with our number goes on with a text of several lines."""
        if not line.startswith(OURS.encode()):
            last = self.heard[-1]
            self.heard[-1] = Heard(last.sender, last.to, last.kind, "", last.data + b"\n" + line)
            return
        sender, to, kind, rest = line.split(b" ", 3)
        udh = b""
        if kind == b"udh":
            head, _, rest = rest.split(b" ", 2)
            udh = unquote_to_bytes(head)
        data = rest if kind == b"text" else unquote_to_bytes(rest.replace(b"+", b" "))
        self.heard.append(Heard(sender.decode(), to.decode(), kind.decode(), udh.hex(), data))

    def bring(self, sender: str, text: str) -> None:
        """Somebody writes to the line."""
        assert self._line is not None
        kind, data = "text", text
        if not text.isascii() or "\n" in text:
            kind = "ucs2"
            data = "".join(f"%{byte:02X}" for byte in text.encode("utf-16-be"))
        self._line.sendall(f"{sender} {OURS} {kind} {data}\n".encode())

    def bring_file(self, sender: str) -> None:
        """Somebody sends what are no words."""
        assert self._line is not None
        data = quote(b"\x0b\x05\x04\x15\x8a\x00\x00")
        self._line.sendall(f"{sender} {OURS} udh {data} picture\n".encode())

    def wait_for(self, count: int) -> list[Heard]:
        """The parts so far, once there are so many."""
        until(lambda: len(self.heard) >= count, f"the operator got no {count} parts")
        return list(self.heard)

    def close(self) -> None:
        """Hang up."""
        if self._line is not None:
            self._line.close()


class Program:
    """One of Kannel's programs."""

    def __init__(self, path: str, config: Path) -> None:
        self._command = [path, str(config)]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Run it."""
        self._process = subprocess.Popen(
            self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def stop(self) -> None:
        """End it, if it runs."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


@dataclass
class Gateway:
    """A running Kannel."""

    send_url: str
    operator: Operator
    smsbox: Program
    sendsms: int

    def stop_smsbox(self) -> None:
        """End the half that takes texts."""
        self.smsbox.stop()

    def start_smsbox(self) -> None:
        """Start it, and wait until it takes texts."""
        self.smsbox.start()
        until(lambda: _open(self.sendsms), "smsbox does not listen")


@contextmanager
def gateway(folder: Path, origin: str, sendsms: int = 0) -> Iterator[Gateway]:
    """A Kannel that brings texts to `origin`; ends with the block.

    `sendsms` is the port on which it takes texts, 0 for any.
    """
    bearerbox, smsbox = needs("bearerbox", "smsbox")
    names = ("admin", "inner", "operator", "sendsms")
    ports = dict(zip(names, free_ports(len(names)), strict=True))
    ports["sendsms"] = sendsms or ports["sendsms"]
    written = folder / "kannel.conf"
    written.write_text(
        CONFIG.format(
            **ports, host=HOST, folder=folder, user=USER, password=PASSWORD, key=KEY, origin=origin
        )
    )
    operator = Operator(ports["operator"])
    url = f"http://{HOST}:{ports['sendsms']}/cgi-bin/sendsms"
    running = Gateway(url, operator, Program(smsbox, written), ports["sendsms"])
    core = Program(bearerbox, written)
    core.start()
    try:
        operator.connect()
        until(lambda: _open(ports["inner"]), "bearerbox does not listen for smsbox")
        running.start_smsbox()
        yield running
    finally:
        running.stop_smsbox()
        core.stop()
        operator.close()


def _open(port: int) -> bool:
    with suppress(OSError), socket.create_connection((HOST, port)):
        return True
    return False
