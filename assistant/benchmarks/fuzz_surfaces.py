"""The surfaces that strangers reach, each with inputs of its own kind."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import zipfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from werkzeug.datastructures import FileStorage

from assistant.benchmarks.fuzz_house import CITY_KEY
from assistant.benchmarks.fuzz_seeds import CONTACTS, FIELDS, PATHS, READ, WORDS, WRITE
from assistant.channels import twilio_media as wire
from assistant.core.errors import DataError
from assistant.core.ports import FRAME_BYTES
from assistant.desk.uploads import UploadError, Uploads

if TYPE_CHECKING:
    from assistant.benchmarks.fuzz_house import House
    from assistant.benchmarks.fuzz_inputs import Damage

BODY: Final = {
    "note": "灯修好了",
    "reason": "call_back",
    "outcome": "settled",
    "by": "李",
    "id": "x",
}
SOME_ROWS: Final = "name,phone,hours,address\n食堂,0571-88001234,周一至周五 8:00-17:00,桂花路1号\n"


@dataclass(frozen=True, slots=True)
class Surface:
    """One kind of input and who takes it."""

    name: str
    feed: Callable[[Damage], Awaitable[int]]
    "Make one input and hand it over; the HTTP status, 0 where it is none. Raises where it breaks."
    share: int
    "So many of them a round: cheap ones more."


def surfaces(house: House, folder: Path) -> tuple[Surface, ...]:
    """All of them."""
    imports = Imports(house, folder)
    return (
        Surface("media frames", Media().feed, 400),
        Surface("webhooks", Hooks(house).feed, 12),
        Surface("texts", Texts(house).feed, 5),
        Surface("desk and open data", Requests(house).feed, 12),
        Surface("imports", imports.feed, 1),
    )


class Media:
    """Messages of a media stream, through the decoder and the order of their audio."""

    def __init__(self) -> None:
        self._order, self._count = wire.Order(), 0
        payload = base64.b64encode(b"\xff" * FRAME_BYTES).decode()
        self._seeds: tuple[dict[str, Any], ...] = (
            {"event": "media", "media": {"track": "inbound", "chunk": "1", "payload": payload}},
            {"event": "dtmf", "dtmf": {"digit": "5"}},
            {"event": "mark", "mark": {"name": "m1"}},
            {"event": "connected", "protocol": "Call", "version": "1.0.0"},
            {"event": "stop", "stop": {}},
            {
                "event": "start",
                "start": {"streamSid": "MZ", "callSid": "CA", "customParameters": {"token": "t"}},
            },
        )

    async def feed(self, damage: Damage) -> int:
        """One message; what is malformed is refused by `Malformed` and by nothing else."""
        self._count += 1
        seed = self._seeds[0] if damage.often(0.6) else damage.of(*self._seeds)
        if seed is self._seeds[0]:
            chunk = str(self._count + damage.of(0, 0, 0, 1, -1, 5, 10**9))
            seed = {"event": "media", "media": {**seed["media"], "chunk": chunk}}
        try:
            message = wire.decode(damage.document(seed) if damage.often(0.7) else json.dumps(seed))
        except wire.Malformed:
            return 0
        if isinstance(message, wire.Media):
            frames = self._order.push(message)
            assert all(len(frame) == FRAME_BYTES for frame in frames)  # noqa: S101 - what is measured
        if self._count % 5000 == 0:
            self._order = wire.Order()
        return 0


class Hooks:
    """Webhooks of calls and reports, most of them signed."""

    def __init__(self, house: House) -> None:
        self._house, self._count = house, 0

    async def feed(self, damage: Damage) -> int:
        """One webhook with damaged fields, query or signature."""
        self._count += 1
        path = damage.of(*PATHS)
        if damage.often(0.2):
            base, _, query = path.partition("?")
            path = f"{base}?{quote(damage.text(query), safe='=&', errors='replace')}"
        form = damage.form({**FIELDS, "CallSid": f"CA{self._count}"})
        if damage.often(0.2):
            signature = damage.text("A" * 28)
            return (await self._house.webhook(path, form, signature or "x")).status
        return (await self._house.webhook(path, form)).status


class Texts:
    """Signed texts, read and answered as ever."""

    def __init__(self, house: House) -> None:
        self._house, self._count = house, 0

    async def feed(self, damage: Damage) -> int:
        """One text."""
        self._count += 1
        words = damage.of(*WORDS)
        body = damage.text(words) if damage.often(0.7) else words
        contact = damage.of(*CONTACTS) if damage.often(0.95) else damage.text(CONTACTS[0])
        form = {"MessageSid": f"SM{self._count}", "From": contact, "To": "1", "Body": body}
        if damage.often(0.1):
            form |= {"NumMedia": damage.text("1"), "OptOutType": damage.of("STOP", "START", "X")}
        return (await self._house.webhook("/twilio/sms", form)).status


class Requests:
    """The desk's pages and JSON interface and the open data, with and without a token."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def feed(self, damage: Damage) -> int:
        """One request."""
        headers = {"authorization": f"Bearer {damage.of(*self._house.tokens.values())}"}
        if damage.often(0.3):
            headers = {
                damage.of("authorization", "cookie", "range", "accept"): damage.text("Bearer x")
            }
        headers = {name: _one_line(value) for name, value in headers.items()}
        if damage.often(0.5):
            path = damage.of(*READ)
            if damage.often(0.6):
                base, _, query = path.partition("?")
                path = (
                    f"{base}?{quote(damage.text(query or 'limit=3'), safe='=&', errors='replace')}"
                )
            return (
                await self._house.ask(damage.of("GET", "GET", "HEAD"), path, b"", headers)
            ).status
        if damage.often(0.25):
            return await self._hand_over(damage)
        headers["content-type"] = damage.of("application/json", "text/plain", "multipart/form-data")
        body = damage.document(BODY).encode("utf-8", "replace")
        return (await self._house.ask("POST", damage.of(*WRITE), body, headers)).status

    async def _hand_over(self, damage: Damage) -> int:
        """A case from another system."""
        form = {"service_code": "other", "description": "井盖坏了", "address_string": "桂花路1号"}
        sent = damage.form({**form, "lat": "30.2", "long": "120.1", "phone": "13800000001"})
        sent["api_key"] = CITY_KEY if damage.often(0.8) else damage.text(CITY_KEY)
        body = urlencode(sent, errors="replace").encode()
        kind = {"content-type": "application/x-www-form-urlencoded"}
        path = damage.of("/open311/v2/requests.json", "/open311/v2/requests.xml")
        return (await self._house.ask("POST", path, body, kind)).status


