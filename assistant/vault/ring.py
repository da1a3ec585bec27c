"""The keys of the vault as text and as bytes. Pure.

The text is words `index:KEY` and `seal:KEY`, parted by white space; a key is 32 bytes in URL-safe
base64 without padding. There is one index key; of the sealing keys the last one writes, the others
still open what they once closed.
"""

from __future__ import annotations

import binascii
import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.core.errors import VaultError

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS = ("index", "seal")
SIZE = 32
"Bytes of a key: AES-256, and the block HMAC-SHA-256 asks for at least (RFC 2104)."
ID_LENGTH = 12
"Hexadecimal digits of a key's name; names are never secret."


@dataclass(frozen=True, slots=True)
class KeyRing:
    """One index key and one or more sealing keys."""

    index: bytes = field(repr=False)
    seals: Mapping[str, bytes] = field(repr=False)
    "By name, the oldest first."

    @property
    def writing(self) -> str:
        """The name of the key that closes what is written now."""
        return tuple(self.seals)[-1]

    @property
    def names(self) -> dict[str, str]:
        """Every key's name, and what it is for: `seal` or `index`."""
        return {**dict.fromkeys(self.seals, "seal"), name_of(self.index): "index"}


def name_of(key: bytes) -> str:
    """A key's name: made from it one way, so it is known again without being written down."""
    return hmac.new(key, b"neighbour-line key name", hashlib.sha256).hexdigest()[:ID_LENGTH]


def written(kind: str, key: bytes) -> str:
    """A key as it stands in the text."""
    return f"{kind}:{urlsafe_b64encode(key).decode().rstrip('=')}"


def read_ring(text: str, where: str) -> KeyRing:
    """The keys in a text; `where` names it in messages, which never show the text.

    Raises `VaultError` for what is no key, and where one of the two kinds is missing.
    """
    words = [read_word(word, where) for word in text.split()]
    index = [key for kind, key in words if kind == "index"]
    seals = {name_of(key): key for kind, key in words if kind == "seal"}
    if len(index) != 1 or not seals:
        raise VaultError(
            f"{where}: one index key and at least one sealing key are needed; restore the copy of "
            "the keys that was made with the backups."
        )
    return KeyRing(index[0], seals)


def read_word(word: str, where: str) -> tuple[str, bytes]:
    """One key and what it is for. Raises `VaultError`."""
    kind, _, encoded = word.partition(":")
    if kind not in KINDS:
        raise VaultError(f"{where}: it holds a word that is no key; write index:… and seal:…")
    try:
        key = urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != SIZE:
        raise VaultError(
            f"{where}: a key in it is not {SIZE} bytes in base64; it was cut or changed, restore "
            "the copy of the keys."
        )
    return kind, key
