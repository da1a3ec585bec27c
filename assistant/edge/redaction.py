"""Secrets and telephone numbers taken out of whatever is logged, tracebacks included."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote, urlsplit

SHORTEST: Final = 6
"Characters; a shorter secret would blot out words that are none."
GONE: Final = "[secret]"
PATTERNS: Final = (
    (re.compile(r"(?i)(authorization\W{1,4}(?:bearer|basic)\s+)\S+"), rf"\1{GONE}"),
    (re.compile(r"\bnl_[A-Za-z0-9_-]{8,}"), GONE),
    (re.compile(r"(?i)((?:x-twilio-signature|set-cookie|cookie)\W{1,4})[^\s,;'\"]+"), rf"\1{GONE}"),
    (re.compile(r"(://[^\s/:@]*:)[^\s/@]+(@)"), rf"\1{GONE}\2"),
    (re.compile(r"\+\d{8,15}\b"), "[number]"),
)
"""By their form: credentials of a header, tokens of the JSON interface, a password in an address,
E.164 numbers."""


class Redactor:
    """Takes known secrets, and what looks like one, out of a text."""

    def __init__(self, secrets: Iterable[str]) -> None:
        """`secrets` are those of this site; empty and very short ones are passed over."""
        known = {secret for secret in secrets if len(secret) >= SHORTEST}
        forms = known | {quote(secret, safe="") for secret in known}
        longest_first = sorted(forms, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first))) if forms else None

    def clean(self, text: str) -> str:
        """The text without them."""
        if self._known is not None:
            text = self._known.sub(GONE, text)
        for pattern, instead in PATTERNS:
            text = pattern.sub(instead, text)
        return text


class CleanFormatter(logging.Formatter):
    """Formats as another formatter does and cleans what comes out."""

    def __init__(self, inner: logging.Formatter, redactor: Redactor) -> None:
        super().__init__()
        self._inner, self._redactor = inner, redactor

    def format(self, record: logging.LogRecord) -> str:
        """The line, or lines, without secrets."""
        return self._redactor.clean(self._inner.format(record))


def clean_logs(redactor: Redactor, logger: logging.Logger | None = None) -> None:
    """Put the redactor behind every handler of `logger` (the root logger where none is named)."""
    for handler in (logger or logging.getLogger()).handlers:
        if not isinstance(handler.formatter, CleanFormatter):
            handler.setFormatter(CleanFormatter(handler.formatter or logging.Formatter(), redactor))


def password_in(url: str) -> str:
    """The password that stands in an address; empty without one."""
    try:
        return urlsplit(url).password or ""
    except ValueError:
        return ""
