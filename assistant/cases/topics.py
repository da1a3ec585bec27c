"""Reads and checks `topics.yaml`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, get_args

from ruamel.yaml import YAML

from assistant.cases.kinds import Sorting
from assistant.core.case import Kind, Topic
from assistant.core.errors import DataError
from assistant.core.values import Localised

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = Path(__file__).with_name("topics.yaml")
URGENCIES = ("danger", "utilities", "ordinary")


@lru_cache(maxsize=4)
def load_sorting(path: Path = FILE) -> Sorting:
    """The kinds and topics of the community. Raises `DataError` naming the file and the entry."""
    try:
        raw = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        kinds = {_kind(path, name): _words(body) for name, body in raw["kinds"].items()}
        topics = {str(name): _topic(str(name), body) for name, body in raw["topics"].items()}
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(
            f"{path}: {error}; write each topic with name, urgency and words, as the others are"
        ) from error
    return Sorting(kinds, topics)


def _kind(path: Path, name: str) -> Kind:
    if name not in get_args(Kind):
        raise DataError(f"{path}: kind {name!r} is none of {', '.join(get_args(Kind))}")
    return cast("Kind", name)


def _topic(name: str, body: Mapping[str, Any]) -> Topic:
    if body["urgency"] not in URGENCIES:
        raise ValueError(f"topic {name}: urgency is none of {', '.join(URGENCIES)}")
    named = tuple((str(lang), str(text)) for lang, text in body["name"].items())
    return Topic(name, Localised(named), body["urgency"], _words(body))


def _words(body: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(word) for word in body["words"])
