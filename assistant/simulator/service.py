"""The service as its carrier asks it: webhooks over HTTP, signed by the simulator's account."""

from __future__ import annotations

import logging
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode, urlsplit

from twilio.request_validator import RequestValidator

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from assistant.simulator.parts import SimulatorParts

log = logging.getLogger(__name__)

WITHIN_S: Final = 15.0
"Twilio gives a webhook so long."


class Service:
    """Asks the service's webhooks. Thread-safe; waits for the answer."""

    def __init__(self, parts: SimulatorParts) -> None:
        self._parts = parts
        self._validator = RequestValidator(parts.secret)

    def now(self) -> datetime:
        """The service's clock."""
        return self._parts.now()

    def ask(self, url: str, form: Mapping[str, str]) -> str | None:
        """What a webhook answers; `None` where it failed, was refused, or is none of the service's.

        Whatever its host, an address is asked of this service: nothing leaves the machine.
        """
        parts = urlsplit(url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        if not path.startswith("/twilio/"):
            log.warning("a webhook elsewhere than /twilio/ was not asked")
            return None
        signature = self._validator.compute_signature(self._parts.public_url() + path, dict(form))
        request = urllib.request.Request(  # noqa: S310 - our own service
            self._parts.here() + path, urlencode(form).encode(), method="POST"
        )
        request.add_header("X-Twilio-Signature", str(signature))
        try:
            with urllib.request.urlopen(request, timeout=WITHIN_S) as answer:  # noqa: S310 - as above
                return str(answer.read().decode("utf-8", "replace"))
        except urllib.error.HTTPError as refused:
            refused.close()
            log.warning("a webhook was answered with %s", refused.code)
        except OSError as error:
            log.warning("a webhook was not answered (%s)", type(error).__name__)
        return None
