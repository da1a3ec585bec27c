"""What was typed on the pages of the first start, as settings. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import phonenumbers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

    from assistant.config import Config
    from assistant.settings_file import Place, Setting

LANGUAGES: Final = ("zh,en", "en,zh", "zh", "en")
"Those the line speaks, the community's own first."
KINDS: Final = ("none", "twilio", "sip")
LINE: Final = "office"
"The name of the block of the exchange."
NAME_MOST: Final = 60
CALLS_MOST: Final = 500
ANY_PHONE: Final = re.compile(r"\+?[0-9][0-9 -]{1,19}")
E164: Final = re.compile(r"\+[1-9][0-9]{5,14}")
SID: Final = re.compile(r"AC[0-9a-fA-F]{32}")
HOST: Final = re.compile(r"[^:\s/]+(:[0-9]{1,5})?")
USER: Final = re.compile(r"[A-Za-z0-9+._-]+")
SECRET: Final = re.compile(r"[!-~]{1,200}")
"A token or password goes into a file of lines: printable, no spaces."


@dataclass(frozen=True, slots=True)
class Written:
    """What a form comes to."""

    changes: dict[Place, Setting] = field(default_factory=dict)
    secrets: dict[Place, str] = field(default_factory=dict)
    wrong: tuple[str, ...] = ()
    "Names of fields that cannot be so."


def office_fields(config: Config) -> dict[str, str]:
    """The office's form as it stands in the settings."""
    site = config.site
    both = ",".join(site.languages)
    return {
        "name_zh": site.name.get("zh", ""),
        "name_en": site.name.get("en", ""),
        "languages": both if both in LANGUAGES else "",
        "country": site.country,
        "timezone": site.timezone,
        "emergency_number": site.emergency_number,
        "fire_number": site.fire_number,
        "office_phone": site.office_phone,
        "case_letters": site.case_letters,
    }


def office_settings(form: Mapping[str, str]) -> Written:
    """The office's form as settings; texts are signed with its names."""
    typed = {name: form.get(name, "").strip() for name in _OFFICE}
    wrong = tuple(name for name, good in _OFFICE.items() if not good(typed[name]))
    names = {"zh": typed["name_zh"], "en": typed["name_en"]}
    changes: dict[Place, Setting] = {
        ("site", "name"): names,
        ("site", "languages"): typed["languages"].split(","),
        ("site", "case_letters"): typed["case_letters"].upper(),
        ("site", "country"): typed["country"].upper(),
        ("texts", "signature"): {"zh": f"【{names['zh']}】", "en": f"{names['en']}: "},
    }
    plain = ("timezone", "emergency_number", "fire_number", "office_phone")
    changes |= {("site", name): typed[name] for name in plain}
    return Written(changes, wrong=wrong)


def line_fields(config: Config) -> dict[str, str]:
    """The line's form as it stands in the settings; secrets are never shown again."""
    line = config.lines.get(LINE)
    sip = line.model_dump(mode="json") if line is not None and line.kind == "sip" else {}
    kind = "twilio" if config.twilio.account_sid else "sip" if sip else "none"
    return {
        "kind": kind,
        "account_sid": config.twilio.account_sid,
        "from_number": config.twilio.from_number,
        "public_url": config.server.public_url,
        "address": sip.get("address", ""),
        "peer": sip.get("peer", ""),
        "user": sip.get("user", ""),
        "calls": str(sip.get("calls", 1)),
        "simulator": "1" if config.simulator else "",
    }


def line_settings(form: Mapping[str, str], config: Config) -> Written:
    """The line's form as settings: only what belongs to the kind that was chosen."""
    kind = form.get("kind", "")
    if kind not in KINDS:
        return Written(wrong=("kind",))
    typed = {name: value.strip() for name, value in form.items()}
    if kind == "none":
        return Written({("simulator",): True})
    changes: dict[Place, Setting] = {("simulator",): typed.get("simulator") == "1"}
    return _twilio(typed, changes) if kind == "twilio" else _sip(typed, changes, config)


def _twilio(typed: Mapping[str, str], changes: dict[Place, Setting]) -> Written:
    places: dict[str, Place] = {
        "account_sid": ("twilio", "account_sid"),
        "from_number": ("twilio", "from_number"),
        "public_url": ("server", "public_url"),
    }
    return _checked(
        typed,
        _TWILIO,
        changes | {place: typed.get(name, "").rstrip("/") for name, place in places.items()},
        "auth_token",
        ("twilio", "auth_token"),
    )


def _sip(typed: Mapping[str, str], changes: dict[Place, Setting], config: Config) -> Written:
    block: dict[str, Any] = {"kind": "sip", "password": ""}
    block |= {name: typed.get(name, "") for name in ("address", "peer", "user")}
    calls = typed.get("calls", "")
    block["calls"] = int(calls) if _is_calls(calls) else 1
    others = {name: _kept(line) for name, line in config.lines.items() if name != LINE}
    blocks = changes | {("lines",): {**others, LINE: block}}
    return _checked(typed, _SIP, blocks, "password", ("lines", LINE, "password"))


def _kept(line: BaseModel) -> dict[str, Any]:
    """Another line's block as it stands; what of it is secret, and so never shown, stays empty."""
    written = line.model_dump(mode="json", exclude_unset=True)
    fields = type(line).model_fields
    return {name: value if fields[name].repr else "" for name, value in written.items()}


def _checked(
    typed: Mapping[str, str],
    rules: Mapping[str, Any],
    changes: dict[Place, Setting],
    secret: str,
    place: Place,
) -> Written:
    wrong = [name for name, good in rules.items() if not good(typed.get(name, ""))]
    told = typed.get(secret, "")
    if told and SECRET.fullmatch(told) is None:
        wrong.append(secret)
    return Written(changes, {place: told} if told else {}, tuple(wrong))


def _is_name(text: str) -> bool:
    return 0 < len(text) <= NAME_MOST and text.isprintable() and not set(text) & set("{}【】")


def _is_country(text: str) -> bool:
    return text.upper() in phonenumbers.SUPPORTED_REGIONS


def _is_calls(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text[:4]) <= CALLS_MOST


def _is_origin(text: str) -> bool:
    parts = urlsplit(text.rstrip("/"))
    return parts.scheme == "https" and bool(parts.hostname) and not parts.path + parts.query


_OFFICE: Final[Mapping[str, Any]] = {
    "name_zh": _is_name,
    "name_en": _is_name,
    "languages": LANGUAGES.__contains__,
    "country": _is_country,
    "timezone": lambda text: text in available_timezones(),
    "emergency_number": ANY_PHONE.fullmatch,
    "fire_number": ANY_PHONE.fullmatch,
    "office_phone": ANY_PHONE.fullmatch,
    "case_letters": re.compile("[A-Za-z]{2}").fullmatch,
}
_TWILIO: Final[Mapping[str, Any]] = {
    "account_sid": SID.fullmatch,
    "from_number": E164.fullmatch,
    "public_url": _is_origin,
}
_SIP: Final[Mapping[str, Any]] = {
    "address": HOST.fullmatch,
    "peer": HOST.fullmatch,
    "user": USER.fullmatch,
    "calls": _is_calls,
}
