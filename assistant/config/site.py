"""The office and its house: where it listens, writes and keeps, and how much it carries."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from pydantic import Field, field_validator

from assistant.config.section import Beginning, Nightly, Section, SiteId
from assistant.logs import Style


class SiteConfig(Section):
    """The office; see `config.yaml` for each key."""

    name: dict[str, str]
    languages: tuple[str, ...] = Field(min_length=1)
    timezone: str
    country: str = Field(min_length=2, max_length=2)
    emergency_number: str = Field(min_length=1)
    fire_number: str = Field(min_length=1)
    office_phone: str = Field(min_length=1)
    emergency_bridge: bool = False
    duty_phones: tuple[str, ...] = ()
    staff_phone: str = ""
    stale_days: int = Field(gt=0)
    case_letters: str = Field(pattern="^[A-Z]{2}$")

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, OSError):
            msg = f"{zone!r} is not a time zone; write one like Asia/Shanghai"
            raise ValueError(msg) from None
        return zone


class ServerConfig(Section):
    """Where the service listens and how the carrier reaches it."""

    host: str
    port: int = Field(ge=0, le=65535)
    public_url: str = Field(pattern=r"^(https?://[^/]+)?$")
    certificate: str
    max_body_bytes: int = Field(ge=4096)


class LogsConfig(Section):
    """How the service writes its log."""

    format: Style


class DatabaseConfig(Section):
    """Where records are kept, and whose they are."""

    url: str
    site: SiteId = "default"


class BackupsConfig(Section):
    """Copies of everything that cannot be made anew."""

    at: Nightly
    folder: str
    keep_days: int = Field(ge=1, le=30)
    passphrase: str


class DeskConfig(Section):
    """The staff desk."""

    idle_min: float = Field(gt=0, le=60)
    plain_http: bool


class EdgeConfig(Section):
    """Who may come how often, and what the line may spend; see `config.yaml` for each key."""

    proxies: tuple[str, ...]
    requests_per_minute: int = Field(ge=1)
    refusals_per_minute: int = Field(ge=1)
    connections: int = Field(ge=1)
    calls_per_number: int = Field(ge=1)
    prefixes: tuple[Beginning, ...]
    texts_per_day: int = Field(ge=1)
    rings_per_day: int = Field(ge=1)


class CallsConfig(Section):
    """Calls carried at the same time, by rung of the ladder; `None`: as measured or guessed."""

    speech: int | None = Field(ge=0)
    keys: int | None = Field(ge=0)
    number: int | None = Field(ge=0)


class DrillConfig(Section):
    """When the line is tried with synthetic callers."""

    at: Nightly
