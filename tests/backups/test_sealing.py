from __future__ import annotations

import io
import secrets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.backups import sealing
from assistant.backups.sealing import PIECE, TAG, SealedWriter, is_sealed, unseal
from assistant.core.errors import DataError

PASSPHRASE = "pear lantern bridge 桂花"
HEAD = len(sealing.MAGIC) + sealing.SALT + sealing.PREFIX


def sealed(plain: bytes, *, step: int = 70_000) -> bytes:
    """`plain` written in steps."""
    file = io.BytesIO()
    with SealedWriter(file, PASSPHRASE) as writer:
        for start in range(0, len(plain), step):
            writer.write(plain[start : start + step])
    return file.getvalue()


def opened(found: bytes, passphrase: str = PASSPHRASE) -> bytes:
    """What a sealed file holds."""
    into = io.BytesIO()
    unseal(io.BytesIO(found), into, passphrase)
    return into.getvalue()


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_what_was_sealed_is_opened(size: int) -> None:
    """At and around the ends of the pieces."""
    plain = secrets.token_bytes(size)
    found = sealed(plain)
    assert is_sealed(io.BytesIO(found))
    assert opened(found) == plain
    assert len(found) == HEAD + size + TAG * max(1, -(-size // PIECE))


def test_another_passphrase_opens_nothing() -> None:
    """And the file does not tell which it was."""
    with pytest.raises(DataError, match="passphrase"):
        opened(sealed(b"a number"), "pear lantern bridge 菊花")


def test_a_short_passphrase_is_refused() -> None:
    """Before anything is written."""
    file = io.BytesIO()
    with pytest.raises(DataError, match="at least 12"):
        SealedWriter(file, "桂花")
    assert file.getvalue() == b""


def test_the_same_copy_twice_is_sealed_differently() -> None:
    """Salt and prefix are fresh each time."""
    assert sealed(b"the same")[HEAD:] != sealed(b"the same")[HEAD:]


@settings(max_examples=12)
@given(st.integers(min_value=0, max_value=HEAD + 40 + TAG - 1), st.integers(1, 255))
def test_every_changed_byte_is_noticed(place: int, change: int) -> None:
    """Wherever it stands, in the head as in the pieces."""
    found = bytearray(sealed(b"x" * 40))
    found[place] ^= change
    with pytest.raises(DataError):
        opened(bytes(found))


def test_pieces_cannot_be_moved_left_out_or_cut_off() -> None:
    """Each knows its number and whether it is the last."""
    found = sealed(secrets.token_bytes(2 * PIECE + 10))
    whole = PIECE + TAG
    first, second = found[HEAD : HEAD + whole], found[HEAD + whole : HEAD + 2 * whole]
    last = found[HEAD + 2 * whole :]
    for pieces in (
        (second, first, last),
        (first, last),
        (first, second),
        (first, second, last, last),
    ):
        with pytest.raises(DataError):
            opened(found[:HEAD] + b"".join(pieces))
    for cut in (HEAD - 1, HEAD, len(found) - 1):
        with pytest.raises(DataError):
            opened(found[:cut])
