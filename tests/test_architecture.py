"""The rules of docs/architecture.md, held by reading the code: who imports whom, who does I/O."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "assistant"

JOINERS = {
    "account",
    "admission",
    "afterwards",
    "answering",
    "app",
    "attention",
    "backing_up",
    "benchmarks",
    "booking",
    "call",
    "carriers",
    "casework",
    "cli",
    "commands",
    "conversation",
    "correcting",
    "counting",
    "deaf",
    "desk",
    "desk_figures",
    "desk_parts",
    "desk_studio",
    "desk_tables",
    "drill",
    "effects",
    "figure_rows",
    "first_start",
    "fridge",
    "heard",
    "hurry",
    "interruption",
    "lines",
    "listener",
    "keeping_up",
    "listening",
    "lookups",
    "month_told",
    "outage",
    "outlook",
    "posting",
    "publishing",
    "ringing",
    "playback",
    "poll_desk",
    "polling",
    "promises",
    "retaining",
    "righting",
    "rights_desk",
    "radaring",
    "rooms",
    "sense",
    "simulated",
    "tallying",
    "teaching",
    "texting",
    "theme_news",
    "theming",
    "thrift",
    "valuing",
    "watching",
    "web",
}
"Only these join rooms."
SHARED = {
    "alarm_clock",
    "capacity",
    "core",
    "clock",
    "config",
    "database",
    "journal",
    "keys",
    "library",
    "logs",
    "nodes",
    "one_at_a_time",
    "secrets_file",
    "settings_file",
    "tenants",
    "upgrading",
    "vault",
}
"What stands beside the rooms."
SHARED_MAY = {
    "database": {"core", "migrations", "tenants", "upgrading", "vault"},
    "config": {"core", "logs", "secrets_file"},
    "keys": {"core", "database", "vault"},
    "library": {"core", "dialogue"},
    "nodes": {"core", "database", "tenants"},
    "settings_file": {"config", "core", "secrets_file"},
    "tenants": {"core", "vault"},
    "vault": {"core", "database"},
}
ROOMS = {
    "alarms",
    "audit",
    "backups",
    "callbacks",
    "cards",
    "cases",
    "channels",
    "corrections",
    "dialogue",
    "directory",
    "edge",
    "forecast",
    "memory",
    "open311",
    "outbox",
    "polls",
    "privacy",
    "public",
    "radar",
    "rights",
    "scorecard",
    "simulator",
    "speech",
    "staff",
    "themes",
    "understanding",
}
MAY_USE_DATABASE = {
    "alarms",
    "audit",
    "callbacks",
    "cards",
    "cases",
    "corrections",
    "directory",
    "memory",
    "migrations",
    "outbox",
    "polls",
    "privacy",
    "public",
    "radar",
    "rights",
    "scorecard",
    "staff",
    "themes",
}
PURE = (
    "core",
    "understanding",
    "dialogue",
    "audit/chain.py",
    "callbacks/events.py",
    "callbacks/fairness.py",
    "callbacks/ledger.py",
    "callbacks/life.py",
    "callbacks/people.py",
    "callbacks/promising.py",
    "callbacks/row.py",
    "callbacks/rules.py",
    "callbacks/safe_words.py",
    "callbacks/slipping.py",
    "callbacks/steps.py",
    "callbacks/telephoning.py",
    "callbacks/windows.py",
    "desk/masking.py",
    "desk/reading.py",
    "edge/tolls.py",
    "cases/deadlines.py",
    "cases/duplicates.py",
    "cases/kinds.py",
    "cases/life.py",
    "cases/rules.py",
    "corrections/replay.py",
    "directory/alike.py",
    "directory/answers.py",
    "directory/areas.py",
    "directory/browse.py",
    "directory/facts.py",
    "directory/formulas.py",
    "directory/heard.py",
    "directory/hours.py",
    "directory/hours_asked.py",
    "directory/lexicon.py",
    "directory/naming.py",
    "directory/nested.py",
    "directory/notices.py",
    "directory/opening_rows.py",
    "directory/package.py",
    "directory/phrases.py",
    "directory/postings.py",
    "directory/pronunciation.py",
    "directory/recurrence.py",
    "directory/review.py",
    "directory/rosters.py",
    "directory/search.py",
    "directory/seasons.py",
    "directory/shelf.py",
    "directory/sound.py",
    "directory/timetable.py",
    "directory/trees.py",
    "directory/whereabouts.py",
    "directory/worksheet.py",
    "directory/written",
    "directory/zones.py",
    "speech/audio.py",
    "speech/echo.py",
    "speech/endpointing.py",
    "speech/limiter.py",
    "speech/loudness.py",
    "speech/pauses.py",
    "speech/takes.py",
    "speech/tempo.py",
    "speech/voice.py",
    "speech/hesitation.py",
    "speech/patience.py",
    "speech/pieces.py",
    "speech/syllables.py",
    "speech/vocabulary.py",
    "channels/punctuality.py",
    "channels/gammu_parts.py",
    "channels/asterisk/buffered.py",
    "channels/asterisk/control.py",
    "channels/asterisk/frames.py",
    "channels/asterisk/settings.py",
    "channels/asterisk/sound.py",
    "channels/paced/caller.py",
    "channels/paced/g711.py",
    "channels/sip/jitter.py",
    "channels/sip/keys.py",
    "channels/sip/messages.py",
    "channels/paced/playout.py",
    "channels/sip/sdp.py",
    "channels/sip/settings.py",
    "channels/paced/tokens.py",
    "channels/twilio_media.py",
    "privacy/places.py",
    "polls/asked.py",
    "polls/facts.py",
    "polls/meaning.py",
    "polls/rules.py",
    "privacy/rules.py",
    "rights/life.py",
    "forecast",
    "public/hiding.py",
    "public/month.py",
    "radar/clusters.py",
    "radar/odds.py",
    "scorecard/contacts.py",
    "scorecard/figures.py",
    "scorecard/measures.py",
    "vault/columns.py",
    "vault/ring.py",
    "staff/roles.py",
    "themes/grouping.py",
)
BANNED_CALLS = {"open", "input", "print", "exec", "eval"}
BANNED_NAMES = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.sleep",
    "time.monotonic",
}
BANNED_MODULES = {
    "asyncio",
    "flask",
    "http",
    "multiprocessing",
    "os",
    "random",
    "requests",
    "secrets",
    "socket",
    "sqlalchemy",
    "sqlite3",
    "subprocess",
    "threading",
    "urllib",
    "uuid",
    "websockets",
}
MAY_READ_FILES = {"speech/audio.py"}
"Decodes WAV files; everything else in it is arithmetic."


def modules() -> list[Path]:
    """Every module of the package."""
    return sorted(PACKAGE.rglob("*.py"))


def part_of(path: Path) -> str:
    """The room, or the single module, a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@cache
