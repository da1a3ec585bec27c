"""Reads and checks `words.yaml`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML

from assistant.core.errors import DataError
from assistant.polls.meaning import VoteWords

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = Path(__file__).with_name("words.yaml")


@lru_cache(maxsize=4)
def load_words(path: Path = FILE) -> Mapping[str, VoteWords]:
    """The words around a vote, by language. Raises `DataError` naming the file and the list."""
    raw = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    try:
        return {language: _words(raw, language) for language in raw["letters"]}
    except (KeyError, TypeError) as error:
        raise DataError(
            f"{path}: {error}; give every list in every language, as the others are"
        ) from error


def _words(raw: Mapping[str, Any], language: str) -> VoteWords:
    def listed(name: str) -> tuple[str, ...]:
        return tuple(str(word) for word in raw[name][language])

    return VoteWords(
        leave_out=frozenset(listed("leave_out")),
        in_every_title=listed("in_every_title"),
        against=listed("against"),
        in_favour=listed("for"),
        abstain=listed("abstain"),
        change=listed("change"),
        but_not=listed("but_not"),
        letters=str(raw["letters"][language]),
        middle=listed("middle"),
    )
