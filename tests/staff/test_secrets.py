from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from assistant.staff import secrets_kept
from assistant.staff.secrets_kept import (
    OneTimeCodes,
    digest,
    fresh_recovery_codes,
    hash_password,
    outdated,
    password_fits,
    plain_code,
    why_weak,
)

NOW = datetime(2026, 11, 25, 1, 0, 7, tzinfo=UTC)
SEED = "0" * 32


def test_passwords_are_argon2id_with_the_figures_of_the_standard() -> None:
    """At least the second recommendation of RFC 9106: 64 MiB, 3 passes, 4 lanes; salted."""
    kept = hash_password("seven grey herons")
    figures = re.match(r"\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$", kept)
    assert figures is not None
    assert [int(one) for one in figures.groups()] == [65536, 3, 4]
    assert kept != hash_password("seven grey herons")
    assert password_fits(kept, "seven grey herons")
    assert not password_fits(kept, "seven grey heron")
    assert not password_fits(None, "")
    assert not password_fits("damaged", "seven grey herons")
    assert not outdated(kept)
    assert outdated("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA")


def test_an_unknown_name_takes_as_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hash is computed where there is none to compare with."""
    computed = []

    class Watched:
        """Notes that it was asked."""

        def verify(self, kept: str, password: str) -> bool:
            """As the real one."""
            computed.append((kept, password))
            return True

    monkeypatch.setattr(secrets_kept, "_hasher", Watched())
    assert not password_fits(None, "guess")
    assert len(computed) == 1


@pytest.mark.parametrize(
    ("password", "wrong"),
    [
        ("eleven char", "password.short"),
        ("x" * 129, "password.long"),
        ("aaaaaaaaaaaaaaaa", "password.plain"),
        ("121212121212", "password.plain"),
        ("王芳王芳王芳王芳王芳王芳", "password.plain"),
        ("seven grey herons", None),
        ("七只灰鹭站在河边看着我们", None),
    ],
)
def test_weak_passwords_are_told(password: str, wrong: str | None) -> None:
    """Length counts; repeats and one's own name do not."""
    assert why_weak(password, "王芳") == wrong


def test_codes_come_from_the_key_and_the_seed_together() -> None:
    """Neither alone makes a code."""
    codes = OneTimeCodes("key")
    assert codes.secret(SEED) == OneTimeCodes("key").secret(SEED)
    assert codes.secret(SEED) != OneTimeCodes("other").secret(SEED)
    assert codes.secret(SEED) != codes.secret("1" * 32)
    assert len(codes.secret(SEED)) * 5 == 160


def test_a_code_of_now_or_the_neighbouring_steps_fits() -> None:
    """Clocks differ by half a minute; more does not, nor does a step used before."""
    codes = OneTimeCodes("key")
    app = pyotp.TOTP(codes.secret(SEED))
    step = int(NOW.timestamp()) // 30
    for off, expected in ((-2, None), (-1, step - 1), (0, step), (1, step + 1), (2, None)):
        code = app.at(NOW + timedelta(seconds=30 * off))
        assert codes.step_of(SEED, code, NOW, 0) == expected
    spaced = app.at(NOW)[:3] + " " + app.at(NOW)[3:]
    assert codes.step_of(SEED, spaced, NOW, step - 1) == step
    assert codes.step_of(SEED, app.at(NOW), NOW, step) is None
    for nonsense in ("", "12345", "abcdef", "１２３４５６", "x" * 10_000):
        assert codes.step_of(SEED, nonsense, NOW, 0) is None


def test_the_address_is_what_apps_read() -> None:
    """An `otpauth` address with names in Chinese."""
    parsed = pyotp.parse_uri(OneTimeCodes("key").address(SEED, "王芳", "桂花社区"))
    assert isinstance(parsed, pyotp.TOTP)
    assert (parsed.name, parsed.issuer) == ("王芳", "桂花社区")
    assert parsed.at(NOW) == pyotp.TOTP(OneTimeCodes("key").secret(SEED)).at(NOW)


def test_recovery_codes_are_typed_as_people_type() -> None:
    """Ten different ones; capitals, spaces and dashes do not matter."""
    codes = fresh_recovery_codes()
    assert len(set(codes)) == 10
    assert digest(plain_code(codes[0].upper().replace("-", " "))) == digest(plain_code(codes[0]))
