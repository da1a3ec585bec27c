"""Settings: `config.yaml` overlaid by the environment, checked, frozen.

An unknown key or a wrong type stops the start with the key's name and line.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import time
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, IPvAnyNetwork, ValidationError, field_validator
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError

from assistant.core.case import Kind
from assistant.core.conversation import Question
from assistant.core.errors import ConfigError
from assistant.core.site import Site
from assistant.core.values import Localised
from assistant.logs import Style
from assistant.secrets_file import read_secrets

PREFIX = "ASSISTANT_"
NOT_SETTINGS = {"ASSISTANT_SHARED"}
"Variables with our prefix that are not settings (tests read them)."
SHORTEST_PASSWORD = 8


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


class _OwnAddress(_Section):
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


class _RingsConfig(_Section):
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


Beginning = Annotated[str, Field(pattern=r"^\+[1-9][0-9]{0,14}$")]
"How a telephone number begins, as +86."


class _TextCarrier(_Section):
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


class TextsConfig(_Section):
    """How texts are signed, over whom they go, and when and how many may be sent."""

    signature: dict[str, str]
    quiet: tuple[tuple[str, str], ...]
    contact_per_hour: int = Field(ge=1)
    site_per_minute: int = Field(ge=1)
    segments_per_day: int = Field(ge=1)
    carriers: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*$")], TextCarrierConfig] = {}

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


class PollsConfig(_Section):
    """Votes of residents; see `config.yaml` for each key."""

    voice: Literal["person", "telephone"]
    offer_results: bool


class Open311Config(_Section):
    """Cases for other systems; see `config.yaml` for each key."""

    published: bool
    api_keys: tuple[str, ...] = Field(repr=False)
    reads_per_minute: int = Field(ge=1)
    writes_per_minute: int = Field(ge=1)


class EdgeConfig(_Section):
    """Who may come how often, and what the line may spend; see `config.yaml` for each key."""

    proxies: tuple[str, ...]
    requests_per_minute: int = Field(ge=1)
    refusals_per_minute: int = Field(ge=1)
    connections: int = Field(ge=1)
    calls_per_number: int = Field(ge=1)
    prefixes: tuple[Annotated[str, Field(pattern=r"^\+[1-9][0-9]{0,14}$")], ...]
    texts_per_day: int = Field(ge=1)
    rings_per_day: int = Field(ge=1)


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


class RightsConfig(_Section):
    """By when wishes about what is kept are met; see `config.yaml` for each key."""

    tell: Term
    delete: Term
    helper: Term
    paper: Term
    helper_days: int = Field(ge=1, le=1095)


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
    votes: int = Field(ge=1)
    vote_news: int = Field(ge=1)
    drills: int = Field(ge=1)
    rights: int = Field(ge=1)
    contact_persons: int = Field(ge=8)
    contact_facts: int = Field(ge=9)
    risks: int = Field(ge=1)
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
    lines: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*$")], LineConfig]
    database: DatabaseConfig
    speech: SpeechConfig
    listening: ListeningConfig
    texts: TextsConfig
    callbacks: CallbacksConfig
    cases: CasesConfig
    polls: PollsConfig
    open311: Open311Config
    calls: CallsConfig
    edge: EdgeConfig
    drill: DrillConfig
    backups: BackupsConfig
    desk: DeskConfig
    privacy: PrivacyConfig
    rights: RightsConfig
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
    """Read `path`, overlay `ASSISTANT_…` variables, check. Raises `ConfigError`.

    Without an `environment` given it is the process's own, over the file `secrets` beside `path`.
    """
    loaded = _read(path)
    raw = _plain(loaded)
    given = {**read_secrets(path), **os.environ} if environment is None else environment
    for name, value in sorted(given.items()):
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
    location = _without_kind(loaded, tuple(str(part) for part in first["loc"]))
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


def _without_kind(loaded: CommentedMap, location: tuple[str, ...]) -> tuple[str, ...]:
    """Where a block may be one of several kinds pydantic names the kind, which is no key."""
    place: Any = loaded
    kept = []
    for part in location:
        if isinstance(place, CommentedMap) and place.get("kind") == part:
            continue
        place = place.get(part) if isinstance(place, CommentedMap) else None
        kept.append(part)
    return tuple(kept)


def _line_of(loaded: CommentedMap, location: tuple[str, ...]) -> int:
    place: Any = loaded
    line = 1
    for part in location:
        if not isinstance(place, CommentedMap) or part not in place:
            break
        line = int(place.lc.data[part][0]) + 1
        place = place[part]
    return line
