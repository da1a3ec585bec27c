"""The page's sentences by language. Reads `words.yaml` once."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ruamel.yaml import YAML

from assistant.core.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE: Final = Path(__file__).with_name("words.yaml")


@lru_cache(maxsize=2)
def words(path: Path = FILE) -> Mapping[str, Mapping[str, str]]:
    """Sentences by language and dotted key. Raises `DataError` where a language lacks one."""
    raw = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    found = {str(language): dict(_flat("", body)) for language, body in raw.items()}
    every = {key for body in found.values() for key in body}
    missing = [f"{language}.{key}" for language in found for key in every - found[language].keys()]
    if missing:
        raise DataError(f"{path}: {min(missing)} is missing; every language says the same")
    return found


def _flat(before: str, body: Mapping[str, object]) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for key, value in body.items():
        name = f"{before}.{key}" if before else str(key)
        rows += _flat(name, value) if isinstance(value, dict) else [(name, str(value))]
    return rows
