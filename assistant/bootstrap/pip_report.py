"""Read what pip writes: how far it is, and why it stopped. Standard library only."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

UNREACHABLE = (
    r"NewConnectionError|NameResolutionError|ProxyError|ConnectTimeout|ReadTimeout|IncompleteRead"
    r"|Connection (?:refused|reset|aborted|broken)|Network is unreachable|Read timed out"
    r"|Temporary failure in name resolution|incomplete-download"
)

# Sign in the output, and what to say then; the first that fits counts.
REASONS = (
    (
        r"DO NOT MATCH THE HASHES[\s\S]*?\n\s+(?P<what>\S+) from ",
        "a downloaded package ({what}) is not the one that the lock names and was not installed;"
        " run it again, and if it stays so, check the package index or proxy that pip is set to",
    ),
    (
        r"No space left on device|Errno 28\b|Disk quota exceeded",
        "the disk is full in {root}; free 1.5 GB and run it again",
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|SSLError",
        "the package index shows a certificate that this machine does not trust; check the clock"
        " and the proxy's certificate, then run it again",
    ),
    (
        UNREACHABLE,
        "the packages could not be fetched, because the package index cannot be reached; the first"
        " start needs the internet: connect this machine and run it again",
    ),
    (
        r"No matching distribution found for (?P<what>\S+)",
        "the package index has no {what} that fits this computer and this Python; try Python 3.11,"
        " 3.12 or 3.13 on Linux x86-64, or ask whoever runs the index",
    ),
    (
        r"Permission denied|Read-only file system|Errno (?:13|30)\b",
        "it may not write in {root}; make that folder writable, or copy the program to a folder of"
        " your own, and run it again",
    ),
    (
        r"No module named '?(?P<what>pip|venv|ensurepip)",
        "this Python's {what} is broken or missing; install it again (on Debian and Ubuntu:"
        " sudo apt install python3-venv), remove the folder {root}/.venv and run it again",
    ),
)


def explain(output: str, root: Path, log: Path | None) -> str:
    """The sentence for a failure: what, where, and what to do about it.

    Args:
        output: what pip, venv or the operating system said.
        root: the folder of the program.
        log: where the full output lies, if it was kept.
    """
    details = f" (details: {log})." if log else "."
    for pattern, sentence in REASONS:
        found = re.search(pattern, output)
        if found:
            what = found.groupdict().get("what", "")
            return sentence.format(root=root, what=what) + details
    last = ([line for line in output.splitlines() if line.strip()] or ["no reason given"])[-1]
    return f"making the environment in {root} failed: {last.strip()}; run it again{details}"


@dataclass(slots=True)
class PipReport:
    """How far pip is with one lock: first every package is fetched, then all are installed."""

    packages: Path
    """The folder that packages are installed into."""
    total: int
    """Packages of the lock that fit this Python and this system."""
    fetched: int = 0
    installing: int = 0
    """Packages to be put in place; 0 while still fetching."""
    current: str = ""
    """The package being fetched."""
    _before: int = 0
    _rest: str = field(default="", repr=False)

    @classmethod
    def of_lock(cls, lock: str, packages: Path) -> PipReport:
        """Start from the text of a lock: one `name==version` a package."""
        return cls(packages, total=len(re.findall(r"^[\w.-]+==", lock, re.MULTILINE)))

    def read(self, new: str) -> None:
        """Take in more of pip's output, which may end in the middle of a line."""
        *lines, self._rest = (self._rest + new).split("\n")
        for line in lines:
            self._read_line(line.strip())

    def _read_line(self, line: str) -> None:
        if line.startswith("Ignoring "):
            self.total -= 1
        elif line.startswith(("Collecting ", "Requirement already satisfied: ")):
            self.fetched += 1
            self.current = line.removeprefix("Collecting ").split("==")[0].split(" ")[-1]
        elif line.startswith("Installing collected packages: "):
            self.installing = line.count(",") + 1
            self._before = self._count_installed()

    @property
    def installed(self) -> int:
        """Packages put in place so far; pip itself says nothing between the first and the last."""
        return min(self._count_installed() - self._before, self.installing)

    def _count_installed(self) -> int:
        return sum(1 for _ in self.packages.glob("*.dist-info/RECORD"))
