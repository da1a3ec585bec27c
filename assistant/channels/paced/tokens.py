"""How a call of our own check proves that it is one. PURE."""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

TOKEN: Final = "X-Neighbour-Line-Check"  # noqa: S105 - the name of a header


def token_of(secret: bytes, call_id: str) -> str:
    """The token of one call."""
    return hmac.new(secret, call_id.encode(), hashlib.sha256).hexdigest()


def is_our_check(secret: bytes, call_id: str, shown: str) -> bool:
    """Whether this token is that call's."""
    return hmac.compare_digest(token_of(secret, call_id).encode(), shown.encode())
