"""The lines on which residents ring, and are rung back."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated, Literal

from pydantic import Field, field_validator

from assistant.config.section import Section

SHORTEST_PASSWORD = 8


class TwilioConfig(Section):
    """The Twilio line."""

    account_sid: str
    auth_token: str
    from_number: str
    caller_id: str = Field(pattern=r"^(\+[0-9]{6,15})?$")
    api_base: str = Field(pattern=r"^(https?://.+)?$")


class _OwnAddress(Section):
    """What is bound to one address of this machine, and speaks with one exchange."""

    address: str = Field(min_length=1)
    also_from: tuple[str, ...] = ()

    @field_validator("address")
    @classmethod
    def _one_address(cls, written: str) -> str:
        try:
            address = ip_address(written)
        except ValueError:
            raise ValueError(f"{written!r} is no address; write one like 192.168.1.10") from None
        if address.is_unspecified:
            raise ValueError("a line is bound to one address of this machine, never to all")
        return written


class _RingsConfig(Section):
    """Whether residents are rung back over a line, which of them, and how often a day."""

    prefixes: tuple[Annotated[str, Field(pattern=r"^\+[0-9]{1,15}$")], ...] = ()
    rings_per_day: int | None = Field(None, ge=0)


class SipLineConfig(_OwnAddress, _RingsConfig):
    """A line by SIP; see `config.yaml`, `lines`, for each key."""

    kind: Literal["sip"]
    port: int = Field(5060, ge=0, le=65535)
    peer: str = Field(pattern=r"^[^:\s]+(:[0-9]{1,5})?$")
    user: str = Field(pattern=r"^[A-Za-z0-9+._-]+$")
    password: str = Field("", repr=False)
    domain: str = Field("", pattern=r"^[A-Za-z0-9.:_-]*$")
    register_s: int = Field(300, ge=0, le=86400)
    calls: int = Field(1, ge=1, le=500)
    rings: bool = False
    codecs: tuple[Literal["pcma", "pcmu"], ...] = Field(("pcma", "pcmu"), min_length=1)
    rtp_ports: tuple[int, int] = (20000, 20198)
    transfer: Literal["refer", "bridge"] = "refer"
    dial: Literal["e164", "national"] = "national"
    prefix: str = Field("", pattern=r"^[0-9*#]*$")

    @field_validator("rtp_ports")
    @classmethod
    def _even_ports(cls, ports: tuple[int, int]) -> tuple[int, int]:
        first, last = ports
        if first % 2 or not 1024 <= first <= last <= 65535:  # noqa: PLR2004 - ports anybody may use
            raise ValueError("write the first, even, and the last port, 1024 to 65535")
        return ports


class _AsteriskConfig(_OwnAddress):
    """What both ways to an Asterisk are set to."""

    port: int = Field(8089, ge=0, le=65535)
    peer: str = Field(pattern=r"^[^:\s]+$")
    password: str = Field("", repr=False, validate_default=True)
    calls: int = Field(4, ge=1, le=500)

    @field_validator("password")
    @classmethod
    def _some_password(cls, written: str) -> str:
        if len(written) < SHORTEST_PASSWORD:
            raise ValueError(f"write {SHORTEST_PASSWORD} signs or more into its variable")
        return written


class AsteriskLineConfig(_AsteriskConfig):
    """A line by Asterisk's chan_websocket."""

    kind: Literal["asterisk"]
    media_url: str = Field("", pattern=r"^(wss?://[^/\s]+(/[^/\s]+)*)?$")


class AudioSocketLineConfig(_AsteriskConfig):
    """A line by Asterisk's AudioSocket."""

    kind: Literal["audiosocket"]
    sound_port: int = Field(9092, ge=0, le=65535)


class TwilioLineConfig(_RingsConfig):
    """Twilio's place among the lines that ring residents back."""

    kind: Literal["twilio"]
    rings: bool = True


LineConfig = Annotated[
    SipLineConfig | AsteriskLineConfig | AudioSocketLineConfig | TwilioLineConfig,
    Field(discriminator="kind"),
]
