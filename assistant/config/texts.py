"""Texts, and the carriers they go over."""

from __future__ import annotations

import re
from ipaddress import ip_network
from typing import Annotated, Literal

from pydantic import Field, IPvAnyNetwork, field_validator

from assistant.config.section import Beginning, Section, time_of_day


class _TextCarrier(Section):
    """What carriers of texts have in common; see `config.yaml`, `texts.carriers`."""

    prefixes: tuple[Beginning, ...] = ()
    segments_per_day: int | None = Field(None, ge=1)


class TwilioTexts(_TextCarrier):
    """The account under `twilio`, as one of several carriers."""

    kind: Literal["twilio"]


class KannelConfig(_TextCarrier):
    """A Kannel, by HTTP."""

    kind: Literal["kannel"]
    send_url: str = Field(pattern=r"^https?://[^/?]+/[^?]*$")
    user: str = Field(min_length=1)
    password: str = Field("", repr=False)
    sender: str = ""
    secret: str = Field("", repr=False)
    allow_from: tuple[IPvAnyNetwork, ...] = (ip_network("127.0.0.1"), ip_network("::1"))
    reports_to: str = Field("", pattern=r"^(https?://[^/]+)?$")

    @field_validator("secret")
    @classmethod
    def _long_enough(cls, written: str) -> str:
        if not re.fullmatch(r"[A-Za-z0-9_-]{16,}", written):
            raise ValueError("set it in the environment: 16 letters and digits or more")
        return written


class GammuConfig(_TextCarrier):
    """A modem behind gammu-smsd, by its SQL tables."""

    kind: Literal["gammu"]
    database: str = Field(pattern=r"^[a-z0-9+]+://.+$", repr=False)
    phone: str = ""


TextCarrierConfig = Annotated[TwilioTexts | KannelConfig | GammuConfig, Field(discriminator="kind")]


class TextsConfig(Section):
    """How texts are signed, over whom they go, and when and how many may be sent."""

    signature: dict[str, str]
    quiet: tuple[tuple[str, str], ...]
    contact_per_hour: int = Field(ge=1)
    site_per_minute: int = Field(ge=1)
    segments_per_day: int = Field(ge=1)
    carriers: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*$")], TextCarrierConfig] = Field(
        default_factory=dict
    )

    @field_validator("quiet")
    @classmethod
    def _times_of_day(cls, spans: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        for moment in (part for span in spans for part in span):
            time_of_day(moment)
        return spans
