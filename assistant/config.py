"""Settings: `config.yaml` overlaid by the environment, checked, frozen.

An unknown key or a wrong type stops the start with the key's name and line.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError

from assistant.core.errors import ConfigError
from assistant.core.site import Site
from assistant.core.values import Localised

PREFIX = "ASSISTANT_"
NOT_SETTINGS = {"ASSISTANT_SHARED"}
"Variables with our prefix that are not settings (tests read them)."


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=False)


class SiteConfig(_Section):
    """The office; see `config.yaml` for each key."""

    name: dict[str, str]
    languages: tuple[str, ...] = Field(min_length=1)
    timezone: str
    country: str = Field(min_length=2, max_length=2)
    emergency_number: str = Field(min_length=1)
    fire_number: str = Field(min_length=1)
    office_phone: str = Field(min_length=1)
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


class ServerConfig(_Section):
    """Where the service listens and how the carrier reaches it."""

    host: str
    port: int = Field(ge=0, le=65535)
    public_url: str = Field(pattern=r"^(https?://[^/]+)?$")
    max_body_bytes: int = Field(ge=4096)


class TwilioConfig(_Section):
    """The Twilio line."""

    account_sid: str
    auth_token: str
    from_number: str
    api_base: str = Field(pattern=r"^(https?://.+)?$")


class DatabaseConfig(_Section):
    """Where records are kept."""

    url: str


class SpeechConfig(_Section):
    """Recognition and synthesis."""

    workers: int = Field(ge=1, le=64)
    max_per_worker: int = Field(ge=1)
    finish_timeout_s: float = Field(gt=0)
    confirm_below: float = Field(ge=0, le=1)
    models: dict[str, str]
    models_url: str
    synthesis_timeout_s: float = Field(gt=0)


class ListeningConfig(_Section):
    """Patience, in seconds of the call's audio clock."""

    start_s: float = Field(gt=0)
    start_patient_s: float = Field(gt=0)
    start_waiting_s: float = Field(gt=0)
    start_emergency_s: float = Field(gt=0)
    end_s: float = Field(gt=0)
    end_patient_s: float = Field(gt=0)
    end_yes_no_s: float = Field(gt=0)
    max_s: float = Field(gt=0)
    barge_in_after_s: float = Field(ge=0)
    barge_in_speech_s: float = Field(gt=0)


class Config(_Section):
    """Every setting of the service."""

    site: SiteConfig
    server: ServerConfig
    simulator: bool
    twilio: TwilioConfig
    database: DatabaseConfig
    speech: SpeechConfig
    listening: ListeningConfig

    def the_site(self) -> Site:
        """The office as the inner rooms know it."""
        site = self.site
        own_first = [*site.languages, *(key for key in site.name if key not in site.languages)]
        names = tuple((key, site.name[key]) for key in own_first if key in site.name)
        return Site(
            name=Localised(names),
            languages=site.languages,
            timezone=site.timezone,
            emergency_number=site.emergency_number,
            fire_number=site.fire_number,
            office_phone=site.office_phone,
            staff_phone=site.staff_phone or None,
            country=site.country,
            stale_days=site.stale_days,
        )

    def public_url(self) -> str:
        """The origin the carrier reaches us at, without a trailing slash."""
        server = self.server
        return server.public_url or f"http://{server.host}:{server.port}"


def load_config(path: Path, environment: Mapping[str, str] | None = None) -> Config:
    """Read `path`, overlay `ASSISTANT_…` variables, check. Raises `ConfigError`."""
    loaded = _read(path)
    raw = _plain(loaded)
    for name, value in sorted((os.environ if environment is None else environment).items()):
        if name.startswith(PREFIX) and name not in NOT_SETTINGS:
            _overlay(raw, name, value)
    try:
        return Config.model_validate(raw)
    except ValidationError as error:
        raise ConfigError(_explain(path, loaded, error)) from None


def _read(path: Path) -> CommentedMap:
    try:
        loaded = YAML().load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        msg = f"{path}: no such settings file; name one with --config"
        raise ConfigError(msg) from None
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path}: the settings cannot be read ({type(error).__name__})"
        raise ConfigError(msg) from error
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        msg = f"{path}:{line}: not valid YAML; mend this line"
        raise ConfigError(msg) from error
    if not isinstance(loaded, CommentedMap):
        msg = f"{path}:1: the settings must be keys with values"
        raise ConfigError(msg)
    return loaded


def _plain(value: Any) -> Any:  # noqa: ANN401  # whatever YAML holds
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def _overlay(raw: dict[str, Any], name: str, value: str) -> None:
    """Set one setting from the environment; the value is read as YAML where it is not text."""
    *parents, leaf = name.removeprefix(PREFIX).lower().split("__")
    place = raw
    for part in parents:
        place = place.setdefault(part, {})
        if not isinstance(place, dict):
            msg = f"{name}: {part!r} holds no further settings; see config.yaml for the names"
            raise ConfigError(msg)
    if leaf not in place:
        msg = f"{name}: there is no such setting; see config.yaml for the names"
        raise ConfigError(msg)
    known = place[leaf]
    if isinstance(known, str) or known is None:
        place[leaf] = value
        return
    try:
        place[leaf] = _plain(YAML(typ="safe").load(value))
    except YAMLError:
        place[leaf] = value


def _explain(path: Path, loaded: CommentedMap, error: ValidationError) -> str:
    """One sentence for the first thing wrong: key, line, what and what to do."""
    first = error.errors()[0]
    location = tuple(str(part) for part in first["loc"])
    key = ".".join(location)
    line = _line_of(loaded, location)
    if first["type"] == "extra_forbidden":
        return f"{path}:{line}: unknown setting {key!r}; remove it or correct its name"
    if first["type"] == "missing":
        return (
            f"{path}:{line}: the setting {key!r} is missing; copy it from the original config.yaml"
        )
    said = first["msg"].removeprefix("Value error, ")
    variable = PREFIX + "__".join(part.upper() for part in location)
    hint = f" (set by {variable})" if variable in os.environ else ""
    return f"{path}:{line}: setting {key!r}: {said}{hint}"


def _line_of(loaded: CommentedMap, location: tuple[str, ...]) -> int:
    place: Any = loaded
    line = 1
    for part in location:
        if not isinstance(place, CommentedMap) or part not in place:
            break
        line = int(place.lc.data[part][0]) + 1
        place = place[part]
    return line
