"""The carrier's side of one running service: webhooks signed as Twilio signs them."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from twilio.request_validator import RequestValidator
from websockets.exceptions import InvalidHandshake
from websockets.sync.client import connect

from assistant.core.errors import AssistantError
from assistant.drill.caller import Caller

ACCOUNT = "AC" + "1" * 32
WITHIN_S = 30.0
"Twilio gives a webhook 15 s; a machine busy with other work may take longer without being broken."
OK = 200


class DrillError(AssistantError, RuntimeError):
    """The service could not be rung at all."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """Speaks to one running service as Twilio does."""

    base: str
    "Where the service is reached."
    secret: str
    public: str = ""
    "The address it is known by and signatures are made for; empty: the same."
    speed: float = 1.0
    "Audio at so many times real time: the line counts frames, not seconds."
    account: str = ACCOUNT

    def sign(self, url: str, form: dict[str, str]) -> str:
        """Twilio's signature."""
        return str(RequestValidator(self.secret).compute_signature(url, form))

    def post(
        self, path: str, form: dict[str, str], signature: str | None = None
    ) -> tuple[int, str]:
        """One webhook; status and body. Raises `OSError` where nobody answers."""
        signed = self.sign((self.public or self.base) + path, form)
        request = urllib.request.Request(  # noqa: S310 - the operator's own service
            self.base + path, urllib.parse.urlencode(form).encode(), method="POST"
        )
        given = signed if signature is None else signature
        if given:
            request.add_header("X-Twilio-Signature", given)
        try:
            with urllib.request.urlopen(request, timeout=WITHIN_S) as answer:  # noqa: S310 - as above
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.read().decode(errors="replace")

    def hears(self) -> tuple[str, ...]:
        """The languages it can recognise now. Raises `DrillError` where it is not ready."""
        try:
            with urllib.request.urlopen(self.base + "/readyz", timeout=WITHIN_S) as answer:  # noqa: S310 - as below
                return tuple(json.load(answer)["hears"])
        except (OSError, ValueError, KeyError) as error:
            raise DrillError(
                f"no service is ready at {self.base} ({type(error).__name__})"
            ) from error

    def text(self, contact: str, body: str, sid: str) -> list[str]:
        """One text; the texts that answer it. Raises `DrillError`."""
        form = {"MessageSid": sid, "From": contact, "To": "1", "Body": body}
        root = self._answer("/twilio/sms", form)
        return [item.text or "" for item in root.iter("Message")]

    def ring(self, call_sid: str, contact: str) -> tuple[str, str]:
        """The incoming call's webhook; the stream's address and its token. Raises `DrillError`."""
        root = self._answer("/twilio/voice", {"CallSid": call_sid, "From": contact, "To": "1"})
        stream, parameter = root.find("Connect/Stream"), root.find("Connect/Stream/Parameter")
        if stream is None or parameter is None:
            raise DrillError("the service gave the carrier's menu instead of a stream")
        if root[-1].tag != "Redirect":
            raise DrillError("no keys menu stands behind the stream")
        return stream.attrib["url"], parameter.attrib["value"]

    @contextmanager
    def call(self, call_sid: str, contact: str) -> Iterator[Caller]:
        """A call from ringing to hanging up. Raises `DrillError`."""
        url, token = self.ring(call_sid, contact)
        headers = {"X-Twilio-Signature": self.sign(url, {})}
        here = self.base.replace("http", "ws", 1) + urllib.parse.urlsplit(url).path
        try:
            opened = connect(
                here,
                additional_headers=headers,
                compression=None,
                max_size=None,
                open_timeout=WITHIN_S,
            )
        except (OSError, InvalidHandshake) as error:
            raise DrillError(f"the media stream was refused ({type(error).__name__})") from error
        with opened as socket:
            caller = Caller(socket, call_sid, self.speed)
            caller.start(token)
            yield caller
            caller.hang_up()

    def _answer(self, path: str, form: dict[str, str]) -> ET.Element:
        try:
            status, answer = self.post(path, {**form, "AccountSid": self.account})
        except OSError as error:
            raise DrillError(f"nobody answers at {self.base} ({type(error).__name__})") from error
        if status != OK:
            raise DrillError(f"the service answered {path} with {status}")
        try:
            return ET.fromstring(answer)  # noqa: S314 - our own service
        except ET.ParseError as error:
            raise DrillError(f"the service answered {path} with no TwiML") from error
