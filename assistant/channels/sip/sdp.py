"""Descriptions of sound: what the other side offers, and what we answer (RFC 3264). PURE."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Final

from aiosipua import (
    ConnectionData,
    MediaDescription,
    Origin,
    SdpMessage,
    SdpNegotiationError,
    negotiate_sdp,
    parse_sdp,
    serialize_sdp,
)

from assistant.channels.paced.g711 import NAMES
from assistant.channels.sip.settings import Address

DIRECTIONS: Final = ("sendrecv", "sendonly", "recvonly", "inactive")
EVENTS = 101
"Our payload type of telephone events, where we offer."
PTIMES: Final = range(10, 61, 10)
"Milliseconds a packet may hold."
USUAL_PTIME = 20
HELD_ADDRESS = "0.0.0.0"  # noqa: S104 - how hold was written before RFC 3264; never bound


class NoCommonSound(ValueError):  # noqa: N818 - says what is the matter
    """An offer we cannot take up: no G.711, encrypted, no address, or not of the protocol."""


@dataclass(frozen=True, slots=True)
class Ours:
    """Our end."""

    address: Address
    codecs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Media:
    """What was agreed: where sound is sent, and how."""

    address: Address
    codec: int
    ptime_ms: int
    events: int | None
    "Payload type of telephone events; `None`: no keys in RTP."
    held: bool
    "They do not want to hear us now, or are not to be heard: the caller is on hold."


def answer(offered: str, ours: Ours, version: int) -> tuple[Media, str]:
    """Take up an offer; `version` counts the descriptions of one call. Raises `NoCommonSound`."""
    offer = _parsed(offered)
    audio = _audio(offer)
    events = _events(audio)
    try:
        described, codec = negotiate_sdp(
            offer,
            ours.address[0],
            ours.address[1],
            list(ours.codecs),
            dtmf_payload_type=events or 0,
            session_id="1",
        )
    except (SdpNegotiationError, ValueError, IndexError) as error:
        raise NoCommonSound("no G.711 in the offer") from error
    described.origin.session_version = str(version)
    return _media(offer, audio, codec), serialize_sdp(described)


def offer(ours: Ours, version: int, ptime_ms: int = USUAL_PTIME) -> str:
    """What we offer where it is for us to."""
    host, port = ours.address
    kind = "IP6" if ":" in host else "IP4"
    names = [f"{codec} {NAMES[codec]}/8000" for codec in ours.codecs]
    audio = MediaDescription(
        media="audio",
        port=port,
        formats=[*map(str, ours.codecs), str(EVENTS)],
        attributes={
            "rtpmap": [*names, f"{EVENTS} telephone-event/8000"],
            "fmtp": [f"{EVENTS} 0-15"],
            "ptime": [str(ptime_ms)],
            "sendrecv": [],
        },
    )
    origin = Origin("-", "1", str(version), "IN", kind, host)
    connection = ConnectionData("IN", kind, host)
    return serialize_sdp(
        SdpMessage(origin=origin, session_name="-", connection=connection, media=[audio])
    )


def accepted(answered: str, ours: Ours) -> Media:
    """What the other side made of our offer. Raises `NoCommonSound`."""
    answered_with = _parsed(answered)
    audio = _audio(answered_with)
    codec = next((c.payload_type for c in audio.codecs if c.payload_type in ours.codecs), None)
    if codec is None:
        raise NoCommonSound("no G.711 in the answer")
    return _media(answered_with, audio, codec)


def _parsed(text: str) -> SdpMessage:
    try:
        return parse_sdp(text)
    except (ValueError, IndexError) as error:
        raise NoCommonSound("not a description of sound") from error


def _audio(described: SdpMessage) -> MediaDescription:
    """The first unencrypted sound that is wanted, with the direction of the whole description."""
    audio = described.audio
    if audio is None or audio.port == 0 or audio.proto.upper() != "RTP/AVP":
        raise NoCommonSound("no unencrypted sound in the description")
    if not any(name in audio.attributes for name in DIRECTIONS):
        for name in DIRECTIONS:
            if name in described.attributes:
                audio.attributes[name] = []
    return audio


def _media(described: SdpMessage, audio: MediaDescription, codec: int) -> Media:
    connection = audio.connection or described.connection
    host = connection.address if connection is not None else ""
    _checked(host, audio.port)
    held = host == HELD_ADDRESS or audio.direction != "sendrecv"
    return Media((host, audio.port), codec, _ptime(audio), _events(audio), held)


def _checked(host: str, port: int) -> None:
    """Sound goes to one host that is named by its address; nothing is looked up."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        raise NoCommonSound("the address of the sound is no address") from None
    if address.is_multicast or not 0 < port < 1 << 16:
        raise NoCommonSound("sound is sent to one host")


def _ptime(audio: MediaDescription) -> int:
    given = next(iter(audio.attributes.get("ptime", ())), "")
    known = given.isascii() and given.isdigit() and len(given) < len("1000")
    return int(given) if known and int(given) in PTIMES else USUAL_PTIME


def _events(audio: MediaDescription) -> int | None:
    for codec in audio.codecs:
        if codec.encoding_name.lower() == "telephone-event" and codec.clock_rate == 8000:  # noqa: PLR2004 - Hz
            return codec.payload_type
    return None
