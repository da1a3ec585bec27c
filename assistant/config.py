"""Settings: `config.yaml` overlaid by the environment, checked, frozen.

An unknown key or a wrong type stops the start with the key's name and line.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError

from assistant.core.case import Kind
from assistant.core.conversation import Question
from assistant.core.errors import ConfigError
from assistant.core.site import Site
from assistant.core.values import Localised
from assistant.logs import Style

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


class ServerConfig(_Section):
    """Where the service listens and how the carrier reaches it."""

    host: str
    port: int = Field(ge=0, le=65535)
    public_url: str = Field(pattern=r"^(https?://[^/]+)?$")
    certificate: str
    max_body_bytes: int = Field(ge=4096)


class LogsConfig(_Section):
    """How the service writes its log."""

    format: Style


class TwilioConfig(_Section):
    """The Twilio line."""

    account_sid: str
    auth_token: str
    from_number: str
    caller_id: str = Field(pattern=r"^(\+[0-9]{6,15})?$")
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
    between_s: float = Field(ge=0)
    before_question_s: float = Field(ge=0)
    after_key_s: float = Field(ge=0)
    voice: dict[str, str]
    piper: str


class PatienceConfig(_Section):
    """A layer of patience, in seconds: what it does not name it inherits."""

    start_s: float | None = Field(None, gt=0)
    end_s: float | None = Field(None, gt=0)
    max_s: float | None = Field(None, gt=0)
    join_s: float | None = Field(None, ge=0)
    back_channel_s: float | None = Field(None, gt=0)
    unfinished_s: float | None = Field(None, gt=0)

    def layer(self) -> dict[str, float]:
        """The figures it names."""
        return {name: value for name, value in self if value is not None}


class ListeningConfig(_Section):
    """Patience, interruptions and ears; seconds are of the call's audio clock."""

    start_s: float = Field(gt=0)
    end_s: float = Field(gt=0)
    max_s: float = Field(gt=0)
    join_s: float = Field(ge=0)
    back_channel_s: float = Field(gt=0)
    unfinished_s: float = Field(gt=0)
    languages: dict[str, PatienceConfig]
    prompts: dict[Question, PatienceConfig]
    slow: PatienceConfig
    waiting: PatienceConfig
    longer_after_cut_s: float = Field(ge=0)
    far_db: float = Field(gt=0)
    barge_in_after_s: float = Field(ge=0)
    barge_in_syllables: int = Field(ge=1)
    barge_in_end_s: float = Field(gt=0)
    other_ear_after: int = Field(ge=1)
    one_ear_above: float = Field(ge=0)

    def layer(self) -> dict[str, float]:
        """The site's own patience, under all other layers."""
        return {name: getattr(self, name) for name in PatienceConfig.model_fields}


def _time_of_day(written: str) -> time:
    try:
        return time.fromisoformat(written)
    except ValueError:
        raise ValueError(f"{written} is no time of day; write it as 20:00") from None


