"""A telephone of the simulator in the hands of a test: sees what rings, answers, presses, hears."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

WITHIN_S = 30.0


@dataclass
class Telephone:
    """One number at one running service."""

    base: str
    number: str
    heard: list[str] = field(default_factory=list)
    "Every sentence so far."
    sid: str = ""
    _after: int = 0

    def rings(self) -> bool:
        """Whether a call rings or goes on here now."""
        call = self._call({"number": self.number})
        return call is not None

    def pick_up(self, *, do: str = "answer") -> None:
        """Wait until it rings, and take the call; `do` may be `machine` or `decline`."""
        call = until(self._ringing, f"{self.number} did not ring")
        self.sid, self._after = call["sid"], 0
        self.do(do)

    def _ringing(self) -> dict[str, Any] | None:
        call = self._call({"number": self.number})
        return call if call is not None and call["status"] == "ringing" else None

    def listen(self, words: str) -> list[str]:
        """Hear sentences until one holds these words; all of the call so far."""
        until(lambda: self._listened(words), f"nobody said {words!r}, but {self.heard}")
        return self.heard

    def _listened(self, words: str) -> bool:
        self.hear()
        return any(words in sentence for sentence in self.heard)

    def hear(self) -> None:
        """Take in what has been said."""
        call = self.call()
        for item in call["said"]:
            self.heard.append(item["text"])
            self._after = item["number"]
        if call["said"]:
            self.do("heard", number=self._after)

    def press(self, digit: str) -> None:
        """A key, once it is asked for."""
        until(lambda: self.call()["keys"], "no key was asked for")
        self.do("press", digit=digit)

    def wait_for(self, status: str) -> None:
        """Wait for the call to stand so; `bridged` when the two hear each other."""
        until(lambda: self._stands(status), f"the call did not become {status}")

    def _stands(self, status: str) -> bool:
        self.hear()
        call = self.call()
        return bool(call["bridged"]) if status == "bridged" else call["status"] == status

    def hang_up(self) -> None:
        """Put it down."""
        self.do("hang_up")

    def call(self) -> dict[str, Any]:
        """The call in hand."""
        query = {"number": self.number, "sid": self.sid, "after": str(self._after)}
        call = self._call(query)
        assert call is not None
        return call

    def _call(self, query: dict[str, str]) -> dict[str, Any] | None:
        url = f"{self.base}/simulator/telephone?{urlencode(query)}"
        with urllib.request.urlopen(url, timeout=WITHIN_S) as answer:  # noqa: S310 - loopback
            found: dict[str, Any] | None = json.load(answer)["call"]
            return found

    def do(self, act: str, **more: object) -> None:
        """Something its owner does."""
        post(f"{self.base}/simulator/telephone/{self.sid}", {"do": act, **more})


def post(url: str, body: dict[str, object]) -> dict[str, Any]:
    """A JSON request to the service."""
    request = urllib.request.Request(url, json.dumps(body).encode(), method="POST")  # noqa: S310 - loopback
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=WITHIN_S) as answer:  # noqa: S310 - as above
        found: dict[str, Any] = json.load(answer)
        return found


def until(look: Callable[[], Any], otherwise: str) -> Any:  # noqa: ANN401 - whatever is looked for
    """What `look` finds at last; fails with `otherwise` when it finds nothing in time."""
    deadline = time.monotonic() + WITHIN_S
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(otherwise)
