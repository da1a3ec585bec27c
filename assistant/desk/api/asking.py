"""A request to the JSON interface, checked: its token, its query, its body."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import request

from assistant.core.errors import AssistantError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.staff.tokens import Token

BODY_MOST: Final = 64 * 1024
"Bytes; a note of the greatest length in Chinese fits four times."
CODE: Final = re.compile(r"[A-Z]{2}[0-9]{6}")
_LIMIT: Final = re.compile(r"[1-9][0-9]{0,2}")
LIMIT_MOST: Final = 200
_BEGIN: Final = re.compile(r"0|[1-9][0-9]{0,6}")
BEGIN_MOST: Final = 1_000_000


class RefusedError(AssistantError):
    """A request that is not served: the HTTP status and one sentence for whoever asked."""

    def __init__(
        self, status: int, sentence: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.headers = dict(headers or {})


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, and for which thing."""

    token: Token
    code: str
    "The case code in the address; empty where there is none."

    @property
    def who(self) -> str:
        """As the audit log and the records name it."""
        return f"token:{self.token.name}"


def bearer() -> str:
    """The token of the request; empty where there is none."""
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    return text.strip() if scheme.lower() == "bearer" else ""


def code_in(text: str) -> str:
    """A case code. Raises `RefusedError` for anything else: nothing has such a code."""
    if CODE.fullmatch(text) is None:
        raise RefusedError(404, "Nothing has this code.")
    return text


def only_known(names: tuple[str, ...]) -> None:
    """Refuse parameters that mean nothing here: a mistyped one would be missed in silence."""
    odd = request.args.keys() - set(names)
    if odd:
        raise RefusedError(422, f"This address takes {', '.join(names) or 'no parameters'} only.")


def choice(name: str, known: tuple[str, ...]) -> str:
    """A parameter of the query that is one of a few words; the first where it is missing."""
    value = request.args.get(name, known[0])
    if value not in known:
        raise RefusedError(422, f"{name} must be one of {', '.join(known)}.")
    return value


def limit() -> int:
    """How many are wanted: 1 to 200, 50 where nothing is said."""
    text = request.args.get("limit", "50")
    if _LIMIT.fullmatch(text) is None or int(text) > LIMIT_MOST:
        raise RefusedError(422, f"limit must be a number from 1 to {LIMIT_MOST}.")
    return int(text)


def begin() -> int:
    """After how many the page wanted begins: 0 to 1,000,000, 0 where nothing is said."""
    text = request.args.get("from", "0")
    if _BEGIN.fullmatch(text) is None or int(text) > BEGIN_MOST:
        raise RefusedError(422, f"from must be a number from 0 to {BEGIN_MOST}.")
    return int(text)


def text(name: str, least: int, most: int) -> str:
    """A parameter of the query in words, of so many characters."""
    value = request.args.get(name, "")
    if not least <= len(value.strip()) or len(value) > most:
        raise RefusedError(422, f"{name} must be a text of {least} to {most} characters.")
    return value


def after() -> str | None:
    """The code to go on after."""
    text = request.args.get("after")
    if text is not None and CODE.fullmatch(text) is None:
        raise RefusedError(422, "after must be a case code such as GH000012.")
    return text


def body(fields: Mapping[str, int], optional: frozenset[str] = frozenset()) -> dict[str, str]:
    """The JSON object sent: these fields, texts of at most so many characters, and no others."""
    if request.mimetype != "application/json":
        raise RefusedError(415, "Send a JSON object as application/json.")
    try:
        sent = json.loads(request.get_data())
        json.dumps(sent, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise RefusedError(400, "The body must be a JSON object in UTF-8.") from None
    if not isinstance(sent, dict):
        raise RefusedError(422, "The body must be a JSON object.")
    odd = sent.keys() - fields.keys()
    missing = fields.keys() - sent.keys() - optional
    if odd or missing:
        raise RefusedError(422, f"The body holds {', '.join(fields)} and nothing else.")
    for name, value in sent.items():
        least = 0 if name in optional else 1
        if not isinstance(value, str) or not least <= len(value.strip()) <= fields[name]:
            raise RefusedError(422, f"{name} must be a text of 1 to {fields[name]} characters.")
    return {str(name): value for name, value in sent.items()}
