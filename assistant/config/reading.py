"""Reads `config.yaml`, lays the environment over it, and says in one sentence what is wrong."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError

from assistant.config.whole import Config
from assistant.core.errors import ConfigError
from assistant.secrets_file import read_secrets

PREFIX = "ASSISTANT_"

NOT_SETTINGS = {"ASSISTANT_SHARED"}
"Variables with our prefix that are not settings (tests read them)."


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
        loaded = _parsed(path.read_text(encoding="utf-8"))
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


@lru_cache(4)
def _parsed(text: str) -> Any:  # noqa: ANN401  # whatever YAML holds
    """The same text is parsed once. Never changed by whoever is given it: `_plain` makes a copy."""
    return YAML().load(text)


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
