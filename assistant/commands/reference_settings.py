"""Every key of `config.yaml` with its default and its own comment, as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assistant.library import read_yaml

KEY: Final = re.compile(r"^(?P<indent> *)(?P<name>[a-z0-9_]+):(?: |$)")
STEP: Final = 2
"Spaces that one level of the file is set in."
EXAMPLE: Final = "   "
"What a comment's line begins with where it shows a block to copy instead of telling something."


@dataclass(frozen=True, slots=True)
class Setting:
    """One key that holds a value."""

    path: tuple[str, ...]
    default: str
    "As the file writes it, on one line."
    told: str
    "The comment above it, or above the first of the keys that it speaks of together."
    example: tuple[str, ...] = ()
    "Blocks that may stand in its place, line by line, as the comment shows them."

    @property
    def variable(self) -> str:
        """The environment variable that goes before the file."""
        return "ASSISTANT_" + "__".join(self.path).upper()


@dataclass(slots=True)
class _Comment:
    """The lines above a key."""

    told: list[str]
    example: list[str]

    def add(self, line: str) -> None:
        """Take in one line, without its `#`."""
        if line.startswith(EXAMPLE):
            self.example.append(line.removeprefix(EXAMPLE))
        else:
            self.told.append(line.strip())


def settings(file: Path) -> list[Setting]:
    """The keys of `file` that hold a value, in its order."""
    whole = read_yaml(file)
    return [
        one
        for one in _read(file.read_text("utf-8").splitlines())
        if one.default or not isinstance(_value(whole, one.path), Mapping)
    ]


def document(file: Path) -> str:
    """The page: a chapter a section of the file, a row a key."""
    lines = [
        "# Settings",
        "",
        "Made by `python3 run.py reference settings` from `config.yaml`, where each key stands",
        "with its meaning. A variable of the environment goes before the file; secrets never",
        "stand in it.",
        "Settings are read when the service starts.",
    ]
    chapter = ""
    shown: list[str] = []
    for one in settings(file):
        if one.path[0] != chapter:
            chapter = one.path[0]
            lines += [*shown, "", f"## `{chapter}`", "", "| key, variable | default | means |"]
            lines += ["| --- | --- | --- |"]
            shown = []
        key = f"`{'.'.join(one.path)}`<br>`{one.variable}`"
        lines.append(f"| {key} | `{_cell(one.default)}` | {_text(one.told)} |")
        if one.example:
            shown += ["", f"Blocks of `{'.'.join(one.path)}`:", "", "```yaml", *one.example, "```"]
    return "\n".join([*lines, *shown]) + "\n"


def _read(lines: list[str]) -> Iterator[Setting]:
    """Every key with its comment, sections too."""
    path: list[str] = []
    comment, shared = _Comment([], []), ""
    for line in lines:
        found = KEY.match(line)
        if line.lstrip().startswith("#"):
            comment.add(line.lstrip().removeprefix("#"))
        elif found is None:
            comment = _Comment([], [])
        else:
            depth = len(found["indent"]) // STEP
            same = depth == len(path) - 1
            path = [*path[:depth], found["name"]]
            # Keys without a comment share that of the key before, or of their section.
            shared = " ".join(comment.told) or (shared if same or path[:-1] else "")
            default = line.partition(":")[2].strip()
            yield Setting(tuple(path), default, shared, tuple(comment.example))
            comment = _Comment([], [])


def _value(whole: Mapping[str, object], path: tuple[str, ...]) -> object:
    value: object = whole
    for name in path:
        value = value[name] if isinstance(value, Mapping) else None
    return value


def _cell(text: str) -> str:
    return text.replace("|", "\\|") or '""'


def _text(text: str) -> str:
    return _cell(text.replace("<", "&lt;"))
