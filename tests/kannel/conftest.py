"""A Kannel of its own for each test, and a house behind it on a Wednesday at nine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from assistant.teaching import Taught
from tests.kannel.gateway import KEY, OURS, PASSWORD, USER, Gateway, gateway
from tests.kannel.served import Served, answering, opened, routes_of
from tests.scenarios.conftest import open_at

__all__ = ["open_at"]


@dataclass
class Town:
    """What a test has in its hands."""

    kannel: Gateway
    served: Served
    origin: str
    "Where the house serves Kannel."


def city(kannel: Gateway, origin: str) -> dict[str, object]:
    """The block of the settings for this Kannel."""
    return {
        "kind": "kannel",
        "send_url": kannel.send_url,
        "user": USER,
        "password": PASSWORD,
        "sender": OURS,
        "secret": KEY,
        "reports_to": origin,
    }


@pytest.fixture
def town(demo_data: Path, learnt: Taught, tmp_path: Path) -> Iterator[Town]:
    """A house whose texts go and come by Kannel."""
    app = Flask("house")
    server, origin = routes_of(app)
    with (
        gateway(tmp_path, origin) as kannel,
        opened(demo_data, tmp_path, learnt, {"city": city(kannel, origin)}) as served,
        answering(app, server, served),
    ):
        yield Town(kannel, served, origin)
