"""What `core.ports.TextCarrier` promises, held by every carrier of texts over a real peer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import pytest

from assistant.channels.gammu import GammuControl, open_tables
from assistant.channels.kannel_log import AskedLog
from assistant.channels.kannel_rest import KannelAccount, KannelControl
from assistant.core.errors import CarrierError
from assistant.core.ports import TextCarrier
from assistant.outbox.routing import Route, Router
from tests.gammu.daemon import Modem, daemon
from tests.kannel.gateway import HOST, KEY, OURS, PASSWORD, USER, Gateway, gateway, until
from tests.outbox.carrier import LoopbackTexts, loopback_texts

NINE = datetime.fromisoformat("2026-11-25T09:00+08:00")
HERS, ANOTHER = "+8613800000001", "+8613800000002"
TEXTS = {
    "zh": "【桂花社区】食堂电话：0571-88001015。",
    "en": "Osmanthus: Seniors' Canteen, tea {€2}: 0571-88001015.",
    "71": "喜" * 71,
    "161": "x" * 161,
    "lines": "【桂花社区】您回复的是哪件事？\n1 GH000001\n2 看病和照顾",
    "sign": "好😀",
}


class Peer(Protocol):
    """The far end of a carrier, as a test drives it."""

    def carrier(self) -> TextCarrier:
        """A client as a new process would have it."""
        ...

    def unreachable(self) -> TextCarrier:
        """A client of one that nobody reaches."""
        ...

    def arrived(self, count: int) -> list[tuple[str, str]]:
        """Number and words of the texts, parts joined, once there are so many."""
        ...


class TwilioPeer:
    """Twilio's REST API on this machine."""

    def __init__(self, texts: LoopbackTexts) -> None:
        self._texts = texts

    def carrier(self) -> TextCarrier:
        """As `Peer.carrier`."""
        return self._texts.control()

    def unreachable(self) -> TextCarrier:
        """As `Peer.unreachable`."""
        nowhere = LoopbackTexts(NINE, f"http://{HOST}:9")
        return nowhere.control()

    def arrived(self, count: int) -> list[tuple[str, str]]:
        """As `Peer.arrived`."""
        assert len(self._texts.taken) == count
        return [(text["To"], text["Body"]) for text in self._texts.taken]


class KannelPeer:
    """A Kannel with the mobile network behind it."""

    def __init__(self, running: Gateway, folder: Path) -> None:
        self._running, self._folder = running, folder
        running.operator.heard.clear()

    def carrier(self, send_url: str = "") -> KannelControl:
        """As `Peer.carrier`."""
        account = KannelAccount(
            "city",
            send_url or self._running.send_url,
            USER,
            OURS,
            f"http://{HOST}:9/kannel/city/report",
            PASSWORD,
            KEY,
        )
        log = AskedLog(self._folder / "city.texts", b"secret", NINE)
        return KannelControl(account, log, lambda: NINE)

    def unreachable(self) -> TextCarrier:
        """As `Peer.unreachable`."""
        return self.carrier(f"http://{HOST}:9/cgi-bin/sendsms")

    def arrived(self, count: int) -> list[tuple[str, str]]:
        """As `Peer.arrived`."""
        operator = self._running.operator
        until(lambda: len(self._whole()) >= count, f"no {count} texts arrived")
        assert {part.sender for part in operator.heard} == {OURS}
        return self._whole()

    def _whole(self) -> list[tuple[str, str]]:
        texts: list[tuple[str, str]] = []
        parts = b""
        for part in list(self._running.operator.heard):
            if not part.udh:
                texts.append((part.to, part.text))
                continue
            parts += part.data
            if part.udh[-4:-2] == part.udh[-2:]:
                plain = parts.isascii() and b"\0" not in parts
                coding = "ascii" if plain and b"u" not in parts else "utf-16-be"
                texts.append((part.to, parts.decode(coding)))
                parts = b""
        return texts


