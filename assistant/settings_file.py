"""`config.yaml` changed in place, with every comment kept, and the secrets beside it.

Secrets stand in a file `secrets` in the same folder, as lines `ASSISTANT_…=value`: a systemd unit
reads the same file by `EnvironmentFile`. Nobody but its owner may read it.
"""

from __future__ import annotations

import io
import os
import re
import stat
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.representer import RoundTripRepresenter
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from assistant.config import PREFIX, Config, load_config
from assistant.core.errors import ConfigError
from assistant.secrets_file import SECRETS, read_secrets

if TYPE_CHECKING:
    from ruamel.yaml.nodes import ScalarNode

Place = tuple[str, ...]
"Where a setting stands: the keys on the way to it."
Setting = str | int | bool | Sequence[str] | Mapping[str, Any]
"What it is set to."

WIDE: Final = 4096
"Characters of a line before it would be broken: no line of ours is."
PLAIN: Final = re.compile(r"[^\d\W][\w ./:-]*[\w./-]|[^\d\W]")
"Text that YAML reads as text without quotes; all else is quoted."
WORDS_OF_YAML: Final = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
OWNER_ONLY: Final = stat.S_IRUSR | stat.S_IWUSR


def edited(text: str, changes: Mapping[Place, Setting]) -> str:
    """The settings with these changed: same order, same comments, nothing else touched. Pure.

    Raises `ConfigError` where a change names a place that holds no settings.
    """
    yaml = _yaml()
    tree = yaml.load(text)
    for path, value in changes.items():
        *parents, leaf = path
        place = tree
        for part in parents:
            place = place.get(part) if isinstance(place, CommentedMap) else None
        if not isinstance(place, CommentedMap):
            raise ConfigError(f"{'.'.join(path)}: there is no such setting; see config.yaml")
        if place.get(leaf) != value:
            place[leaf] = _written(value, place.get(leaf))
    out = io.StringIO()
    yaml.dump(tree, out)
    return out.getvalue()


def save(
    path: Path,
    changes: Mapping[Place, Setting],
    secrets: Mapping[Place, str] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Config:
    """Write changes into the settings file and secrets beside it; the settings as they are now.

    All of it is checked first and then replaced at once: after an error both files are as they
    were. Raises `ConfigError` for a setting that cannot be, or a folder that cannot be written.
    """
    kept = read_secrets(path) | {variable(place): value for place, value in (secrets or {}).items()}
    wanted = edited(path.read_text(encoding="utf-8"), changes)
    try:
        with tempfile.TemporaryDirectory(prefix=".settings-", dir=path.parent) as folder:
            tried = Path(folder) / path.name
            _put(tried, wanted, path.stat().st_mode)
            if secrets or kept:
                _put(tried.with_name(SECRETS), _lines(kept), OWNER_ONLY)
            config = load_config(tried, environment)
            _give_to_owner_of(path, tried, tried.with_name(SECRETS))
            if secrets:
                tried.with_name(SECRETS).replace(path.with_name(SECRETS))
            tried.replace(path)
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be written ({error.strerror}); start the service once as the owner of "
            "this file, or write the settings by hand"
        ) from error
    return config


def variable(path: Place) -> str:
    """The environment variable of a setting."""
    return PREFIX + "__".join(part.upper() for part in path)


def _put(path: Path, text: str, mode: int) -> None:
    """Write a file that never has more rights than `mode`, not even while it is written."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IMODE(mode))
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())


def _give_to_owner_of(path: Path, *written: Path) -> None:
    """What root writes for the service stays the service's own."""
    owner = path.stat()
    for one in written if os.geteuid() == 0 else ():
        if one.exists():
            os.chown(one, owner.st_uid, owner.st_gid)


def _lines(secrets: Mapping[str, str]) -> str:
    return "".join(f"{name}={value}\n" for name, value in sorted(secrets.items()))


def _yaml() -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = WIDE
    yaml.Representer = _AsWritten
    return yaml


class _AsWritten(RoundTripRepresenter):
    """Writes an empty value as `null`, as the settings do."""

    def represent_none(self, _data: None) -> ScalarNode:
        return self.represent_scalar("tag:yaml.org,2002:null", "null")


_AsWritten.add_representer(type(None), _AsWritten.represent_none)


def _written(value: object, before: object = None) -> object:
    """A value as YAML writes it here: maps and lists on one line where they were, text quoted."""
    if isinstance(value, Mapping):
        block = CommentedMap((name, _written(item)) for name, item in value.items())
        if isinstance(before, CommentedMap) and before and before.fa.flow_style():
            block.fa.set_flow_style()
        return block
    if isinstance(value, str):
        plain = PLAIN.fullmatch(value) and value.lower() not in WORDS_OF_YAML
        return value if plain else DoubleQuotedScalarString(value)
    if isinstance(value, Sequence):
        row = CommentedSeq(_written(item) for item in value)
        row.fa.set_flow_style()
        return row
    return value
