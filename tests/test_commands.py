"""The commands as a script uses them: each in a process of its own, over its own data."""

from __future__ import annotations

import asyncio
import io
import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import click
import pytest

from assistant.commands import call
from assistant.commands.script import lines as script_lines

if TYPE_CHECKING:
    from assistant.simulated import SimulatedCall

ROOT = Path(__file__).parents[1]
AT = "2026-11-25T09:00"


def run(
    *arguments: str, given: str = "", env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run one command; its result with stdout and stderr."""
    return subprocess.run(
        [sys.executable, "-m", "assistant.cli", *arguments],
        input=given,
        capture_output=True,
        text=True,
        timeout=110,
        cwd=ROOT,
        env={**os.environ, **(env or {})},
        check=False,
    )


def script(
    command: str, data: Path, *moves: dict[str, Any], at: str = AT, **options: str
) -> list[dict[str, Any]]:
    """Run `call` or `text` with --json; the lines that came out."""
    extra = [part for name, value in options.items() for part in (f"--{name}", value)]
    given = "".join(json.dumps(move, ensure_ascii=False) + "\n" for move in moves)
    result = run(command, "--json", "--at", at, "--data", str(data), *extra, given=given)
    assert result.returncode == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder the commands of this module share."""
    return tmp_path_factory.mktemp("data")


def events(lines: list[dict[str, Any]]) -> list[str]:
    """The events in order."""
    return [line["event"] for line in lines]


def test_a_call_by_script(data: Path) -> None:
    """One `listening` at the start and after each line; the clock runs with the call's own time."""
    lines = script(
        "call",
        data,
        {"say": "老年食堂几点开门"},
        {"key": "2"},
        {"silence": 3},
        {"hangup": True},
    )
    assert events(lines).count("listening") == 4
    assert lines[0]["time"].startswith("2026-11-25T09:00:00")
    heard = next(line for line in lines if line["event"] == "heard")
    assert {"text", "language", "confidence", "alternatives"} <= set(heard)
    said = next(line for line in lines if line["event"] == "said")
    assert {"seconds", "rate", "gain_db", "prompt", "interrupted", "language"} <= set(said)
    answered = next(line for line in lines if line["event"] == "outcome")
    assert answered["facts"]["field"] == "hours"
    times = [line["time"] for line in lines if line["event"] == "listening"]
    assert times == sorted(times)


def test_silence_passes_once_and_whole(data: Path) -> None:
    """Nine seconds of silence: the prompt that comes at eight is heard out before the next line."""
    lines = script("call", data, {"silence": 9}, {"hangup": True})
    names = [line.get("prompt") for line in lines if line["event"] == "said"]
    assert "silence.first" in names
    heard_out = [line["time"] for line in lines if line["event"] == "listening"]
    assert len(heard_out) == 2


def test_the_service_ends_the_call_by_itself(data: Path) -> None:
    """After goodbye nothing is awaited any more."""
    lines = script("call", data, {"say": "再见"}, {"say": "喂"})
    assert events(lines).count("listening") == 1
    assert [line for line in lines if line["event"] == "said"][-1]["prompt"] == "goodbye"


def test_end_of_input_is_a_hang_up(data: Path) -> None:
    """The script ends without hanging up."""
    lines = script("call", data)
    assert events(lines).count("listening") == 1
    assert lines[-1]["event"] == "outcome"
    assert lines[-1]["kind"] == "abandoned"


def test_a_call_in_english(data: Path) -> None:
    """The line begins in the language asked for."""
    lines = script("call", data, {"say": "where is the library"}, language="en")
    assert next(x["language"] for x in lines if x["event"] == "said") == "en"
    kinds = [line["facts"].get("field") for line in lines if line["event"] == "outcome"]
    assert "address" in kinds


def test_texts_by_script(data: Path) -> None:
    """One `said` a message; the conversation lasts between two runs."""
    lines = script("text", data, {"text": "食堂几点开门"}, **{"from": "+8613800000301"})
    assert events(lines)[0] == "listening"
    assert events(lines)[-1] == "listening"
    assert events(lines).count("said") == 1
    who = {"from": "+8613800000301"}
    later = script("text", data, {"text": "在哪"}, at="2026-11-26T10:00", **who)
    fields = [line["facts"]["field"] for line in later if line["event"] == "outcome"]
    assert fields == ["address"]


def test_one_text_prints_its_reply(data: Path) -> None:
    """For people: plain lines."""
    result = run("text", "--from", "+8613800000302", "--data", str(data), "--at", AT, "图书室在哪")
    assert result.returncode == 0
    assert "图书室" in result.stdout


def test_what_was_taken_down_can_be_read_and_closed(data: Path) -> None:
    """A request by text stands in `requests` until it is closed."""
    script("text", data, {"text": "我家水管漏了，没人管"}, **{"from": "+8613800000303"})
    listed = run("requests", "--data", str(data)).stdout
    line = next(line for line in listed.splitlines() if "+8613800000303" in line)
    code = line.split()[0]
    assert run("requests", "close", code, "--data", str(data)).returncode == 0
    assert code not in run("requests", "--data", str(data)).stdout
    again = run("requests", "close", code, "--data", str(data))
    assert again.returncode == 1
    assert code in again.stderr


def test_scoring_a_table(data: Path, tmp_path: Path) -> None:
    """One JSON object a row, with slots on the day asked about."""
    table = tmp_path / "rows.tsv"
    table.write_text("text\tintent\n明天食堂几点开门\tservice.hours\n阿巴阿巴\toos\n", "utf-8")
    options = ["--language", "zh", "--channel", "voice", "--at", AT, "--data", str(data)]
    result = run("intents", "score", str(table), *options)
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["expected"] for row in rows] == ["service.hours", "oos"]
    assert {"text", "expected", "intent", "accepted", "score", "slots"} <= set(rows[0])
    assert rows[0]["slots"]["time"] == ["2026-11-26T00:00:00+08:00", "2026-11-27T00:00:00+08:00"]
    assert not rows[1]["accepted"]