class GammuPeer:
    """A gammu-smsd with a modem."""

    def __init__(self, modem: Modem) -> None:
        self._modem = modem
        modem.ask("DELETE FROM spoken")
        modem.ask("DELETE FROM sentitems")

    def carrier(self) -> TextCarrier:
        """As `Peer.carrier`."""
        return GammuControl("modem", open_tables(self._modem.url), "", b"secret", lambda: NINE)

    def unreachable(self) -> TextCarrier:
        """As `Peer.unreachable`."""
        engine = open_tables(f"sqlite:///{self._modem.folder}/nowhere/smsd.db")
        return GammuControl("modem", engine, "", b"secret", lambda: NINE)

    def arrived(self, count: int) -> list[tuple[str, str]]:
        """As `Peer.arrived`."""
        until(lambda: len(self._whole()) >= count, f"no {count} texts were sent", 25)
        return self._whole()

    def _whole(self) -> list[tuple[str, str]]:
        texts: dict[str, tuple[str, str]] = {}
        for part in self._modem.spoken():
            texts[part.sid] = (part.to, texts.get(part.sid, ("", ""))[1] + part.text)
        return list(texts.values())


@pytest.fixture(scope="module")
def kannel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """One Kannel for all tests of this file."""
    with gateway(tmp_path_factory.mktemp("kannel"), f"http://{HOST}:9") as running:
        yield running


@pytest.fixture(scope="module")
def modem(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Modem]:
    """One modem for all tests of this file."""
    with daemon(tmp_path_factory.mktemp("gammu")) as running:
        yield running


class RoutedPeer:
    """The router, over a carrier that nobody reaches and another."""

    def __init__(self, inner: Peer) -> None:
        self._inner = inner

    def carrier(self) -> TextCarrier:
        """As `Peer.carrier`."""
        routes = [
            Route("lost", self._inner.unreachable()),
            Route("other", self._inner.carrier()),
        ]
        return Router(routes, lambda: NINE)

    def unreachable(self) -> TextCarrier:
        """As `Peer.unreachable`."""
        return Router([Route("lost", self._inner.unreachable())], lambda: NINE)

    def arrived(self, count: int) -> list[tuple[str, str]]:
        """As `Peer.arrived`."""
        return self._inner.arrived(count)


@pytest.fixture(params=["twilio", "kannel", "gammu", "router"])
def peer(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Peer]:
    """Each carrier."""
    if request.param == "kannel":
        yield KannelPeer(request.getfixturevalue("kannel"), tmp_path)
    elif request.param == "gammu":
        yield GammuPeer(request.getfixturevalue("modem"))
    elif request.param == "router":
        yield RoutedPeer(KannelPeer(request.getfixturevalue("kannel"), tmp_path))
    else:
        with loopback_texts(NINE.astimezone(UTC)) as texts:
            yield TwilioPeer(texts)


def test_texts_arrive_word_for_word(peer: Peer) -> None:
    """Chinese, English, signs of the extension table, 71 signs, several lines, an emoji."""
    carrier = peer.carrier()
    ids = [carrier.send_text(HERS, body) for body in TEXTS.values()]
    assert peer.arrived(len(TEXTS)) == [(HERS, body) for body in TEXTS.values()]
    assert len(set(ids)) == len(ids)
    assert all(ids)


def test_a_later_process_finds_what_was_taken(peer: Peer) -> None:
    """By number, words and time; the same text asked for twice is two texts."""
    first = peer.carrier().send_text(HERS, TEXTS["zh"])
    second = peer.carrier().send_text(ANOTHER, TEXTS["zh"])
    assert first != second
    peer.arrived(2)
    again = peer.carrier()
    assert again.find_text(HERS, TEXTS["zh"], NINE) == first
    assert again.find_text(ANOTHER, TEXTS["zh"], NINE) == second
    assert again.find_text(HERS, TEXTS["en"], NINE) is None
    assert again.find_text(HERS, TEXTS["zh"], NINE + timedelta(hours=1)) is None


def test_who_is_not_reached_surely_has_nothing(peer: Peer) -> None:
    """So another may be asked at once; the error names no number and no word."""
    with pytest.raises(CarrierError) as failed:
        peer.unreachable().send_text(HERS, TEXTS["zh"])
    assert failed.value.certain
    assert HERS not in str(failed.value)
    assert "食堂" not in str(failed.value)
