"""Files somebody has uploaded and looks at before they are taken: kept apart, small, for a while.

Nothing here is opened by its own name or run; a ZIP is unpacked with its size watched.
"""

from __future__ import annotations

import lzma
import re
import secrets
import shutil
import tempfile
import threading
import weakref
import zipfile
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from werkzeug.datastructures import FileStorage

MB: Final = 1024 * 1024
MOST_BYTES: Final = 20 * MB
"Of one upload: a city's directory as workbook has 5 MB."
MOST_UNPACKED: Final = 200 * MB
MOST_FILES: Final = 60
"HSDS has some thirty tables."
LASTS: Final = timedelta(minutes=30)
KINDS: Final = frozenset({".csv", ".xlsx", ".json"})
_ODD: Final = re.compile(r"[^\w.-]+")
_CHUNK: Final = 64 * 1024
BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
    EOFError,
)
"What a damaged archive raises: its directory, its packed bytes, a way of packing nobody knows."


class UploadError(Exception):
    """Files that are not taken; `key` names the sentence that says why."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True)
class Upload:
    """What one person has uploaded."""

    id: str
    owner: str
    at: datetime
    folder: Path

    def files(self) -> tuple[Path, ...]:
        """Its files, in the order of their names."""
        return tuple(sorted(self.folder.iterdir()))


class Uploads:
    """Holds one upload a person until the program ends; used from web threads."""

    def __init__(self) -> None:
        self._root = Path(tempfile.mkdtemp(prefix="desk-uploads-"))
        weakref.finalize(self, shutil.rmtree, self._root, ignore_errors=True)
        self._kept: dict[str, Upload] = {}
        self._guard = threading.Lock()

    def keep(self, files: Sequence[FileStorage], owner: str, now: datetime) -> Upload:
        """Put files by for their owner; an earlier upload of theirs is gone.

        Raises `UploadError`: none, too many, too large, of another kind, or a broken ZIP.
        """
        folder = Path(tempfile.mkdtemp(dir=self._root))
        try:
            for file in files:
                if file.filename:
                    _store(file.stream, file.filename, folder)
            _check_not_empty(folder)
        except BaseException:
            _remove(folder)
            raise
        upload = Upload(secrets.token_urlsafe(16), owner, now, folder)
        with self._guard:
            self._forget(owner, now)
            self._kept[upload.id] = upload
        return upload

    def find(self, identity: str, owner: str, now: datetime) -> Upload | None:
        """The upload of that name, if it is this person's and not too old."""
        with self._guard:
            found = self._kept.get(identity)
        if found is None or found.owner != owner or now - found.at > LASTS:
            return None
        return found

    def drop(self, upload: Upload) -> None:
        """Remove it."""
        with self._guard:
            self._kept.pop(upload.id, None)
        _remove(upload.folder)

    def _forget(self, owner: str, now: datetime) -> None:
        gone = [one for one in self._kept.values() if one.owner == owner or now - one.at > LASTS]
        for one in gone:
            del self._kept[one.id]
            _remove(one.folder)


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def _check_not_empty(place: Path) -> None:
    if not any(place.iterdir()):
        raise UploadError("import.no_file")


def _store(stream: IO[bytes], name: str, place: Path) -> None:
    """Write one file, or those of a ZIP, into the folder."""
    if Path(name).suffix.lower() == ".zip":
        _unpack(stream, place)
        return
    _write(stream, _free(name, place), MOST_BYTES)


def _free(name: str, place: Path) -> Path:
    """Where a file of this name is kept. Raises `UploadError`."""
    plain = _ODD.sub("_", Path(name.replace("\\", "/")).name).lstrip(".")[-80:]
    if Path(plain).suffix.lower() not in KINDS:
        raise UploadError("import.kind")
    path = place / plain
    if path.exists():
        raise UploadError("import.twice")
    if sum(1 for _ in place.iterdir()) >= MOST_FILES:
        raise UploadError("import.many")
    return path


def _unpack(stream: IO[bytes], place: Path) -> None:
    """The tables in a ZIP, wherever in it they lie. Other files in it are left alone."""
    left = MOST_UNPACKED
    try:
        with zipfile.ZipFile(stream) as archive:
            for part in archive.infolist():
                if part.is_dir() or Path(part.filename).suffix.lower() not in KINDS:
                    continue
                with archive.open(part) as file:
                    left -= _write(file, _free(part.filename, place), left)
    except BROKEN as error:
        raise UploadError("import.zip") from error


def _write(stream: IO[bytes], path: Path, most: int) -> int:
    """Copy a file; how many bytes. Raises `UploadError` beyond `most`."""
    written = 0
    with path.open("wb") as target:
        while chunk := stream.read(_CHUNK):
            written += len(chunk)
            if written > most:
                raise UploadError("import.large")
            target.write(chunk)
    return written
