"""The desk's own words, from `words/<language>.yaml`. Every language has the same keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from ruamel.yaml import YAML

from assistant.core.errors import DataError

FOLDER: Final = Path(__file__).parent / "words"
LANGUAGES: Final = ("zh", "en")
"The first is shown to whoever has not chosen."


class Words:
    """Sentences by key and language. Raises `DataError` where the languages differ."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._sentences = {lang: _read(folder / f"{lang}.yaml") for lang in LANGUAGES}
        first, *others = LANGUAGES
        for language in others:
            odd = self._sentences[first].keys() ^ self._sentences[language].keys()
            if odd:
                raise DataError(
                    f"{folder}: only one of the languages has {min(odd)}; add the other."
                )

    def say(self, language: str, key: str, **values: object) -> str:
        """The sentence of that key. Raises `KeyError` for one there is not."""
        return self._sentences[language][key].format(**values)

    def knows(self, key: str) -> bool:
        """Whether there is such a sentence."""
        return key in self._sentences[LANGUAGES[0]]

    def several(self, language: str, key: str) -> tuple[str, ...]:
        """The sentences `key.1`, `key.2` … in order."""
        found = self._sentences[language]
        numbers = range(1, len(found) + 1)
        return tuple(found[f"{key}.{n}"] for n in numbers if f"{key}.{n}" in found)

    def keys(self, language: str) -> frozenset[str]:
        """Every key of one language."""
        return frozenset(self._sentences[language])


@cache
def _read(path: Path) -> Mapping[str, str]:
    """Read once a process: 60 kB take a tenth of a second, and tests open desks by the hundred."""
    return dict(_flat(YAML(typ="safe").load(path.read_text("utf-8"))))


def _flat(tree: Mapping[str, object], above: str = "") -> Iterator[tuple[str, str]]:
    """Nested keys joined by dots; the parts of a list are numbered from 1."""
    for name, value in tree.items():
        key = f"{above}{name}"
        if isinstance(value, Mapping):
            yield from _flat(value, f"{key}.")
        elif isinstance(value, list):
            yield from ((f"{key}.{n}", str(part)) for n, part in enumerate(value, 1))
        else:
            yield key, str(value)
