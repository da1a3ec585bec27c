"""What we ask of a Kannel over HTTP (`sendsms` of its smsbox): take a text, tell what became of it.

Kannel has no list of what it took, and gives a text no id that could be asked for; so every text
has an id of ours, in the address to which Kannel reports. Calls block: use from worker threads.
"""

from __future__ import annotations

import http.client
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode, urlsplit

from assistant.core.errors import CarrierError
from assistant.core.segments import segments

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from assistant.channels.kannel_log import AskedLog

TIMEOUT_S: Final = 10.0
TAKEN: Final = http.client.ACCEPTED
"Kannel's answer for `0: Accepted for delivery` and `3: Queued for later delivery`."
ALL_REPORTS: Final = 31
"`dlr-mask`: delivered 1, not delivered 2, waiting 4, taken by the operator 8, refused by it 16."
CODINGS: Final = {"gsm7": "0", "ucs2": "2"}
"`coding`, by the alphabet a text needs."


@dataclass(frozen=True, slots=True)
class KannelAccount:
    """How one Kannel is reached and how it reaches us."""

    name: str
    "Of the block in the settings; our ids begin with it."
    send_url: str
    "Of `sendsms`, as http://127.0.0.1:13013/cgi-bin/sendsms."
    user: str
    sender: str
    "The number or word that her telephone shows; empty: the operator's choice."
    reports_to: str
    "Our address for reports, up to the path."
    password: str = field(repr=False)
    key: str = field(repr=False)
    "Shared with Kannel; shows that a report is its own."


class KannelControl:
    """The sending side of one Kannel; `assistant.core.ports.TextCarrier`."""

    def __init__(self, account: KannelAccount, log: AskedLog, now: Callable[[], datetime]) -> None:
        self._account, self._log, self._now = account, log, now

    def send_text(self, to: str, body: str) -> str:
        """Hand one text over; our id for it. Raises `CarrierError`."""
        identifier = f"{self._account.name}-{secrets.token_hex(12)}"
        self._log.asking(identifier, to, body, self._now())
        try:
            status = _asked(self._account, self._message(identifier, to, body))
        except CarrierError as error:
            if error.certain:
                self._log.came(identifier, "refused")
            raise
        if status != TAKEN:
            self._log.came(identifier, "refused")
            raise CarrierError(f"Kannel did not take a text (HTTP {status})", status=status)
        self._log.came(identifier, "taken")
        return identifier

    def find_text(self, to: str, body: str, since: datetime) -> str | None:
        """The id of this text if Kannel is known to have it, or `None` if it surely has not.

        Raises `CarrierError` while neither an answer nor a report says.
        """
        askings = self._log.find(to, body, since)
        for asking in askings:
            if asking.came == "taken":
                return asking.identifier
        if any(asking.came == "doubt" for asking in askings):
            raise CarrierError("Kannel has neither answered nor reported", certain=False)
        return None

    def reported(self, identifier: str) -> None:
        """A report came, so Kannel has this text."""
        self._log.came(identifier, "taken")

    def _message(self, identifier: str, to: str, body: str) -> dict[str, str]:
        account = self._account
        marks = urlencode({"key": account.key, "id": identifier})
        sender = {"from": account.sender} if account.sender else {}
        return {
            **sender,
            "to": to,
            "text": body,
            "charset": "UTF-8",
            "coding": CODINGS[segments(body).alphabet],
            "dlr-mask": str(ALL_REPORTS),
            "dlr-url": f"{account.reports_to}?{marks}&status=%d&said=%A",
        }


def check_account(account: KannelAccount) -> None:
    """Ask for a text to nobody, which Kannel refuses with 400 once it knows the account.

    Raises `CarrierError` with what to do.
    """
    status = _asked(account, {})
    if status == http.client.FORBIDDEN:
        raise CarrierError(
            "Kannel refuses the account; user and password must be those of its sendsms-user",
            status=status,
        )
    if status != http.client.BAD_REQUEST:
        raise CarrierError(
            f"this is no sendsms of Kannel (HTTP {status}); mend send_url", status=status
        )


def _asked(account: KannelAccount, query: dict[str, str]) -> int:
    """The status of its answer. Raises `CarrierError`, certain where Kannel was not reached."""
    address = urlsplit(account.send_url)
    whole = {"username": account.user, "password": account.password, **query}
    secured = address.scheme == "https"
    kind = http.client.HTTPSConnection if secured else http.client.HTTPConnection
    line = kind(address.netloc, timeout=TIMEOUT_S)
    try:
        line.connect()
    except OSError as error:
        raise CarrierError(f"Kannel is not reached ({type(error).__name__})") from error
    try:
        line.request("GET", f"{address.path}?{urlencode(whole)}")
        return line.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        raise CarrierError(
            f"Kannel did not answer ({type(error).__name__})", certain=False
        ) from error
    finally:
        line.close()
