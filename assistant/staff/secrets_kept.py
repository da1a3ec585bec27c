"""Passwords, one-time codes and random secrets: what is kept of each, and how it is checked.

Passwords are kept as argon2id. Random secrets (session tokens, links, recovery codes, API tokens)
have at least 80 bits and are kept as SHA-256: nobody can guess them, so nothing slow is needed.
A one-time code's secret is derived from the key of this installation, which lies outside the
database, and a seed in it: a stolen database makes no codes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import threading
from functools import cache
from typing import TYPE_CHECKING, Final

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

if TYPE_CHECKING:
    from datetime import datetime

LEAST: Final = 12
"Characters of a password; NIST SP 800-63B-4 asks for 8 beside a second factor, 15 without."
MOST: Final = 128
RECOVERY_CODES: Final = 10
STEP_S: Final = 30
"A one-time code's life (RFC 6238); the step before and after count too, for clocks that differ."

_hasher = PasswordHasher()
"argon2id with the library's own figures, the second recommendation of RFC 9106: 64 MiB, 3 passes."
_turns: Final = threading.BoundedSemaphore(2)
"Two at a time: whoever floods the sign-in page takes 128 MiB, not the machine."


def why_weak(password: str, name: str) -> str | None:
    """The word key of what is wrong with a new password; `None` if it will do."""
    if len(password) < LEAST:
        return "password.short"
    if len(password) > MOST:
        return "password.long"
    plain = password.casefold()
    if len(set(plain)) < LEAST // 2 or plain.replace(name.casefold(), "").strip() == "":
        return "password.plain"
    return None


def hash_password(password: str) -> str:
    """The argon2id hash, with its own salt and figures in it."""
    with _turns:
        return _hasher.hash(password)


@cache
def _nobody() -> str:
    """Checked where there is no such account: the answer takes as long. Made once, in 0.2 s."""
    return _hasher.hash(secrets.token_urlsafe(16))


def password_fits(kept: str | None, password: str) -> bool:
    """Whether it is the password; takes as long where none is kept."""
    known = kept or _nobody()
    try:
        with _turns:
            _hasher.verify(known, password[: MOST * 4])
    except (VerifyMismatchError, InvalidHashError):
        return False
    return kept is not None


def outdated(kept: str) -> bool:
    """Whether the hash was made with weaker figures than today's."""
    return _hasher.check_needs_rehash(kept)


def fresh_secret() -> str:
    """256 random bits for a cookie, a link or an API token."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is kept of a random secret."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def fresh_recovery_codes() -> tuple[str, ...]:
    """Ten codes of 80 bits for a lost telephone, each good once, in groups to be typed."""
    made = (base64.b32encode(secrets.token_bytes(10)).decode() for _ in range(RECOVERY_CODES))
    return tuple("-".join(code[at : at + 4] for at in range(0, 16, 4)).lower() for code in made)


def plain_code(code: str) -> str:
    """A code as it is compared: without the spaces and dashes people type."""
    return "".join(letter for letter in code.lower() if letter.isalnum())


class OneTimeCodes:
    """Time-based one-time codes (RFC 6238: SHA-1, six digits, 30 s, as every such app has them)."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()

    def secret(self, seed: str) -> str:
        """The secret that is typed into the app, in base 32: 160 bits, as RFC 4226 recommends."""
        derived = hmac.new(self._key, b"one-time code\0" + seed.encode(), hashlib.sha256).digest()
        return base64.b32encode(derived[:20]).decode()

    def address(self, seed: str, name: str, issuer: str) -> str:
        """The `otpauth://` address of the secret, for a QR code."""
        return pyotp.TOTP(self.secret(seed)).provisioning_uri(name=name, issuer_name=issuer)

    def step_of(self, seed: str, code: str, now: datetime, after: int) -> int | None:
        """The time step the code belongs to, or `None`. Steps up to `after` were used already."""
        totp = pyotp.TOTP(self.secret(seed))
        step = int(now.timestamp()) // STEP_S
        for tried in (step, step - 1, step + 1):
            right = totp.generate_otp(tried)
            if tried > after and hmac.compare_digest(right.encode(), plain_code(code).encode()):
                return tried
        return None