def tree_of(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def own_imports(path: Path) -> set[str]:
    """The parts of this package that a file imports, also inside functions."""
    found = set()
    for node in ast.walk(tree_of(path)):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        found |= {name.split(".")[1] for name in names if name.startswith("assistant.")}
    return found


def is_pure(path: Path) -> bool:
    """Whether the file lies in a pure room or is a pure part of another."""
    inside = path.relative_to(PACKAGE).as_posix()
    return any(inside == rule or inside.startswith(rule + "/") for rule in PURE)


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_go_one_way(path: Path) -> None:
    """Core imports nothing of ours, rooms core; those that keep things, what keeps and seals."""
    part, used = part_of(path), own_imports(path) - {part_of(path)}
    if part in JOINERS or part in {"__init__", "bootstrap"}:
        return
    allowed: set[str] = set()
    if part in ROOMS:
        allowed = {"core"} | ({"database", "vault"} if part in MAY_USE_DATABASE else set())
    elif part in SHARED - {"core"}:
        allowed = SHARED_MAY.get(part, {"core", "migrations"})
    elif part == "migrations":
        allowed = {"core", "database", "tenants"}
        allowed |= {"alarms", "cards", "cases", "directory", "memory", "outbox"}
    assert used <= allowed, (
        f"{path.name} may import {sorted(allowed)}, not {sorted(used - allowed)}"
    )


def imported_while_running(path: Path) -> set[str]:
    """The parts of this package that a file imports for more than its annotations."""
    found = set()
    for node in tree_of(path).body:
        if (
            isinstance(node, ast.ImportFrom)
            and node.module
            and node.module.startswith("assistant.")
        ):
            found.add(node.module.split(".")[1])
    return found


@pytest.mark.parametrize(
    "path", sorted((PACKAGE / "desk").rglob("*.py")), ids=lambda path: path.stem
)
def test_the_desk_is_handed_its_rooms(path: Path) -> None:
    """Pages know who works here (`staff`); every other room's things come in `DeskParts`."""
    assert imported_while_running(path) <= {"core", "desk", "staff"}


@pytest.mark.parametrize(
    "path",
    [path for path in modules() if is_pure(path)],
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_pure_rooms_do_nothing_outside(path: Path) -> None:
    """No files, clocks, threads, chance, network or database in a pure room."""
    inside = path.relative_to(PACKAGE).as_posix()
    found = []
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ImportFrom) and node.module:
            found += [node.module] if node.module.split(".")[0] in BANNED_MODULES else []
        elif isinstance(node, ast.Import):
            found += [a.name for a in node.names if a.name.split(".")[0] in BANNED_MODULES]
        elif isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            banned = name in BANNED_CALLS or any(name.endswith(item) for item in BANNED_NAMES)
            found += [name] if banned and inside not in MAY_READ_FILES else []
    assert found == []


def test_every_part_is_known() -> None:
    """A new room is named here, so that its rule is decided and not forgotten."""
    parts = {part_of(path) for path in modules()}
    assert parts - ROOMS - SHARED - JOINERS - {"__init__", "bootstrap", "migrations"} == set()


def test_the_page_names_every_joiner_and_every_room() -> None:
    """Whoever looks for a part finds it in `docs/architecture.md`, and nothing that is gone."""
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    joining = re.search(
        r"^never import each other\. Only ([^.]+) join rooms\.$", page, re.MULTILINE
    )
    rows = re.findall(r"^\| (`[^|]+`) \| ", page, re.MULTILINE)
    assert joining is not None
    assert set(re.findall(r"`(\w+)`", joining[1])) == JOINERS
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row)} >= ROOMS


