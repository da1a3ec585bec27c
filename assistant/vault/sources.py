"""Where the keys come from: a file, the text of a setting, or the output of a command."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from assistant.core.errors import VaultError
from assistant.vault.ring import KINDS, SIZE, KeyRing, name_of, read_ring, read_word, written

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FILE = "vault.keys"
COMMAND_S = 30.0
"Seconds a command may take to give the keys; a hardware token may ask for a touch."


class KeySource(Protocol):
    """Gives the keys, and says where they are to be looked for."""

    @property
    def where(self) -> str:
        """What to name in messages."""
        ...

    def read(self) -> KeyRing | None:
        """The keys, or `None` where there are none yet. Raises `VaultError`."""
        ...

    def make(self) -> KeyRing:
        """New keys, kept from now on. Raises `VaultError` where that is the operator's to do."""
        ...


class WithoutKeys:
    """Opens a database whose sealed values are not to be read, such as a copy to be checked."""

    where = "no keys"

    def read(self) -> None:
        """There are none."""

    def make(self) -> KeyRing:
        """Never."""
        raise VaultError("The database was opened without its keys.")


class KeyFile:
    """A file beside the database, readable by its owner only; made at the first start."""

    def __init__(self, path: Path) -> None:
        self.path, self.where = path, str(path)

    def read(self) -> KeyRing | None:
        """The keys of the file, or `None` where there is no file.

        Raises `VaultError` when others may read it, too.
        """
        try:
            if os.name == "posix" and self.path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise VaultError(
                    f"{self.where}: others on this machine can read the keys; "
                    f"say chmod 600 {self.where} and start again."
                )
            return read_ring(self.path.read_text(encoding="ascii"), self.where)
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise VaultError(
                f"{self.where}: the keys cannot be read ({type(error).__name__}); make the file "
                "readable, or restore the copy of the keys."
            ) from error

    def make(self) -> KeyRing:
        """New keys; of two first starts at once both have those of one."""
        words = (written(kind, secrets.token_bytes(SIZE)) for kind in KINDS)
        self._write("\n".join(words), replace=False)
        ring = self.read()
        if ring is None:
            raise VaultError(f"{self.where}: the keys were made and are gone; look at the disk.")
        return ring

    def add(self) -> KeyRing:
        """One more sealing key, which writes from now on. Raises `VaultError`."""
        return self._rewrite([*self._words(), written("seal", secrets.token_bytes(SIZE))])

    def drop(self, names: Sequence[str]) -> KeyRing:
        """Take sealing keys out for good. Raises `VaultError` when none would be left."""
        kept = [word for word in self._words() if not self._is_one_of(word, names)]
        read_ring("\n".join(kept), self.where)
        return self._rewrite(kept)

    def _words(self) -> list[str]:
        if self.read() is None:
            raise VaultError(f"{self.where}: there are no keys yet; start the service once.")
        return self.path.read_text(encoding="ascii").split()

    def _is_one_of(self, word: str, names: Sequence[str]) -> bool:
        kind, key = read_word(word, self.where)
        return kind == "seal" and name_of(key) in names

    def _rewrite(self, words: Sequence[str]) -> KeyRing:
        self._write("\n".join(words), replace=True)
        return read_ring("\n".join(words), self.where)

    def _write(self, text: str, *, replace: bool) -> None:
        """Written beside, then put in place: nobody reads half a key."""
        fresh = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as stream:
                stream.write(text + "\n")
                stream.flush()
                os.fsync(stream.fileno())
            if replace:
                fresh.replace(self.path)
                return
            with contextlib.suppress(FileExistsError):
                os.link(fresh, self.path)
            fresh.unlink()
        except OSError as error:
            raise VaultError(
                f"{self.where}: the keys cannot be written ({error.strerror}); make the folder "
                "writable."
            ) from error


@dataclass(frozen=True, slots=True)
class GivenKeys:
    """The text of a setting, which the environment brings."""

    text: str
    where: str = "privacy.keys"

    def read(self) -> KeyRing:
        """The keys of the text."""
        return read_ring(self.text, self.where)

    def make(self) -> KeyRing:
        """Never: whoever gives the keys keeps them."""
        raise VaultError(f"{self.where}: it holds no keys; run.py keys new prints a pair.")


@dataclass(frozen=True, slots=True)
class KeysOfCommand:
    """What a program writes to its standard output: a secret store, a hardware token."""

    command: tuple[str, ...]
    where: str = "privacy.keys_command"

    def read(self) -> KeyRing:
        """The keys it gives. Raises `VaultError` when it fails or takes over `COMMAND_S`."""
        try:
            done = subprocess.run(
                self.command, capture_output=True, timeout=COMMAND_S, check=True, text=True
            )
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            raise VaultError(
                f"{self.where}: {self.command[0]} gave no keys ({type(error).__name__}); try the "
                "command by hand."
            ) from None
        return read_ring(done.stdout, self.where)

    def make(self) -> KeyRing:
        """Never: the command's own store keeps the keys."""
        raise VaultError(f"{self.where}: it gave no keys; run.py keys new prints a pair.")


def key_source(text: str, command: Sequence[str], folder: Path) -> KeySource:
    """Where the settings say the keys are; the file in `folder` where they say nothing."""
    if text:
        return GivenKeys(text)
    if command:
        return KeysOfCommand(tuple(command))
    return KeyFile(folder / FILE)


def fresh_text() -> str:
    """A new pair of keys as text, for a setting or a secret store."""
    return " ".join(written(kind, secrets.token_bytes(SIZE)) for kind in KINDS)
