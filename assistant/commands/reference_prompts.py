"""Every prompt of `voices/`: when it is said, what it is told, how it differs by channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from string import Formatter
from typing import Final

from assistant.core.errors import DataError
from assistant.dialogue.prompts import Prompt
from assistant.library import load_spoken, read_yaml

LANGUAGES: Final = ("en", "zh")
"Of which the first is shown; their keys and slots are the same, or the line does not start."
CATALOGUE: Final = Path(__file__).with_name("when_said.yaml")


@dataclass(frozen=True, slots=True)
class Line:
    """One prompt as the page shows it."""

    key: str
    when: str
    slots: tuple[str, ...]
    prompt: Prompt

    @property
    def forms(self) -> str:
        """Whether a text has words of its own, and in how many other words a repeat may come."""
        forms = ["spoken"] if self.prompt.spoken == self.prompt.sms else ["spoken, text"]
        if self.prompt.variants:
            forms.append(f"{len(self.prompt.variants)} in other words")
        return ", ".join(forms)


def lines(root: Path) -> list[Line]:
    """The prompts of `root` in the order of their file. Raises `DataError` for an untold one."""
    prompts = load_spoken(root, LANGUAGES).prompts[LANGUAGES[0]]
    told = when_said()
    return [Line(key, _when(key, told), slots(one), one) for key, one in prompts.items()]


def when_said(file: Path = CATALOGUE) -> dict[str, str]:
    """What the catalogue tells, by key or by pattern with `*`."""
    return {str(key): str(text) for key, text in read_yaml(file).items()}


def slots(prompt: Prompt) -> tuple[str, ...]:
    """What is put into any of its forms, in the order of first use."""
    forms = (prompt.spoken, prompt.sms, *prompt.variants)
    found = (name for form in forms for _, name, _, _ in Formatter().parse(form) if name)
    return tuple(dict.fromkeys(found))


def matching(key: str, told: Mapping[str, str]) -> str | None:
    """The entry that tells of `key`: its own, else the longest pattern that fits."""
    if key in told:
        return key
    fitting = [one for one in told if "*" in one and fnmatchcase(key, one)]
    return max(fitting, key=len, default=None)


def document(root: Path) -> str:
    """The page: a row a prompt."""
    told = lines(root)
    page = [
        "# Prompts",
        "",
        "Made by `python3 run.py reference prompts` from `voices/` and the catalogue",
        f"`assistant/commands/when_said.yaml`: all {len(told)} sentences of the line, the same",
        "keys in every language. What stands in braces is put into words for the channel:",
        "telephone numbers digit by digit, times as people say them. To change the words, edit",
        "`voices/<language>/prompts.yaml`; to record them, [`voices.md`](voices.md).",
        "",
        "| prompt | said | put in | forms | in English |",
        "| --- | --- | --- | --- | --- |",
    ]
    for one in told:
        filled = ", ".join(f"`{name}`" for name in one.slots)
        words = one.prompt.spoken.replace("|", "\\|").replace("<", "&lt;")
        page.append(f"| `{one.key}` | {one.when} | {filled} | {one.forms} | {words} |")
    return "\n".join(page) + "\n"


def _when(key: str, told: Mapping[str, str]) -> str:
    entry = matching(key, told)
    if entry is None:
        raise DataError(f"{CATALOGUE}:1: says nothing of the prompt {key!r}; add when it is said")
    return told[entry]