def test_only_the_library_reads_its_trees() -> None:
    """Both trees are read in one place; `teaching` only looks whether they have changed."""
    readers = [
        path.name
        for path in modules()
        if '/ "intents"' in path.read_text("utf-8")
        and {"read_text", "read_yaml"} & set(re.findall(r"\w+", path.read_text("utf-8")))
        and part_of(path) not in {"library", "teaching"}
    ]
    assert readers == []


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_functions_stay_short(path: Path) -> None:
    """No function over 60 lines."""
    long = [
        node.name
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno > 60
    ]
    assert long == []


LONGEST_MODULE = 260
"Lines; what is longer has a second subject, or a reason below."
MAY_BE_LONGER = {
    "app.py": "the service is put together in one place, part after part",
    "benchmarks/desk.py": "one measurement: the office, its staff and their clocks",
    "benchmarks/ring_crash.py": "one measurement: every point at which a ring can be killed",
    "channels/twilio_stream.py": "one socket from its upgrade to its end",
    "core/answer.py": "one list: everything the dialogue can ask",
    "core/ports.py": "one list: what each port promises, mostly in words",
    "dialogue/actions/poll.py": "one action: a vote from its question to its receipt",
    "directory/exchange.py": "one format, written and read side by side",
    "polls/meaning.py": "one question: which choice do words mean",
    "privacy/person.py": "one walk through all that is kept of a person",
    "web.py": "every route in one table",
}


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_modules_stay_short(path: Path) -> None:
    """No module over 260 lines but those that say why."""
    inside = path.relative_to(PACKAGE).as_posix()
    lines = len(path.read_text("utf-8").splitlines())
    assert lines <= LONGEST_MODULE or inside in MAY_BE_LONGER, (
        f"{inside} has {lines} lines: split it by subject, or say why it is one"
    )
