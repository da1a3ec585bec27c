"""TwiML as the loopback carrier carries it out for a telephone that it rings. Pure.

The page carries out the TwiML of calls that come in; here are only the verbs for calls that go out.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

SYLLABLES_A_SECOND: Final = 4.0
"As an unhurried voice speaks Mandarin; an English word counts as two."
LONGEST: Final = 60_000
"Characters of one page of TwiML: Twilio's own limit is 64 KB."


class NoTwimlError(Exception):
    """The answer to a webhook cannot be carried out."""


@dataclass(frozen=True, slots=True)
class Say:
    """A sentence."""

    text: str
    language: str

    @property
    def seconds(self) -> float:
        """About how long it takes."""
        hanzi = sum(1 for sign in self.text if "㐀" <= sign <= "鿿")
        words = sum(1 for word in self.text.split() if word.isascii())
        return max(1.0, (hanzi + 2 * words) / SYLLABLES_A_SECOND)


@dataclass(frozen=True, slots=True)
class Pause:
    """Silence."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Gather:
    """Sentences, and keys after them."""

    says: tuple[Say, ...]
    count: int
    seconds: float
    action: str


@dataclass(frozen=True, slots=True)
class Dial:
    """Ring another telephone and join the two."""

    number: str
    seconds: float
    caller: str
    action: str
    url: str
    "What is said to whoever answers there, before they are joined."
    status_callback: str
    moments: frozenset[str]
    heard_callback: str
    "Where it is told whether a machine has answered; empty: nobody wants to know."


@dataclass(frozen=True, slots=True)
class Redirect:
    """Go on with another page."""

    url: str


@dataclass(frozen=True, slots=True)
class Hangup:
    """The end."""


Verb = Say | Pause | Gather | Dial | Redirect | Hangup


def verbs(text: str) -> tuple[Verb, ...]:
    """The verbs of one page, in order. Raises `NoTwimlError`."""
    try:
        root = ET.fromstring(text if len(text) <= LONGEST else "")  # noqa: S314 - our own service's
    except ET.ParseError:
        raise NoTwimlError("not XML") from None
    if root.tag != "Response":
        raise NoTwimlError("no Response")
    return tuple(_verbs(root))


def _verbs(root: ET.Element) -> Iterator[Verb]:
    for element in root:
        match element.tag:
            case "Say":
                yield _say(element)
            case "Pause":
                yield Pause(float(element.get("length", "1")))
            case "Gather":
                yield _gather(element)
            case "Dial":
                yield _dial(element)
            case "Redirect":
                yield Redirect((element.text or "").strip())
            case "Hangup" | "Reject":
                yield Hangup()
            case other:
                raise NoTwimlError(other)


def _say(element: ET.Element) -> Say:
    tag = element.get("language", "en").lower()
    language = "zh" if tag.startswith(("zh", "cmn")) else tag[:2]
    return Say((element.text or "").strip(), language)


def _gather(element: ET.Element) -> Gather:
    return Gather(
        tuple(_say(item) for item in element.iter("Say")),
        int(element.get("numDigits", "1")),
        float(element.get("timeout", "5")),
        element.get("action", ""),
    )


def _dial(element: ET.Element) -> Dial:
    number = element.find("Number")
    place = element if number is None else number
    return Dial(
        number=(place.text or "").strip(),
        seconds=float(element.get("timeout", "30")),
        caller=element.get("callerId", ""),
        action=element.get("action", ""),
        url=place.get("url", "") if number is not None else "",
        status_callback=place.get("statusCallback", ""),
        moments=frozenset(place.get("statusCallbackEvent", "completed").split()),
        heard_callback=place.get("amdStatusCallback", "") if place.get("machineDetection") else "",
    )