class Imports:
    """Uploaded tables: CSV, JSON, workbooks and archives, looked at as the desk looks at them."""

    def __init__(self, house: House, folder: Path) -> None:
        self._uploads, self._directory = Uploads(), house.service.directory
        self._now = house.service.house.clock.now
        self._book = _workbook(folder)

    async def feed(self, damage: Damage) -> int:
        """One upload; it is kept, or refused in words."""
        name, data = self._made(damage)
        await asyncio.to_thread(self._upload, name, data)
        return 0

    def _upload(self, name: str, data: bytes) -> None:
        try:
            kept = self._uploads.keep([FileStorage(io.BytesIO(data), name)], "fuzz", self._now())
        except UploadError:
            return
        try:
            self._directory.take(kept.files(), self._now(), preview=True)
        except DataError:
            pass
        finally:
            self._uploads.drop(kept)

    def _made(self, damage: Damage) -> tuple[str, bytes]:
        match damage.of("csv", "csv", "json", "xlsx", "zip", "bomb"):
            case "csv":
                text = damage.text(SOME_ROWS) if damage.often(0.5) else SOME_ROWS
                return damage.text("a") + ".csv", damage.data(text.encode("utf-8", "replace"))
            case "json":
                return "services.json", damage.document({"services": [BODY]}).encode(
                    "utf-8", "replace"
                )
            case "xlsx":
                return "a.xlsx", damage.data(self._book)
            case "zip":
                return "a.zip", damage.data(_archive("x/../a.csv", SOME_ROWS.encode()))
        return damage.of("a.zip", "a.xlsx"), _archive("xl/worksheets/sheet1.xml", b"0" * 3_000_000)


def _one_line(text: str) -> str:
    """A header's value as a server's parser would let it through."""
    return "".join(sign for sign in text if sign.isprintable())


def _archive(name: str, data: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return target.getvalue()


def _workbook(folder: Path) -> bytes:
    from openpyxl import Workbook  # noqa: PLC0415 - 0.2 s that no other benchmark needs

    book = Workbook()
    sheet = book.create_sheet()
    for row in SOME_ROWS.splitlines():
        sheet.append(row.split(","))
    path = folder / "seed.xlsx"
    book.save(path)
    return path.read_bytes()
