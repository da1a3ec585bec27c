"""Unpacking an archive nobody has to trust: nothing leaves its folder, nothing is endless."""

from __future__ import annotations

import shutil
import tarfile
import zipfile
import zlib
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING

from assistant.core.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_BYTES = 4 << 30
"Largest model taken in: the biggest published ones have 3 GB."
MAX_FILES = 5000
_CHUNK = 1 << 20
_SYMLINK = 0o120000
_TYPE = 0o170000

Member = tuple[str, "Callable[[], IO[bytes] | None]"]


def unpack(source: Path, target: Path, *, max_bytes: int = MAX_BYTES) -> None:
    """Unpack a .zip or .tar(.gz, .bz2, .xz) into the folder `target`, which is made.

    Raises `ModelError` for a damaged archive, a name that leads out of the folder, a link, and for
    more than `max_bytes` or `MAX_FILES`.
    """
    try:
        with _members(source) as members:
            left = max_bytes
            for number, (name, opened) in enumerate(members):
                place = target / _inside(source, name)
                if number >= MAX_FILES:
                    raise ModelError(f"{source}: more than {MAX_FILES} files; this is no model")
                left -= _write(source, opened, place, left)
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, NotImplementedError) as bad:
        raise ModelError(f"{source}: the archive is damaged ({bad}); fetch it again") from bad


def copy_tree(source: Path, target: Path, *, max_bytes: int = MAX_BYTES) -> None:
    """Copy a folder, following no links out of it; raises `ModelError` above `max_bytes`."""
    files = [path for path in sorted(source.rglob("*")) if path.is_file() and not _hidden(path)]
    inside = source.resolve()
    if any(not path.resolve().is_relative_to(inside) for path in files):
        raise ModelError(f"{source}: holds a link to somewhere else; give a folder of plain files")
    if len(files) > MAX_FILES or sum(path.stat().st_size for path in files) > max_bytes:
        raise ModelError(f"{source}: too large for a model; give the model's own folder")
    for path in files:
        place = target / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)


def _hidden(path: Path) -> bool:
    return path.name.startswith(".")


def _inside(source: Path, name: str) -> Path:
    pure = PurePosixPath(name.replace("\\", "/"))
    if pure.is_absolute() or ".." in pure.parts or ":" in name or "\0" in name or not pure.parts:
        raise ModelError(f"{source}: holds a name that leads out of its folder; do not use it")
    return Path(*pure.parts)


def _write(source: Path, opened: Callable[[], IO[bytes] | None], place: Path, left: int) -> int:
    """Write one file; returns its size. The archive's own figures are not believed."""
    stream = opened()
    if stream is None:
        raise ModelError(f"{source}: holds a link or a device; do not use it")
    place.parent.mkdir(parents=True, exist_ok=True)
    done = 0
    with stream, place.open("wb") as file:
        while chunk := stream.read(_CHUNK):
            done += len(chunk)
            if done > left:
                raise ModelError(f"{source}: unpacks to more than a model can have; do not use it")
            file.write(chunk)
    return done


@contextmanager
def _members(source: Path) -> Iterator[Iterator[Member]]:
    if zipfile.is_zipfile(source):
        with zipfile.ZipFile(source) as archive:
            yield _zip_members(archive)
    elif source.is_file() and tarfile.is_tarfile(source):
        with tarfile.open(source) as tar:
            yield _tar_members(tar)
    else:
        raise ModelError(
            f"{source}: neither a folder nor a .zip or .tar archive; give one of these"
        )


def _zip_members(archive: zipfile.ZipFile) -> Iterator[Member]:
    for info in archive.infolist():
        if not info.is_dir():
            link = (info.external_attr >> 16) & _TYPE == _SYMLINK
            yield info.filename, _refuse if link else partial(archive.open, info)


def _tar_members(tar: tarfile.TarFile) -> Iterator[Member]:
    for info in tar:
        if not info.isdir():
            yield info.name, partial(tar.extractfile, info) if info.isreg() else _refuse


def _refuse() -> None:
    """In place of a link or a device: nothing to read."""