class TextsConfig(_Section):
    """How texts are signed, and when and how many may be sent."""

    signature: dict[str, str]
    quiet: tuple[tuple[str, str], ...]
    contact_per_hour: int = Field(ge=1)
    site_per_minute: int = Field(ge=1)
    segments_per_day: int = Field(ge=1)

    @field_validator("quiet")
    @classmethod
    def _times_of_day(cls, spans: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        for moment in (part for span in spans for part in span):
            _time_of_day(moment)
        return spans


class CallbacksConfig(_Section):
    """How residents are rung back; see `config.yaml` for each key."""

    morning: tuple[str, str]
    afternoon: tuple[str, str]
    handling_min: float = Field(gt=0)
    reserve: float = Field(ge=1)
    free_share: float = Field(gt=0, le=1)
    days_ahead: int = Field(ge=1, le=60)
    notice_min: float = Field(ge=1)
    ring_staff_s: int = Field(ge=5, le=600)
    ring_resident_s: int = Field(ge=5, le=600)

    @field_validator("morning", "afternoon")
    @classmethod
    def _half_a_day(cls, half: tuple[str, str]) -> tuple[str, str]:
        begins, ends = (_time_of_day(moment) for moment in half)
        if begins >= ends:
            raise ValueError(f"{half[0]} to {half[1]} is no stretch; write the earlier time first")
        return half


Term = Annotated[str, Field(pattern=r"^[1-9]\d{0,3} (min|h|days|workdays)$")]
"A length of time as `assistant.cases.deadlines.Term` reads it."


class TakeConfig(_Section):
    """Within what time somebody takes a case, by urgency."""

    danger: Term
    utilities: Term
    ordinary: Term


class AnswerConfig(_Section):
    """Within what time a resident has her answer, by urgency, else by kind."""

    danger: Term
    utilities: Term
    consult: Term
    help: Term
    complaint: Term
    report: Term
    suggestion: Term
    praise: Term


class CasesConfig(_Section):
    """How long cases may take, and who is asked afterwards; see `config.yaml` for each key."""

    day_ends: str
    take: TakeConfig
    answer: AnswerConfig
    return_within: Term
    extension_days: int = Field(ge=1, le=60)
    visit_after: Term
    ask_after: tuple[Kind, ...]

    @field_validator("day_ends")
    @classmethod
    def _ends(cls, written: str) -> str:
        _time_of_day(written)
        return written


class Open311Config(_Section):
    """Cases for other systems; see `config.yaml` for each key."""

    published: bool
    api_keys: tuple[str, ...] = Field(repr=False)
    reads_per_minute: int = Field(ge=1)
    writes_per_minute: int = Field(ge=1)


class CallsConfig(_Section):
    """Calls carried at the same time, by rung of the ladder; `None`: as measured or guessed."""

    speech: int | None = Field(ge=0)
    keys: int | None = Field(ge=0)
    number: int | None = Field(ge=0)


class DrillConfig(_Section):
    """When the line is tried with synthetic callers."""

    at: str = Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$")


class DeskConfig(_Section):
    """The staff desk."""

    idle_min: float = Field(gt=0, le=60)
    plain_http: bool


class BackupsConfig(_Section):
    """Copies of everything that cannot be made anew."""

    at: str = Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$")
    folder: str
    keep_days: int = Field(ge=1, le=30)
    passphrase: str


class PrivacyConfig(_Section):
    """Where the keys are with which residents' words and numbers are sealed."""

    keys: str = Field(repr=False)
    keys_command: tuple[str, ...]


class RetentionDays(_Section):
    """Days each kind of record is kept; `assistant/privacy/rules.py` says of which tables."""

    conversations: int = Field(ge=1)
    webhooks: int = Field(ge=1)
    texts: int = Field(ge=1)
    text_reports: int = Field(ge=1)
    no_texts: int = Field(ge=1)
    cards: int = Field(ge=1)
    request_numbers: int = Field(ge=1)
    requests: int = Field(ge=1)
    callbacks: int = Field(ge=1)
    alarms: int = Field(ge=1)
    hearings: int = Field(ge=0)
    preferences: int = Field(ge=1)
    wishes: int = Field(ge=1)
    drills: int = Field(ge=1)
    staff: int = Field(ge=1)
    reports: int = Field(ge=1)


class RetentionConfig(_Section):
    """How long what is kept of residents is kept."""

    at: str = Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$")
    days: RetentionDays


class Config(_Section):
    """Every setting of the service."""

    site: SiteConfig
    server: ServerConfig
    logs: LogsConfig
    simulator: bool
    twilio: TwilioConfig
    database: DatabaseConfig
    speech: SpeechConfig
    listening: ListeningConfig
    texts: TextsConfig
    callbacks: CallbacksConfig
    cases: CasesConfig
    open311: Open311Config
    calls: CallsConfig
    drill: DrillConfig
    backups: BackupsConfig
    desk: DeskConfig
    privacy: PrivacyConfig
    retention: RetentionConfig

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
            emergency_bridge=site.emergency_bridge,
            duty_phones=site.duty_phones,
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