def test_the_directory_goes_out_and_in(data: Path, tmp_path: Path) -> None:
    """Export, import into an empty house, export again: the same bytes."""
    first, second = tmp_path / "first", tmp_path / "second"
    assert run("directory", "export", str(first), "--data", str(data)).returncode == 0
    community = json.loads((first / "community.json").read_text("utf-8"))
    assert community["emergency_number"] == "120"
    assert {"staff_hours", "polls", "rosters"} <= set(community)
    other = ["--data", str(tmp_path / "other")]
    assert run("directory", "import", str(first), *other).returncode == 0
    assert run("directory", "export", str(second), *other).returncode == 0
    for path in first.iterdir():
        assert path.read_bytes() == (second / path.name).read_bytes(), path.name


def test_check_says_what_a_call_would_meet(data: Path) -> None:
    """Every subject has a line; a missing model is a note, not a failure."""
    result = run("check", "--data", str(data))
    assert result.returncode == 0, result.stdout
    assert "models install zh" in result.stdout
    assert "ok    voices" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["fly"], 2, "fly"),
        (["call", "--language", "xx"], 2, "xx"),
        (["text"], 2, "say what to send"),
        (["call", "--at", "yesterday"], 2, "yesterday"),
        (["serve", "--config", "/nowhere/config.yaml"], 1, "no such settings file"),
        (["models", "install", "zh", "--from", "intents"], 1, "model"),
    ],
    ids=["unknown", "language", "no text", "time", "config", "model"],
)
def test_errors_are_one_plain_sentence(
    tmp_path: Path, arguments: list[str], code: int, said: str
) -> None:
    """Exit 2 for wrong usage, 1 for what failed; no traceback."""
    if arguments[0] == "models":
        arguments = [*arguments, "--data", str(tmp_path)]
    result = run(*arguments)
    assert result.returncode == code
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_a_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    """Nothing is loaded before the port is known to be free."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        result = run("serve", "--port", port, "--data", str(tmp_path))
    assert result.returncode == 1
    assert "in use" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_data_folder_that_is_a_file_is_one_sentence(tmp_path: Path) -> None:
    """The folder's path and what to do."""
    blocked = tmp_path / "file"
    blocked.write_text("x")
    result = run("requests", "--data", str(blocked / "data"))
    assert result.returncode == 1
    assert "--data" in result.stderr


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nonsense", "line 1 of the input is not JSON"),
        ("[]", "give one of say, key"),
        ('{"fly": 1}', "give one of say, key"),
        ('{"say": "a", "key": "1"}', "give one of say, key"),
        ('{"say": 3}', "say needs a text"),
        ('{"key": "x"}', "key needs digits"),
        ('{"silence": "long"}', "silence needs a number of seconds"),
        ('{"audio": "/nowhere.wav"}', "/nowhere.wav: no such file"),
    ],
)
def test_a_wrong_line_of_a_script_is_named(
    monkeypatch: pytest.MonkeyPatch, line: str, said: str
) -> None:
    """By its number, or by its word and what that needs."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(line + "\n"))
    with pytest.raises(click.ClickException, match=said):
        asyncio.run(_all_done())


async def _all_done() -> None:
    nobody = SimpleNamespace(over=False, say=None, play=None, keep_silent=None)
    for line in script_lines(call.WORDS):
        await call._do(cast("SimulatedCall", nobody), line)


def test_a_wrong_line_ends_the_call(data: Path) -> None:
    """Exit 1 and a sentence; stdout carries only the journal."""
    result = run("call", "--json", "--at", AT, "--data", str(data), given='{"key": "x"}\n')
    assert result.returncode == 1
    assert "key needs digits" in result.stderr
    assert "Traceback" not in result.stderr
    assert all(json.loads(item) for item in result.stdout.splitlines())


def test_the_round_of_checks(data: Path, tmp_path: Path) -> None:
    """What is old is named, a page is printed, a check is kept, a notice goes up and down."""
    here, page = ["--data", str(data)], tmp_path / "page.html"
    looked = run("directory", "check", "--at", AT, "--json", "--worksheet", str(page), *here)
    assert looked.returncode == 0, looked.stderr
    found = {item["kind"]: item for item in map(json.loads, looked.stdout.splitlines())}
    assert not any(item["wrong"] for item in found.values())
    old = found["stale"]["service"]
    assert old in page.read_text("utf-8")
    assert run("directory", "verified", old, "--at", AT, *here).returncode == 0
    again = run("directory", "check", "--at", AT, *here)
    assert "stale" not in again.stdout
    assert run("directory", "verified", "gone", *here).returncode == 1
    put = run("directory", "notice", "明天停气。", "--from", "2026-11-26", "--topic", "停气", *here)
    identifier = put.stdout.split()[0]
    assert "明天停气" in run("directory", "notice", *here).stdout
    assert run("directory", "notice", "--remove", identifier, *here).returncode == 0
    assert "明天停气" not in run("directory", "notice", *here).stdout
