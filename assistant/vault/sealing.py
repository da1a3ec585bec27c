"""Closing and opening one value, and finding it again without opening.

A closed value is text, `1.KEY.REST`: the version, the name of the key, and in URL-safe base64 a
random nonce of 96 bits followed by AES-256-GCM's ciphertext and tag. Site, table, column, row and
key are authenticated with it, so a value opens nowhere but where it was written. A key closes far
fewer than 2^32 values, the limit of random nonces (NIST SP 800-38D, 8.3). The empty text stays
empty.

The blind index of a number is HMAC-SHA-256 under a key of its own. Numbers are few enough to be
tried one by one, therefore no plain hash would hide them (SENIOR 5).
"""

from __future__ import annotations

import binascii
import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from assistant.core.errors import TamperedError, UnknownKeyError, VaultError

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.vault.ring import KeyRing

VERSION = "1"
ALONE = "default"
"""The site of an office that shares its database with no other; bound into nothing, so that what
was written before there were sites still opens."""
NONCE = 12
"Bytes; GCM's own size."


class Vault:
    """Closes, opens and indexes. Safe from several threads."""

    def __init__(
        self,
        ring: KeyRing | None,
        again: Callable[[], KeyRing | None] = lambda: None,
        site: str = ALONE,
    ) -> None:
        """`again` reads the keys anew; without a ring everything is refused with `VaultError`."""
        self.site = site
        self._again = again
        self._keys: _Keys | None = None if ring is None else _Keys(ring)
        self._missed: set[str] = set()
        "Keys that were looked for in vain: a forged name makes nobody read the keys twice."

    @property
    def locked(self) -> bool:
        """Whether it was opened without keys."""
        return self._keys is None

    @property
    def ring(self) -> KeyRing:
        """The keys in use."""
        return self._unlocked().ring

    def reload(self) -> None:
        """Take up keys that were added since."""
        ring = self._again()
        if ring is not None:
            self._keys = _Keys(ring)
        self._missed.clear()

    def seal(self, table: str, column: str, row_key: str, text: str) -> str:
        """The text, closed for this place. Raises `VaultError` without keys."""
        keys = self._unlocked()
        if not text:
            return ""
        name, nonce = keys.ring.writing, os.urandom(NONCE)
        bound = _bound(self.site, table, column, row_key, name)
        sealed = nonce + keys.ciphers[name].encrypt(nonce, text.encode("utf-8"), bound)
        return f"{VERSION}.{name}.{urlsafe_b64encode(sealed).decode().rstrip('=')}"

    def open_(self, table: str, column: str, row_key: str, sealed: str) -> str:
        """What was closed for this place.

        Raises:
            UnknownKeyError: the key it was closed with is not in the ring.
            TamperedError: it was changed, moved here from elsewhere, or never closed.
        """
        if not sealed:
            return ""
        where = f"{table}.{column}"
        self._unlocked()
        name, raw = _parts(sealed, where)
        cipher = self._cipher(name, where)
        try:
            bound = _bound(self.site, table, column, row_key, name)
            return cipher.decrypt(raw[:NONCE], raw[NONCE:], bound).decode("utf-8")
        except (InvalidTag, ValueError):
            raise TamperedError(
                f"A value in {where} is not what this program wrote there; look for who changed "
                "the database, and restore a backup."
            ) from None

    def index(self, text: str) -> str:
        """The blind index of a number, or of whatever a carrier gives in place of one.

        Of one number it differs from site to site, also under the same key. Empty for the empty
        text: a number that was blanked is found by nothing.
        """
        if not text:
            return ""
        named = text if self.site == ALONE else f"{self.site}\0{text}"
        mac = hmac.digest(self._unlocked().ring.index, named.encode("utf-8"), "sha256")
        return urlsafe_b64encode(mac).decode().rstrip("=")

    def is_current(self, sealed: str) -> bool:
        """Whether it is empty or closed with the key that writes now."""
        return not sealed or sealed.startswith(f"{VERSION}.{self.ring.writing}.")

    def _cipher(self, name: str, where: str) -> AESGCM:
        """The key of that name; read anew once, since it may have been added meanwhile."""
        if name not in self._unlocked().ciphers and name not in self._missed:
            self.reload()
            self._missed.add(name)
        cipher = self._unlocked().ciphers.get(name)
        if cipher is None:
            raise UnknownKeyError(
                f"A value in {where} was sealed with the key {name}, which is not among the keys; "
                "restore the copy of the keys."
            )
        return cipher

    def _unlocked(self) -> _Keys:
        if self._keys is None:
            raise VaultError("The database was opened without its keys, so this cannot be read.")
        return self._keys


class _Keys:
    """A ring with its ciphers made ready; replaced as a whole when keys are added."""

    def __init__(self, ring: KeyRing) -> None:
        self.ring = ring
        self.ciphers = {name: AESGCM(key) for name, key in ring.seals.items()}


def is_sealed(text: str) -> bool:
    """Whether a text has the form of a closed value."""
    return _split(text) is not None


def key_name(sealed: str) -> str | None:
    """The name of the key a value was closed with; `None` for an empty or open one."""
    split = _split(sealed)
    return None if split is None else split[0]


def _split(text: str) -> tuple[str, bytes] | None:
    version, _, rest = text.partition(".")
    name, _, encoded = rest.partition(".")
    if version != VERSION or not name or not encoded:
        return None
    try:
        raw = urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    except (binascii.Error, ValueError):
        return None
    return (name, raw) if len(raw) > NONCE else None


def _parts(sealed: str, where: str) -> tuple[str, bytes]:
    split = _split(sealed)
    if split is None:
        raise TamperedError(
            f"A value in {where} is not sealed; look for who changed the database, and restore a "
            "backup."
        )
    return split


def _bound(site: str, table: str, column: str, row_key: str, name: str) -> bytes:
    """Where a value belongs; no part can hold the NUL between them."""
    place = f"{VERSION}\0{name}\0{table}\0{column}\0{row_key}"
    if site != ALONE:
        place = f"{place}\0\0{site}"
    return place.encode("utf-8", "surrogatepass")
