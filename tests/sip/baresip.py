"""A real telephone: Debian's baresip as a process, driven over its control port."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import wave
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.sip.office import HOST, free_port, until

CONFIG = """\
sip_listen {host}:{port}
net_interface {host}
module_path {modules}
module account.so
module g711.so
module aufile.so
module aubridge.so
module menu.so
module ctrl_tcp.so
module sndfile.so
ctrl_tcp_listen {host}:{control}
audio_player aubridge,nobody
audio_source aufile,{source}
snd_path {folder}
jitter_buffer_type fixed
jitter_buffer_delay 2-10
call_max_calls 8
rtp_ports {rtp}-{rtp_last}
"""


def needs(program: str) -> str:
    """The path of a program of Debian's; the test is skipped where it is not installed."""
    found = shutil.which(program)
    if found is None:
        reason = f"{program} is not installed; apt-get install baresip sip-tester"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


class Baresip:
    """One telephone."""

    def __init__(self, folder: Path, port: int, reader: asyncio.StreamReader) -> None:
        self.folder, self.port = folder, port
        self._reader = reader
        self.events: list[dict[str, Any]] = []

    @property
    def uri(self) -> str:
        """How it is rung directly."""
        return f"sip:phone@{HOST}:{self.port}"

    async def listen(self) -> None:
        """Keep its events, netstrings of JSON."""
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                size = int((await self._reader.readuntil(b":"))[:-1])
                self.events.append(json.loads(await self._reader.readexactly(size)))
                await self._reader.readexactly(1)

    def count(self, kind: str) -> int:
        """Events of a kind so far."""
        return sum(event.get("type") == kind for event in self.events)

    def heard(self) -> bytes:
        """Everything it has been played, 16-bit samples at 8 kHz."""
        found = b""
        for path in sorted(self.folder.glob("dump-*-dec.wav")):
            with wave.open(str(path)) as recording:
                assert (recording.getframerate(), recording.getnchannels()) == (8000, 1)
                found += recording.readframes(recording.getnframes())
        return found

    def command(self, writer: asyncio.StreamWriter, name: str, params: str = "") -> None:
        """One command."""
        text = json.dumps({"command": name, "params": params}).encode()
        writer.write(str(len(text)).encode() + b":" + text + b",")


class Phone(Baresip):
    """With its own way to be told."""

    writer: asyncio.StreamWriter

    def do(self, name: str, params: str = "") -> None:
        """One command."""
        self.command(self.writer, name, params)


@contextlib.asynccontextmanager
async def telephone(
    folder: Path,
    *,
    says: Path | None = None,
    answers: bool = False,
    account: str = "",
    number: str = "+8613800000001",
) -> AsyncIterator[Phone]:
    """A telephone that plays `says` and keeps what it hears; with `answers` it takes every call."""
    program = needs("baresip")
    port, control, rtp = free_port(), free_port(), free_port() & ~1
    folder.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240 - before anything runs
    source = says or _silence(folder / "silence.wav")
    text = CONFIG.format(
        host=HOST, port=port, control=control, folder=folder, source=source,
        modules=_modules(), rtp=rtp, rtp_last=rtp + 40,
    )  # fmt: skip
    (folder / "config").write_text(text)
    mode = "auto" if answers else "manual"
    uri = account or f"<sip:{number}@{HOST}:{port}>;regint=0"
    (folder / "accounts").write_text(f"{uri};answermode={mode}\n")
    (folder / "contacts").touch()
    with (folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            program, "-f", str(folder), stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log
        )
    listening: asyncio.Task[None] | None = None
    try:
        reader, writer = await _connected(control)
        phone = Phone(folder, port, reader)
        phone.writer = writer
        listening = asyncio.create_task(phone.listen())
        try:
            yield phone
        finally:
            writer.close()
    finally:
        if listening is not None:
            listening.cancel()
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), 3)
        except TimeoutError:
            process.kill()
            await process.wait()


async def _connected(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    async with asyncio.timeout(10):
        while True:
            try:
                return await asyncio.open_connection(HOST, port)
            except OSError:
                await asyncio.sleep(0.05)


def _modules() -> str:
    found = [*Path("/usr/lib").glob("baresip/modules"), *Path("/usr/lib").glob("*/baresip/modules")]
    return str(found[0])


def _silence(path: Path) -> Path:
    with wave.open(str(path), "wb") as recording:
        recording.setparams((1, 2, 8000, 0, "NONE", "not compressed"))
        recording.writeframes(bytes(2 * 8000 * 30))
    return path


async def established(phone: Phone, calls: int = 1) -> None:
    """Wait until so many of its calls have been answered."""
    await until(lambda: phone.count("CALL_ESTABLISHED") >= calls, 8)
