"""Signatures for the browser, which has no business knowing the secret itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from twilio.request_validator import RequestValidator

from assistant.simulator.guard import RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

STREAM_PATH: Final = "/twilio/stream"
"Where the media socket is; its signature covers no parameters."

PARAMS_LIMIT: Final = 100
"Twilio sends some thirty; nobody needs more."

_PATH: Final = re.compile(r"/twilio/[\w/.~-]+(\?[!-~]*)?", re.ASCII)


class Signer:
    """Signs what the page is about to send, as Twilio signs its requests with the auth token."""

    def __init__(self, secret: str) -> None:
        self._validator = RequestValidator(secret)

    def sign(self, origin: str, asked: Mapping[str, object]) -> dict[str, str]:
        """The signatures of a form POST to `asked["path"]` and of opening the media socket.

        `asked` is `{"path": "/twilio/...", "params": {name: text}}`. Raises `RefusedError` for a
        path elsewhere and for parameters that are no form.
        """
        path, params = _path(asked.get("path")), _params(asked.get("params", {}))
        origin = origin.rstrip("/")
        socket = re.sub("^http", "ws", origin)
        return {
            "signature": str(self._validator.compute_signature(origin + path, params)),
            "socket_signature": str(self._validator.compute_signature(socket + STREAM_PATH, {})),
        }


def _path(path: object) -> str:
    if not isinstance(path, str) or not _PATH.fullmatch(path) or _climbs(path):
        raise RefusedError(400, "path must be one below /twilio/; nothing else is signed.")
    return path


def _climbs(path: str) -> bool:
    """Whether a server might read the path as one outside `/twilio/`."""
    steps = path.partition("?")[0].split("/")[1:]
    return any(step in (".", "..") for step in steps) or "" in steps[:-1]


def _params(params: object) -> dict[str, str]:
    if not isinstance(params, dict) or len(params) > PARAMS_LIMIT:
        raise RefusedError(400, f"params must be an object of at most {PARAMS_LIMIT} texts.")
    if not all(isinstance(value, str) for value in params.values()):
        raise RefusedError(400, "Every value in params must be a text.")
    return params
