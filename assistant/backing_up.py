"""Copies of a house: made every night and when asked, opened, and removed when they are old."""

from __future__ import annotations

import logging
import multiprocessing
import os
import shutil
import signal
import tempfile
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.alarm_clock import Look
from assistant.backups import archive
from assistant.backups.sealing import SealedWriter, is_sealed, unseal
from assistant.backups.snapshot import checked, snapshot
from assistant.core.errors import AssistantError, ConfigError, DatabaseError, DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.app import House
    from assistant.backups.archive import Manifest
    from assistant.config import Config

log = logging.getLogger(__name__)

NAME = "neighbour-line.db"
FOLDER = "backups"
LOOK_EVERY_S = 300
COPY = "neighbour-line-%Y%m%d-%H%M.backup"
"Name of a copy; tells when it was made, by the site's own clock."
HALF = ".copy-"
"How the folder of a copy begins that is being made."
ABANDONED = timedelta(hours=12)
"Longer than any copy takes, shorter than from one night to the next."


def copy_to(file: Path, database: Path, folder: Path, passphrase: str) -> Manifest:
    """Write a copy; `file` is there only once it is whole. Raises `DatabaseError`, `DataError`."""
    with _bench_beside(file) as bench:
        return _written(bench, file, database, folder, passphrase)


def copy_apart(file: Path, database: Path, folder: Path, passphrase: str) -> Manifest:
    """`copy_to` in a process of its own that lets every other go first: a call may be on.

    Raises as that does, and `DatabaseError` when the process is ended from outside; what it has
    written by then is removed here.
    """
    own = multiprocessing.get_context("spawn")
    try:
        with (
            _bench_beside(file) as bench,
            ProcessPoolExecutor(1, mp_context=own, initializer=_let_others_first) as process,
        ):
            return process.submit(_written, bench, file, database, folder, passphrase).result()
    except BrokenProcessPool as error:
        raise DatabaseError(
            "the process that makes the copy was ended, with the service or for want of memory"
        ) from error


@contextmanager
def _bench_beside(file: Path) -> Iterator[Path]:
    """A folder for what is not whole yet; those that a loss of power left behind are removed."""
    file.parent.mkdir(parents=True, exist_ok=True)
    before = (datetime.now(UTC) - ABANDONED).timestamp()
    for left in file.parent.glob(f"{HALF}*"):
        with suppress(FileNotFoundError):
            if left.stat().st_mtime < before:
                shutil.rmtree(left)
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=HALF) as bench:
        yield Path(bench)


def _written(bench: Path, file: Path, database: Path, folder: Path, passphrase: str) -> Manifest:
    frozen = bench / archive.DATABASE
    schema = snapshot(database, frozen)
    files = {archive.DATABASE: frozen, **_beside(folder, with_keys=bool(passphrase))}
    manifest = archive.Manifest(
        made=datetime.now().astimezone().isoformat(timespec="seconds"),
        schema=schema,
        digests={name: archive.digest_of(path) for name, path in files.items()},
        with_keys=bool(passphrase),
    )
    fresh = bench / "copy"
    with fresh.open("wb") as target:
        fresh.chmod(0o600)
        if not passphrase:
            archive.pack(target, files, manifest)
        else:
            with SealedWriter(target, passphrase) as sealed:
                archive.pack(sealed, files, manifest)  # type: ignore[arg-type]  # a raw stream is all zipfile needs
        target.flush()
        os.fsync(target.fileno())
    fresh.replace(file)
    return manifest


def _let_others_first() -> None:
    """Begin the process of a copy: last of all, ended by any signal, and with its service."""
    if hasattr(os, "nice"):
        os.nice(19)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A process that waits for work from one that was killed would wait for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def open_copy(file: Path, into: Path, passphrase: str) -> Manifest:
    """Unpack a copy and check it. Raises `DataError` and `DatabaseError`."""
    source = file
    with file.open("rb") as packed:
        if is_sealed(packed):
            if not passphrase:
                raise DataError(f"{file} is sealed; give its passphrase with --passphrase-file.")
            packed.seek(0)
            source = into / "opened"
            with source.open("wb") as plain:
                source.chmod(0o600)
                unseal(packed, plain, passphrase)
    manifest = archive.unpack(source, into)
    if source != file:
        source.unlink()
    if checked(into / archive.DATABASE) != manifest.schema:
        raise DataError("The copy's database is not the one its list names; it was changed.")
    return manifest


def database_file(config: Config, folder: Path) -> Path:
    """The SQLite file of the site. Raises `ConfigError` where it has none."""
    url = config.database.url
    if url and not url.startswith("sqlite:///"):
        raise ConfigError(
            "database.url names a server; copy it with its own program (pg_dump), "
            "and the data folder's keys and voices with your usual one."
        )
    return Path(url.removeprefix("sqlite:///")) if url else folder / NAME


def _beside(folder: Path, *, with_keys: bool) -> dict[str, Path]:
    """What stands beside the database and cannot be made anew."""
    return {
        path.relative_to(folder).as_posix(): path
        for name in archive.FOLDERS
        if with_keys or name != archive.KEYS
        for path in sorted((folder / name).rglob("*"))
        if path.is_file()
    }


class Copies:
    """The copies of every night, and when the next one is due."""

    def __init__(self, house: House) -> None:
        self._house = house
        settings = house.config.backups
        self._folder = Path(settings.folder) if settings.folder else house.data / FOLDER
        self._keep = timedelta(days=settings.keep_days)
        self._at = time.fromisoformat(settings.at or "00:00")

    def last(self) -> datetime | None:
        """When the newest copy was made; `None` where there is none."""
        return max((made for made, _ in self._listed()), default=None)

    def due(self, now: datetime) -> bool:
        """Whether the hour has passed since the newest copy: a machine that slept catches up."""
        hour = datetime.combine(now.date(), self._at, now.tzinfo)
        if hour > now:
            hour -= timedelta(days=1)
        last = self.last()
        return last is None or last < hour

    def make(self, now: datetime) -> Path:
        """Make a copy, then remove the old ones; never the other way round."""
        house = self._house
        file = self._folder / now.strftime(COPY)
        database = database_file(house.config, house.data)
        copy_apart(file, database, house.data, house.config.backups.passphrase)
        for made, path in self._listed():
            if made < now - self._keep:
                path.unlink(missing_ok=True)
        return file

    def look(self) -> None:
        """Make a copy if one is due; what fails is logged and tried again at the next look."""
        now = self._house.clock.now()
        try:
            if self.due(now):
                self.make(now)
        except (AssistantError, OSError) as error:
            log.error("no copy could be made: %s", error)  # noqa: TRY400 - the sentence says it

    def _listed(self) -> list[tuple[datetime, Path]]:
        found, zone = [], self._house.clock.now().tzinfo
        for path in self._folder.glob("*.backup") if self._folder.is_dir() else ():
            try:
                found.append((datetime.strptime(path.name, COPY).replace(tzinfo=zone), path))
            except ValueError:  # somebody else's file
                continue
        return found


def look_for(house: House) -> Look | None:
    """Every night's copy of a service; `None` where no hour is set or a server copies."""
    url = house.config.database.url
    if not house.config.backups.at or (url and not url.startswith("sqlite:///")):
        return None
    return Look("copies", LOOK_EVERY_S, Copies(house).look)
