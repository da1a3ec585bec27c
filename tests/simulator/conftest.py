from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import Flask

from assistant.simulator import simulator_blueprint
from tests.simulator.around import Around

if TYPE_CHECKING:
    from flask.testing import FlaskClient


@pytest.fixture
def around() -> Around:
    """A fresh program around the simulator."""
    return Around()


@pytest.fixture
def client(around: Around) -> FlaskClient:
    """A client of the simulator alone."""
    app = Flask("simulator_alone")
    app.register_blueprint(simulator_blueprint(around.parts()))
    return app.test_client()
