from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from assistant.core.errors import TamperedError, UnknownKeyError, VaultError
from assistant.vault.ring import KeyRing, name_of, read_ring, written
from assistant.vault.sealing import Vault, is_sealed, key_name
from tests.vault.conftest import FIRST, INDEX, SECOND, ring_of

NUMBER = "+8613800000001"
PLACE = ("alarms", "contact", "GH000001")
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


@given(texts)
def test_what_is_sealed_opens_again(text: str) -> None:
    """Any text, in its own place; sealed twice it looks different each time."""
    vault = Vault(ring_of(FIRST))
    once, twice = (vault.seal(*PLACE, text) for _ in range(2))
    assert (vault.open_(*PLACE, once), vault.open_(*PLACE, twice)) == (text, text)
    assert (once != twice) is bool(text)


def test_the_form_is_aes_256_gcm_over_the_place(vault: Vault) -> None:
    """Opened here by the library alone: nonce, ciphertext and tag, with the place authenticated."""
    version, name, rest = vault.seal(*PLACE, NUMBER).split(".")
    raw = base64.urlsafe_b64decode(rest + "=" * (-len(rest) % 4))
    place = "\0".join((version, name, *PLACE)).encode()
    assert AESGCM(FIRST).decrypt(raw[:12], raw[12:], place).decode() == NUMBER
    assert (version, name) == ("1", name_of(FIRST))


@pytest.mark.parametrize(
    "elsewhere",
    [
        ("requests", "contact", "GH000001"),
        ("alarms", "words", "GH000001"),
        ("alarms", "contact", "GH000002"),
    ],
    ids=["table", "column", "row"],
)
def test_a_value_moved_elsewhere_does_not_open(vault: Vault, elsewhere: tuple[str, ...]) -> None:
    """Nobody can give one resident's words to another by copying a cell."""
    table, column, row = elsewhere
    with pytest.raises(TamperedError, match=rf"{table}\.{column}"):
        vault.open_(table, column, row, vault.seal(*PLACE, NUMBER))


@given(st.data())
def test_a_changed_value_never_opens(data: st.DataObject) -> None:
    """Whichever character is changed or cut off, there is a typed error and never another text."""
    vault = Vault(ring_of(FIRST))
    sealed = vault.seal(*PLACE, NUMBER)
    at = data.draw(st.integers(0, len(sealed) - 1))
    sign = data.draw(st.sampled_from("AZaz09-_."))
    changed = data.draw(st.sampled_from([sealed[:at], sealed[:at] + sign + sealed[at + 1 :]]))
    if changed in {"", sealed}:
        return
    try:
        opened = vault.open_(*PLACE, changed)
    except VaultError:
        return
    assert opened == NUMBER, "only the unused bits of the last base64 character may differ"
    assert at == len(sealed) - 1


@pytest.mark.parametrize("clear", [NUMBER, "我摔倒了", "1.x.y", "1..", "."])
def test_a_value_in_the_clear_is_refused(vault: Vault, clear: str) -> None:
    """Whoever writes into the database cannot make the program read what it did not write."""
    with pytest.raises(VaultError):
        vault.open_(*PLACE, clear)


def test_a_lost_key_is_named_and_the_text_is_not(vault: Vault) -> None:
    """The error names the key, so that an operator knows which copy to look for."""
    sealed = Vault(ring_of(SECOND)).seal(*PLACE, NUMBER)
    with pytest.raises(UnknownKeyError, match=name_of(SECOND)) as caught:
        vault.open_(*PLACE, sealed)
    assert sealed not in str(caught.value)


def test_an_older_key_still_opens_and_the_newest_writes() -> None:
    """After a rotation both kinds of rows can be read."""
    old = Vault(ring_of(FIRST)).seal(*PLACE, NUMBER)
    both = Vault(ring_of(FIRST, SECOND))
    assert both.open_(*PLACE, old) == NUMBER
    assert key_name(both.seal(*PLACE, NUMBER)) == name_of(SECOND)
    assert (both.is_current(old), both.is_current("")) == (False, True)


def test_a_key_added_meanwhile_is_taken_up_once() -> None:
    """A service that meets a row of a new key reads its keys anew; for a forged name once only."""
    asked: list[KeyRing] = []

    def again() -> KeyRing:
        asked.append(ring_of(FIRST, SECOND))
        return asked[-1]

    vault = Vault(ring_of(FIRST), again)
    new = Vault(ring_of(SECOND)).seal(*PLACE, NUMBER)
    assert vault.open_(*PLACE, new) == NUMBER
    forged = new.replace(name_of(SECOND), "0" * 12)
    for _ in range(3):
        with pytest.raises(UnknownKeyError):
            vault.open_(*PLACE, forged)
    assert len(asked) == 2


def test_the_index_finds_a_number_and_tells_nothing_without_its_key(vault: Vault) -> None:
    """The same number has the same index, whatever key seals; under another index key another."""
    same = Vault(ring_of(SECOND)).index(NUMBER)
    other = Vault(ring_of(FIRST, index=SECOND)).index(NUMBER)
    assert vault.index(NUMBER) == same != other
    assert vault.index(NUMBER) != vault.index("+8613800000002")
    assert "138" not in vault.index(NUMBER)


def test_without_keys_nothing_is_read_or_written() -> None:
    """A locked vault refuses with one sentence."""
    locked = Vault(None)
    for deed in (locked.seal, locked.open_):
        with pytest.raises(VaultError, match="without its keys"):
            deed(*PLACE, "x")
    assert locked.locked


@given(texts)
def test_no_text_is_taken_for_a_sealed_one_by_chance(text: str) -> None:
    """Only the form with version, name and base64 is."""
    assert not is_sealed(text) or text.startswith("1.")


def test_a_ring_never_shows_its_keys() -> None:
    """Neither in its own words nor in an error about a damaged text."""
    ring = ring_of(FIRST)
    assert "\\x02" not in repr(ring)
    text = f"{written('index', INDEX)} {written('seal', FIRST)[:-4]}"
    with pytest.raises(VaultError, match="not 32 bytes") as caught:
        read_ring(text, "vault.keys")
    assert written("index", INDEX)[6:] not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        written("seal", FIRST),
        written("index", INDEX),
        "AAAA",
        f"{written('index', INDEX)} seal:",
    ],
    ids=["nothing", "no index", "no seal", "no kind", "no key"],
)
def test_half_a_ring_is_refused(text: str) -> None:
    """Both kinds are needed; the place is named."""
    with pytest.raises(VaultError, match=r"vault\.keys"):
        read_ring(text, "vault.keys")


def test_a_ring_is_read_as_it_was_written() -> None:
    """The order of the words is the order of the keys."""
    words = [written("seal", FIRST), written("index", INDEX), written("seal", SECOND)]
    ring = read_ring("\n".join(words), "here")
    assert (ring.index, list(ring.seals.values()), ring.writing) == (
        INDEX,
        [FIRST, SECOND],
        name_of(SECOND),
    )
