"""A file that only a passphrase opens, written and read in pieces.

The key comes from the passphrase by scrypt (RFC 7914). The pieces are AES-256-GCM, each with the
nonce of the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015): a random prefix, the
piece's number, and whether it is the last. So pieces can be neither changed, moved, left out nor
cut off unnoticed, and a copy of a gigabyte needs a few megabytes of memory.
"""

from __future__ import annotations

import io
import secrets
import struct
from typing import IO, TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from assistant.core.errors import DataError

if TYPE_CHECKING:
    from typing_extensions import Buffer

MAGIC = b"NLBACKUP1\n"
PIECE = 1 << 20
"Bytes of plain text in a piece."
SALT, PREFIX, TAG = 16, 7, 16
"Bytes. The nonce is the prefix, four bytes of number and one that says whether it is the last."
COST = 1 << 15
"scrypt's N with r=8, p=1: 32 MB and about 0.1 s for each guess."
LEAST = 12
"Characters of a passphrase."
WRONG = "this passphrase does not open it, or the file was damaged or changed"


def is_sealed(file: IO[bytes]) -> bool:
    """Whether a file was written here; reads its first bytes."""
    return file.read(len(MAGIC)) == MAGIC


class SealedWriter(io.RawIOBase):
    """Writes pieces into `file` as they fill up; closing writes the last one.

    Raises `DataError` for a passphrase under `LEAST` characters.
    """

    def __init__(self, file: IO[bytes], passphrase: str) -> None:
        if len(passphrase) < LEAST:
            raise DataError(
                f"The passphrase has {len(passphrase)} characters; take at least {LEAST}, "
                "for example four words that have nothing to do with each other."
            )
        salt, self._prefix = secrets.token_bytes(SALT), secrets.token_bytes(PREFIX)
        self._file, self._cipher = file, AESGCM(_key(passphrase, salt))
        self._kept, self._number = bytearray(), 0
        self._head = MAGIC + salt + self._prefix
        file.write(self._head)

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, data: Buffer) -> int:
        """Take any number of bytes."""
        view = memoryview(data)
        self._kept += view
        while len(self._kept) > PIECE:
            self._piece(bytes(self._kept[:PIECE]), last=False)
            del self._kept[:PIECE]
        return view.nbytes

    def close(self) -> None:
        """Write what is left; without it the file cannot be opened."""
        if not self.closed:
            self._piece(bytes(self._kept), last=True)
        super().close()

    def _piece(self, plain: bytes, *, last: bool) -> None:
        nonce = _nonce(self._prefix, self._number, last=last)
        self._file.write(self._cipher.encrypt(nonce, plain, self._head))
        self._number += 1


def unseal(file: IO[bytes], into: IO[bytes], passphrase: str) -> None:
    """Write what a sealed file holds.

    Raises `DataError` if it cannot be opened; what `into` has by then is no copy of anything.
    """
    head = file.read(len(MAGIC) + SALT + PREFIX)
    salt, prefix = head[len(MAGIC) : -PREFIX], head[-PREFIX:]
    if len(salt) != SALT:
        raise DataError(f"The copy cannot be read: {WRONG}.")
    cipher, number = AESGCM(_key(passphrase, salt)), 0
    piece = file.read(PIECE + TAG)
    while True:
        after = file.read(PIECE + TAG)
        nonce = _nonce(prefix, number, last=not after)
        try:
            into.write(cipher.decrypt(nonce, piece, head))
        except InvalidTag:
            raise DataError(f"The copy cannot be read: {WRONG}.") from None
        if not after:
            return
        piece, number = after, number + 1


def _key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=COST, r=8, p=1).derive(passphrase.encode())


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + struct.pack(">IB", number, last)
