from __future__ import annotations

import re
import sqlite3
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from assistant.cli import cli

if TYPE_CHECKING:
    from pathlib import Path

PASSWORD = "seven grey herons"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty data folder."""
    return tmp_path_factory.mktemp("data")


def run(data: Path, *words: str, typed: str = "") -> tuple[int, str]:
    """Exit code and output of a command."""
    result = CliRunner().invoke(cli, [*words, "--data", str(data)], input=typed)
    return result.exit_code, result.output


def test_the_first_admin_is_made_by_command(data: Path) -> None:
    """With a password from a pipe, or with a link that opens once; then both are listed."""
    assert run(data, "staff", "list")[1].startswith("Nobody has an account")
    made = ("staff", "add", "陈站长", "--role", "admin", "--password-stdin")
    code, said = run(data, *made, typed=f"{PASSWORD}\n")
    assert code == 0
    assert "/desk/" in said
    assert PASSWORD not in said
    code, said = run(data, "staff", "add", "王芳", "--role", "agent")
    assert code == 0
    assert re.search(r"/desk/welcome/[\w-]{43}\n", said)
    listed = run(data, "staff", "list")[1].splitlines()
    assert [line.split()[:2] for line in listed] == [["王芳", "agent"], ["陈站长", "admin"]]
    assert re.search(r"/desk/welcome/[\w-]{43}\n", run(data, "staff", "link", "王芳")[1])


def test_mistakes_are_one_sentence(data: Path) -> None:
    """A weak password, a taken name, no such role, nobody of that name."""
    run(data, "staff", "add", "有人", "--role", "reader")
    for words, typed, code in (
        (("add", "弱", "--role", "admin", "--password-stdin"), "short\n", 1),
        (("add", "有人", "--role", "admin"), "", 1),
        (("add", "x", "--role", "boss"), "", 2),
        (("link", "没有这个人"), "", 1),
    ):
        left, said = run(data, "staff", *words, typed=typed)
        assert left == code
        assert "Traceback" not in said


def test_the_log_is_verified_by_command(data: Path) -> None:
    """Whole with the printed head; a changed entry fails and is named."""
    run(data, "staff", "add", "审计", "--role", "auditor")
    code, said = run(data, "audit", "head")
    assert code == 0
    head = said.split()[0]
    assert run(data, "audit", "verify", "--head", head)[0] == 0
    assert run(data, "audit", "verify", "--head", "nonsense")[0] == 2
    assert run(data, "audit", "verify", "--head", "1:" + "0" * 64)[0] == 1
    connection = sqlite3.connect(data / "neighbour-line.db")
    connection.execute("DROP TRIGGER audit_no_update")
    connection.execute("UPDATE audit SET why = 'reader' WHERE number = 1")
    connection.commit()
    connection.close()
    code, said = run(data, "audit", "verify")
    assert code == 1
    assert "entry 1 was changed" in said
