"""Inputs nobody meant: valid ones, damaged in the ways that have broken such programs before.

Seeded, so a run is repeated by its number. Nothing here guides itself by coverage: the surfaces are
text protocols of a few branches each, which damage of valid messages reaches; what code there is
that takes arbitrary bytes (ZIP, XLSX, JSON, mu-law) is native or from libraries with fuzzers of
their own.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from typing import Any, Final

ODD_TEXT: Final = (
    "", " ", "\x00", "\x1b[2J", "\u202e", "\ufeff", "\u0301" * 40, "😀" * 30, "\ud800", "％ｓ%s%n",
    "'; DROP TABLE requests; --", "<script>alert(1)</script>", "=cmd|' /C calc'!A0", "+1+1",
    "@SUM(A1)", "../../etc/passwd", "${jndi:ldap://x}", "{{7*7}}", "{0.__class__}", "１２３",
    "9" * 5000, "-1", "1e309", "NaN", "null", "\r\nX-Injected: 1", "𠮷野家", "喂" * 900, "a" * 5000,
    "110101199003070015",
)  # fmt: skip
"Signs that are no signs, formulas, paths, templates, numbers too large, headers within a value."
ODD_JSON: Final[tuple[Any, ...]] = (
    None, True, -1, 10**40, 1e308, "", [], {}, [[[[]]]], {"": {"": {}}}, "\ud83d", 0.1, "\x00",
)  # fmt: skip
DEPTH: Final = 3000
"Brackets within brackets: more than Python's own recursion takes."


class Damage:
    """Damages things, by one source of chance."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - a run must be repeatable, nothing is secret

    def of(self, *choices: Any) -> Any:  # noqa: ANN401 - whatever is chosen from
        """One of these."""
        return self.chance.choice(choices)

    def often(self, share: float) -> bool:
        """True in this share of all cases."""
        return self.chance.random() < share

    def data(self, whole: bytes) -> bytes:
        """Bytes, with some flipped, cut, doubled or put in."""
        data = bytearray(whole)
        for _ in range(self.chance.randint(1, 4)):
            self.chance.choice((self._flip, self._cut, self._double, self._put_in))(data)
        return bytes(data)

    def text(self, whole: str) -> str:
        """Words, with odd ones among them."""
        ways: tuple[Callable[[], str], ...] = (
            lambda: self.chance.choice(ODD_TEXT),
            lambda: whole[: self.chance.randint(0, len(whole))],
            lambda: whole + self.chance.choice(ODD_TEXT),
            lambda: whole * self.chance.randint(2, 12),
            lambda: "".join(self.chance.sample(whole, len(whole))),
            lambda: self.data(whole.encode("utf-8", "replace")).decode("utf-8", "replace"),
            lambda: "".join(chr(self.chance.randint(0, 0x2FFF)) for _ in range(20)),
        )
        return self.chance.choice(ways)()

    def form(self, fields: Mapping[str, str]) -> dict[str, str]:
        """A form, with fields left out, doubled in meaning, or damaged."""
        form = dict(fields)
        for name in [*form]:
            if self.often(0.15):
                del form[name]
            elif self.often(0.3):
                form[name] = self.text(form[name])
        if self.often(0.1):
            form[self.text("Field")] = self.text("value")
        return form

    def document(self, value: Mapping[str, Any]) -> str:
        """A JSON document: damaged in its values, its shape, or its signs."""
        if self.often(0.02):
            return "[" * DEPTH
        changed = json.dumps(self._bent(value))
        if self.often(0.3):
            return self.data(changed.encode()).decode("utf-8", "replace")
        return changed

    def _bent(self, value: Any) -> Any:  # noqa: ANN401 - any JSON
        if self.often(0.08):
            return self.chance.choice(ODD_JSON)
        if isinstance(value, Mapping):
            kept = {key: self._bent(item) for key, item in value.items() if not self.often(0.05)}
            return {self.text(key) if self.often(0.02) else key: i for key, i in kept.items()}
        if isinstance(value, list):
            return [self._bent(item) for item in value]
        return self.text(value) if isinstance(value, str) and self.often(0.15) else value

    def _flip(self, data: bytearray) -> None:
        if data:
            data[self.chance.randrange(len(data))] ^= 1 << self.chance.randrange(8)

    def _cut(self, data: bytearray) -> None:
        del data[self.chance.randint(0, len(data)) :]

    def _double(self, data: bytearray) -> None:
        at = self.chance.randint(0, len(data))
        data[at:at] = data[: self.chance.randint(0, 200)]

    def _put_in(self, data: bytearray) -> None:
        at = self.chance.randint(0, len(data))
        data[at:at] = self.of(
            b"\x00", b"\xff\xfe", b"\r\n\r\n", b"%00", b"&&", b"=", b'"', b"\x80" * 9
        )
