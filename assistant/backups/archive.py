"""One file that holds the database, recordings and keys, with a list that says what it holds."""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING

from assistant.core.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

MANIFEST = "manifest.json"
DATABASE = "database.sqlite"
FORMAT = 1
BLOCK = 1 << 20
KEYS, VOICES = "keys", "voices"
FOLDERS = (KEYS, VOICES)
"Of the data folder, what a copy may hold beside the database."


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a copy holds."""

    made: str
    "ISO, with its zone."
    schema: str
    "Newest migration of the database."
    digests: Mapping[str, str]
    "SHA-256 of each file, by its name in the copy."
    with_keys: bool
    format: int = FORMAT


def pack(into: IO[bytes], files: Mapping[str, Path], manifest: Manifest) -> None:
    """Write a copy of these files; `files` maps names in the copy to where they lie."""
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        plain = json.dumps({**asdict(manifest), "digests": dict(manifest.digests)}, indent=1)
        archive.writestr(MANIFEST, plain)
        for name, path in files.items():
            archive.write(path, name)


def unpack(source: Path, folder: Path) -> Manifest:
    """Write the files of a copy into `folder` and check each against the list.

    Raises `DataError` for a file that is no copy, was damaged, or was made by a newer version.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = _manifest(archive)
            for name, digest in manifest.digests.items():
                _extract(archive, name, folder, digest)
    except (zipfile.BadZipFile, KeyError, EOFError, OSError) as error:
        raise DataError(
            f"{source.name} is no whole copy of this program ({type(error).__name__}); "
            "take another one."
        ) from error
    return manifest


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    try:
        manifest = Manifest(**json.loads(archive.read(MANIFEST)))
    except (ValueError, TypeError) as error:
        raise DataError("The copy's list cannot be read; take another copy.") from error
    if manifest.format != FORMAT:
        raise DataError("A newer version of this program made the copy; restore it with that one.")
    if DATABASE not in manifest.digests:
        raise DataError("The copy holds no database; take another one.")
    for name in manifest.digests:
        parts = PurePosixPath(name).parts
        known = name == DATABASE or (len(parts) > 1 and parts[0] in FOLDERS)
        if not known or ".." in parts:
            raise DataError(f"The copy holds {name!r}, which is none of ours; it was changed.")
    return manifest


def _extract(archive: zipfile.ZipFile, name: str, folder: Path, digest: str) -> None:
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    found = hashlib.sha256()
    with archive.open(name) as packed, target.open("wb") as file:
        target.chmod(0o600)
        while block := packed.read(BLOCK):
            found.update(block)
            file.write(block)
    if found.hexdigest() != digest:
        raise DataError(f"{name} in the copy is damaged; take another copy.")
