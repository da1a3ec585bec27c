"""One YAML file of either tree; whatever is wrong with it is said with file, line and remedy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError

from assistant.core.errors import DataError


def read_yaml(path: Path) -> CommentedMap:
    """A YAML mapping with line numbers; `DataError` names the file, the line and the remedy."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        msg = f"{path}: this file is missing; every language needs it"
        raise DataError(msg) from None
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path}: cannot be read as UTF-8 text ({type(error).__name__})"
        raise DataError(msg) from error
    try:
        loaded = YAML().load(text)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        problem = getattr(error, "problem", None) or "is not valid YAML"
        msg = f"{path}:{line}: {problem}; mend this line"
        raise DataError(msg) from error
    if not isinstance(loaded, CommentedMap):
        msg = f"{path}:1: must hold keys with values, as the other files do"
        raise DataError(msg)
    return loaded


def line_of(loaded: CommentedMap, key: str) -> int:
    """The line a key stands on, from 1; 1 where it is not known."""
    position = loaded.lc.data.get(key) if loaded.lc.data else None
    return int(position[0]) + 1 if position else 1


def texts_of(path: Path, loaded: CommentedMap, key: str) -> Iterator[str]:
    """The sentences listed under a key; `DataError` for what is none."""
    items = loaded.get(key) or []
    if not isinstance(items, list):
        msg = f"{path}:{line_of(loaded, key)}: {key!r} must be a list of sentences"
        raise DataError(msg)
    for number, item in enumerate(items):
        if not isinstance(item, str) or not item.strip():
            line = items.lc.data[number][0] + 1 if hasattr(items, "lc") else line_of(loaded, key)
            msg = f"{path}:{line}: {item!r} is not a sentence; put it in quotes"
            raise DataError(msg)
        yield str(item).strip()
