from __future__ import annotations

import subprocess
from pathlib import Path

from tests.deploy.proxy import DEPLOY, program

UNIT = DEPLOY / "neighbour-line.service"
BINARY = "/opt/neighbour-line/bin/neighbour-line"


def test_systemd_understands_every_line_of_the_unit(tmp_path: Path) -> None:
    """`systemd-analyze verify` has nothing to say; only the program stands elsewhere here."""
    here = tmp_path / UNIT.name
    here.write_text(UNIT.read_text("utf-8").replace(BINARY, "/bin/true"), "utf-8")
    command = [program("systemd-analyze"), "verify", str(here)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.strip()) == (0, "")


def test_the_unit_starts_what_the_wheel_installs() -> None:
    """The console script, its command and its options exist."""
    from assistant.commands.serve import serve  # noqa: PLC0415 - only this test needs it

    lines = UNIT.read_text("utf-8").splitlines()
    (start,) = [line for line in lines if line.startswith("ExecStart=")]
    binary, command, option, _data = start.removeprefix("ExecStart=").split()
    assert binary == BINARY
    assert (command, option in {name for one in serve.params for name in one.opts}) == (
        "serve",
        True,
    )
