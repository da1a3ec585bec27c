"""The carrier that posts texts over connections kept open."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from subprocess import Popen
from types import SimpleNamespace
from typing import cast

import pytest

from assistant.benchmarks.running import RunningService
from assistant.benchmarks.sms import Poster, Text


class Impatient(http.server.BaseHTTPRequestHandler):
    """Answers over a connection that is to be kept open, and then hangs up all the same."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """One text."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")
        self.close_connection = True

    def log_message(self, *_told: object) -> None:
        """Nothing."""


@pytest.fixture
def base() -> Iterator[str]:
    """The address of such a service."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Impatient) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join(5)


def test_a_line_that_was_hung_up_is_opened_again(base: str, tmp_path: Path) -> None:
    """A pause between two texts is no failure of the service."""
    nobody = cast("Popen[bytes]", SimpleNamespace())
    running = RunningService(base, "s", tmp_path / "journal", nobody)
    with closing(Poster(running)) as poster:
        for number in range(3):
            assert poster.post(Text(f"SM{number}", "+8613800000001", "1")) == (200, "ok")
