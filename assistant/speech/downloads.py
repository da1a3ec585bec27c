"""Fetching a large file: progress, resume after a cut, checksum. The file appears whole or not."""

from __future__ import annotations

import hashlib
import http.client
import logging
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from assistant.core.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

log = logging.getLogger(__name__)

CHUNK = 1 << 16
ATTEMPTS = 5
"Connections in a row that may be cut; one that brought something does not count."
PAUSE_S = 0.5
"Wait after a cut, longer each time."


class Readable(Protocol):
    """What a response and a file have in common."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes; empty at the end."""
        ...


@dataclass(frozen=True, slots=True)
class Remote:
    """A file to fetch."""

    url: str
    "http or https."
    size: int
    "Bytes; 0 when not known."
    sha256: str
    "Hexadecimal; empty when not known."


def fetch(
    remote: Remote,
    target: Path,
    progress: Callable[[str, int, int], None],
    *,
    timeout_s: float = 30.0,
    pause_s: float = PAUSE_S,
) -> None:
    """Fetch `remote` into `target`, resuming the `.part` file an earlier try left beside it.

    `progress` is told what is being done, how many bytes of it are, and how many there will be (0:
    not known). Raises `ModelError` when it cannot be had or is not the expected file; what was
    fetched of the right file is kept for the next try.
    """
    if urllib.parse.urlsplit(remote.url).scheme not in {"http", "https"}:
        raise ModelError(f"{remote.url}: not an http address; correct the models' base address")
    part = target.with_name(target.name + ".part")
    _fetch_part(remote, part, progress, timeout_s, pause_s)
    progress("checking", 0, remote.size)
    if remote.sha256 and sha256(part) != remote.sha256.lower():
        part.unlink()
        raise ModelError(
            f"{remote.url}: not the expected file (its SHA-256 is wrong), so it was thrown away; "
            "try again, or install from a file with --from"
        )
    part.replace(target)


def sha256(path: Path) -> str:
    """The file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fetch_part(
    remote: Remote,
    part: Path,
    progress: Callable[[str, int, int], None],
    timeout_s: float,
    pause_s: float,
) -> None:
    failures, problem = 0, ""
    while failures < ATTEMPTS:
        have = part.stat().st_size if part.exists() else 0
        if have > remote.size > 0:
            part.unlink()
            have = 0
        if have and have == remote.size:
            return
        try:
            if _connect(remote, part, have, progress, timeout_s):
                return
            problem = "the connection was cut"
        except urllib.error.HTTPError as error:
            problem = _refused(remote, error, part)
        except (OSError, http.client.HTTPException) as error:
            problem = str(getattr(error, "reason", error)) or type(error).__name__
        grown = part.exists() and part.stat().st_size > have
        failures = 1 if grown else failures + 1
        time.sleep(pause_s * failures)
    raise ModelError(
        f"{remote.url}: cannot be fetched ({problem}); check the network and try again, "
        "what is already here is kept"
    )


def _refused(remote: Remote, error: urllib.error.HTTPError, part: Path) -> str:
    """What an HTTP error means for the next try; a range that does not fit starts afresh."""
    error.close()
    if error.code == http.client.REQUESTED_RANGE_NOT_SATISFIABLE:
        part.unlink(missing_ok=True)
    elif error.code < http.client.INTERNAL_SERVER_ERROR:
        raise ModelError(
            f"{remote.url}: the server answers {error.code} {error.reason}; "
            "check the address, or install from a file with --from"
        ) from error
    return f"the server answers {error.code}"


def _connect(
    remote: Remote,
    part: Path,
    have: int,
    progress: Callable[[str, int, int], None],
    timeout_s: float,
) -> bool:
    """One connection's worth; whether the file is complete now."""
    headers = {"User-Agent": "neighbour-line"} | ({"Range": f"bytes={have}-"} if have else {})
    request = urllib.request.Request(remote.url, headers=headers)  # noqa: S310 - checked by `fetch`
    with urllib.request.urlopen(request, timeout=timeout_s) as response:  # noqa: S310 - as above
        resumed = response.status == http.client.PARTIAL_CONTENT
        have = have if resumed else 0
        length = int(response.headers.get("Content-Length") or 0)
        total = have + length if length else remote.size
        if remote.size and total != remote.size:
            raise ModelError(
                f"{remote.url}: {total} bytes instead of {remote.size}; "
                "the file there is another one, install from a file with --from"
            )
        with part.open("ab" if resumed else "wb") as file:
            have += _copy(
                response, file.write, lambda done: progress("fetching", done, total), have
            )
    return have == total if total else True


def _copy(
    source: Readable,
    write: Callable[[bytes], object],
    report: Callable[[int], None],
    before: int,
) -> int:
    done = 0
    while chunk := source.read(CHUNK):
        write(chunk)
        done += len(chunk)
        report(before + done)
    return done
