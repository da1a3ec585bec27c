from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.simulator.around import Around

NOW = "2026-11-24T22:30:00+08:00"


def test_clock_is_readable(client: FlaskClient) -> None:
    """The page shows the service's own time."""
    assert client.get("/simulator/clock").json == {"now": NOW}


@pytest.mark.parametrize(
    ("asked", "now"),
    [
        pytest.param({"advance_seconds": 3600}, "2026-11-24T23:30:00+08:00", id="an hour"),
        pytest.param({"advance_seconds": 0.5}, "2026-11-24T22:30:00.500000+08:00", id="half"),
        pytest.param({"advance_seconds": 0}, NOW, id="nothing"),
        pytest.param(
            {"set": "2026-11-25T09:00:00+08:00"}, "2026-11-25T09:00:00+08:00", id="a moment"
        ),
        pytest.param({"set": "2026-11-25T01:00:00Z"}, "2026-11-25T01:00:00+00:00", id="in UTC"),
        pytest.param({"set": NOW}, NOW, id="this very moment"),
    ],
)
def test_clock_moves_forward(
    client: FlaskClient, around: Around, asked: dict[str, Any], now: str
) -> None:
    """Forward by seconds or to a moment; the answer is the new time."""
    response = client.post("/simulator/clock", json=asked)
    assert (response.status_code, response.json) == (200, {"now": now})
    assert around.now == datetime.fromisoformat(now)


@pytest.mark.parametrize(
    "asked",
    [
        {"advance_seconds": -1},
        {"set": "2026-11-24T22:29:59+08:00"},
        {"set": "0001-01-01T00:00:00+23:59"},
    ],
)
def test_clock_never_goes_back(client: FlaskClient, around: Around, asked: dict[str, Any]) -> None:
    """A time that has passed is a conflict, and said in a sentence."""
    response = client.post("/simulator/clock", json=asked)
    assert response.status_code == 409
    assert "never goes back" in response.get_json()["error"]
    assert around.now == datetime.fromisoformat(NOW)


@pytest.mark.parametrize(
    "body",
    [
        "{}",
        '{"advance_seconds": "3600"}',
        '{"advance_seconds": true}',
        '{"advance_seconds": null}',
        '{"advance_seconds": NaN}',
        '{"advance_seconds": Infinity}',
        '{"advance_seconds": 1e300}',
        '{"advance_seconds": 99999999999999999999999}',
        '{"advance_seconds": 1, "set": "2026-11-25T09:00:00+08:00"}',
        '{"advance_seconds": 1, "also": 2}',
        '{"set": "2026-11-25T09:00:00"}',
        '{"set": "2026-11-25"}',
        '{"set": "tomorrow"}',
        '{"set": ""}',
        '{"set": 5}',
        '{"set": "9999-12-31T23:59:59-23:59"}',
    ],
)
def test_what_is_no_time_is_refused(client: FlaskClient, around: Around, body: str) -> None:
    """Bad input is answered 400 with a sentence and moves nothing."""
    response = client.post("/simulator/clock", data=body)
    assert response.status_code == 400
    assert response.get_json()["error"].rstrip().endswith(".")
    assert around.now == datetime.fromisoformat(NOW)
