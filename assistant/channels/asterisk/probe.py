"""Ringing our own line, as `run.py check` does: we do what the Asterisk would, and listen.

The questions come from the line's own address and show a token that only this installation can
make. The number is one of the fire drill's, so that the call counts nowhere.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import secrets
import uuid
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlencode

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol

from assistant.channels.asterisk import frames
from assistant.channels.asterisk.door import MEDIA, basic
from assistant.channels.asterisk.sound import ULAW, Cutter
from assistant.channels.paced.g711 import SILENCE
from assistant.channels.paced.tokens import TOKEN, token_of
from assistant.core.errors import CarrierError
from assistant.core.ports import FRAME_BYTES

if TYPE_CHECKING:
    from assistant.channels.asterisk.settings import AsteriskSettings

Found = Literal["speaks", "silent", "busy", "closed"]
ASKED_WITHIN_S = 3.0
SPEAKS_WITHIN_S = 10.0
LOUD_FRAMES = 25
"Frames that are no silence, half a second: the greeting."
START = json.dumps(
    {
        "event": "MEDIA_START",
        "connection_id": "check",
        "channel": "WebSocket/check",
        "channel_id": "check",
        "format": "ulaw",
        "optimal_frame_size": FRAME_BYTES,
        "ptime": 20,
        "channel_variables": {},
    }
)


async def ring_ourselves(settings: AsteriskSettings, number: str) -> Found:
    """What came of ringing the line. Raises `CarrierError` where it does not know its password."""
    headers = _headers(settings)
    question = "/call?" + urlencode({"caller": number})
    try:
        status, ticket = await asyncio.to_thread(_asked, settings, question, headers)
    except (OSError, http.client.HTTPException):
        return "closed"
    if status in {401, 403}:
        raise CarrierError("a service with another password or key holds the line's port")
    if not ticket:
        return "busy"
    listen = _over_socket if settings.kind == "asterisk" else _over_plug
    try:
        async with asyncio.timeout(SPEAKS_WITHIN_S):
            return await listen(settings, ticket, headers)
    except TimeoutError:
        return "silent"
    except (OSError, ConnectionClosed, InvalidHandshake, asyncio.IncompleteReadError):
        return "closed"


def _headers(settings: AsteriskSettings) -> dict[str, str]:
    nonce = secrets.token_hex(8)
    return {
        "Authorization": basic(settings.name, settings.password),
        TOKEN: f"{nonce}:{token_of(settings.secret, nonce)}",
    }


def _asked(settings: AsteriskSettings, path: str, headers: dict[str, str]) -> tuple[int, str]:
    door = http.client.HTTPConnection(settings.address, settings.port, timeout=ASKED_WITHIN_S)
    try:
        door.request("GET", path, headers=headers)
        answer = door.getresponse()
        return answer.status, answer.read().decode("ascii", "replace")
    finally:
        door.close()


async def _over_socket(settings: AsteriskSettings, ticket: str, headers: dict[str, str]) -> Found:
    host = f"[{settings.address}]" if ":" in settings.address else settings.address
    address = f"ws://{host}:{settings.port}/media?call={ticket}"
    async with connect(
        address,
        additional_headers=headers,
        subprotocols=[Subprotocol(MEDIA)],
        compression=None,
        proxy=None,
    ) as socket:
        await socket.send(START)
        loud, cutter = 0, Cutter(ULAW)
        async for message in socket:
            if isinstance(message, bytes):
                loud += sum(frame != SILENCE for frame in cutter.cut(message))
            if loud >= LOUD_FRAMES:
                return "speaks"
    return "silent"


async def _over_plug(settings: AsteriskSettings, ticket: str, _headers: dict[str, str]) -> Found:
    reader, writer = await asyncio.open_connection(settings.address, settings.sound_port)
    try:
        writer.write(frames.message(frames.IDENTIFIER, uuid.UUID(ticket).bytes))
        heard, loud = frames.Reader(), 0
        while data := await reader.read(4096):
            for message in heard.feed(data):
                loud += message.kind == frames.AUDIO and any(message.payload)
            if loud >= LOUD_FRAMES:
                return "speaks"
        return "silent"
    finally:
        writer.close()
