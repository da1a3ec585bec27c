"""The first start, the second, and everything that can go wrong between them; without a network."""

from __future__ import annotations

import ast
import hashlib
import io
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assistant.bootstrap.pip_report import PipReport, explain
from assistant.bootstrap.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Iterator

LOCKS = ("requirements-build.lock", "requirements.lock", "requirements-test.lock")

CLI = """
import os, sys
import spoke0
print("program", os.getcwd(), *sys.argv[1:])
sys.exit(int(os.environ.get("CLI_EXIT", "0")))
"""

FAKE_PYTEST = 'import os, sys; print("tests", os.getcwd(), *sys.argv[1:]); sys.exit(5)\n'


def build_wheel(folder: Path, name: str, modules: dict[str, str]) -> str:
    """Write the wheel `name` 1.0 into `folder`; the lines that lock it."""
    info = f"{name}-1.0.dist-info"
    files = {
        **modules,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    wheel = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return f"{name}==1.0 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


class Copy:
    """A copy of the project's start in a folder of its own, with tiny packages to install."""

    def __init__(self, root: Path, wheels: Path) -> None:
        self.root = root
        self.wheels = wheels

    def command(self, *arguments: str) -> list[str]:
        """How a user starts it."""
        return [sys.executable, str(self.root / "run.py"), *arguments]

    def environment(self, **settings: str) -> dict[str, str]:
        """Pip finds the tiny wheels and nothing else."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("PIP_")}
        own = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_CACHE_DIR": os.devnull}
        return {**kept, **own, "PIP_FIND_LINKS": str(self.wheels), **settings}

    def offline(self) -> dict[str, str]:
        """Pip's index is a closed port of this machine."""
        return self.environment(
            PIP_NO_INDEX="0",
            PIP_FIND_LINKS="",
            PIP_INDEX_URL="http://127.0.0.1:9/simple",
        )

    def start(
        self, *arguments: str, cwd: Path | None = None, env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run it to its end."""
        return subprocess.run(
            self.command(*arguments),
            cwd=cwd or self.root,
            env=env or self.environment(),
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )

    def undo(self, step: str) -> None:
        """Let a step count as not done."""
        (self.root / ".venv" / f"{step}.stamp").unlink()

    def site(self) -> Path:
        """Where packages are installed."""
        return next(self.root.glob(".venv/lib/python3.*/site-packages"))


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of tiny wheels and the three locks that name them."""
    folder = tmp_path_factory.mktemp("wheels")
    filler = {f"spoke0_{i}.py": "value = [1, 2, 3]\n" * 40 for i in range(150)}
    locks = {
        LOCKS[0]: build_wheel(folder, "hub", {"hub.py": ""}),
        LOCKS[1]: build_wheel(folder, "spoke0", {"spoke0.py": "", **filler})
        + build_wheel(folder, "spoke1", {"spoke1.py": ""}),
        LOCKS[2]: build_wheel(
            folder, "pytest", {"pytest/__init__.py": "", "pytest/__main__.py": FAKE_PYTEST}
        ),
    }
    for name, text in locks.items():
        (folder / name).write_text(text)
    return folder


def copy_start(project: Path, wheels: Path, root: Path) -> Copy:
    """Lay a fresh copy into `root`."""
    package = root / "assistant"
    shutil.copytree(project / "assistant" / "bootstrap", package / "bootstrap")
    shutil.copy(project / "assistant" / "__init__.py", package)
    shutil.copy(project / "run.py", root)
    (package / "cli.py").write_text(CLI)
    for lock in LOCKS:
        shutil.copy(wheels / lock, root)
    return Copy(root, wheels)


@pytest.fixture
def fresh(project: Path, wheels: Path, tmp_path: Path) -> Copy:
    """A copy that was never started."""
    return copy_start(project, wheels, tmp_path / "a line")


@pytest.fixture(scope="module")
def started(project: Path, wheels: Path, tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A copy after its first start; for reading only."""
    copy = copy_start(project, wheels, tmp_path_factory.mktemp("started") / "line")
    assert copy.start().returncode == 0
    return copy


@pytest.fixture
def ready(started: Copy, tmp_path: Path) -> Copy:
    """A copy that has been started before, to be spoiled at will."""
    shutil.copytree(started.root, tmp_path / "line", symlinks=True)
    return Copy(tmp_path / "line", started.wheels)


@pytest.fixture
def bare(ready: Copy) -> Copy:
    """A copy whose environment is made and still empty."""
    for lock in LOCKS[:2]:
        ready.undo(lock)
    for metadata in [*ready.site().glob("hub-*"), *ready.site().glob("spoke*-*")]:
        shutil.rmtree(metadata)
    for module in [*ready.site().glob("hub*"), *ready.site().glob("spoke*")]:
        module.unlink()
    return ready


def old_pythons() -> Iterator[str]:
    """Interpreters on this machine that are too old."""
    for version in ("2.7", "3.6", "3.7", "3.8", "3.9", "3.10"):
        kept = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
        found = str(kept[0]) if kept else shutil.which(f"python{version}")
        if found:
            yield found


def test_start_is_readable_for_old_pythons(project: Path) -> None:
    """run.py uses no syntax younger than Python 3.6."""
    tree = ast.parse((project / "run.py").read_text("utf-8"), feature_version=(3, 6))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]


def test_old_pythons_are_told(project: Path) -> None:
    """A Python that is too old gets one sentence and exit code 1."""
    pythons = list(old_pythons())
    if not pythons:
        pytest.skip("no Python older than 3.11 on this machine")
    for python in pythons:
        answer = subprocess.run(
            [python, str(project / "run.py")], capture_output=True, text=True, check=False
        )
        assert answer.returncode == 1
        assert answer.stdout == ""
        assert answer.stderr.count("\n") == 1
        assert "Neighbour Line needs Python 3.11 or newer; this is" in answer.stderr


def test_first_start_from_anywhere(fresh: Copy, tmp_path: Path) -> None:
    """The first start prepares, then runs the program where the user stands, with her words."""
    answer = fresh.start("call", "--audio", "a b.wav", cwd=tmp_path)
    assert answer.stdout == f"program {tmp_path} call --audio a b.wav\n"
    assert answer.returncode == 0
    assert "the environment is ready." in answer.stderr


def test_exit_code_of_the_program_is_kept(started: Copy) -> None:
    """What the program exits with is what the user gets."""
    assert started.start(env=started.environment(CLI_EXIT="7")).returncode == 7


def test_second_start_is_offline_and_quick(started: Copy) -> None:
    """A prepared copy starts without an index, says nothing, and adds less than 0.3 s."""
    direct = [str(started.root / ".venv/bin/python"), "-P", "-m", "assistant.cli"]
    pythonpath = {**os.environ, "PYTHONPATH": str(started.root)}

    def seconds(command: list[str], env: dict[str, str]) -> float:
        begin = time.perf_counter()
        answer = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
        assert answer.stderr == ""
        return time.perf_counter() - begin

    with_start = min(seconds(started.command(), started.offline()) for _ in range(5))
    without = min(seconds(direct, pythonpath) for _ in range(5))
    assert with_start - without < 0.3


def test_moved_folder_still_starts(ready: Copy, tmp_path: Path) -> None:
    """A prepared copy that is moved elsewhere needs no new preparation."""
    moved = Copy(ready.root.rename(tmp_path / "elsewhere"), ready.wheels)
    answer = moved.start(env=moved.offline())
    assert (answer.returncode, answer.stderr) == (0, "")


def test_foreign_module_cannot_take_over(started: Copy, tmp_path: Path) -> None:
    """A file in the user's folder never stands in for one of ours."""
    (tmp_path / "spoke0.py").write_text("raise SystemExit('wrong module')\n")
    assert started.start(cwd=tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("state", "moment"),
    [
        ("fresh", "-m venv"),
        ("bare", "-r requirements-build.lock"),
        ("bare", "-r requirements.lock"),
        ("bare", "Installing collected packages: spoke"),
    ],
    ids=["making-venv", "first-lock", "second-lock", "putting-in-place"],
)
def test_killed_start_is_made_good(request: pytest.FixtureRequest, state: str, moment: str) -> None:
    """Killed outright at any moment, it finishes at the next start."""
    copy: Copy = request.getfixturevalue(state)
    log = copy.root / "setup.log"
    log.unlink(missing_ok=True)
    with subprocess.Popen(
        copy.command(), env=copy.environment(), stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        while not (log.exists() and moment in log.read_text("utf-8")):
            assert process.poll() is None
            time.sleep(0.005)
        os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert not (copy.root / ".venv/requirements.lock.stamp").exists()
    answer = copy.start("again")
    assert (answer.returncode, answer.stdout) == (0, f"program {copy.root} again\n")


def starts_again(bare: Copy) -> bool:
    """Whether a start succeeds once the stopped one's installer has let go of the environment."""
    for _ in range(20):
        if bare.start().returncode == 0:
            return True
        time.sleep(0.5)
    return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "terminate"])
def test_stopped_start_says_so(bare: Copy, number: signal.Signals) -> None:
    """Ctrl-C in the middle gives one sentence and exit code 130."""
    log = bare.root / "setup.log"
    log.unlink()
    with subprocess.Popen(
        bare.command(), env=bare.environment(), stderr=subprocess.PIPE, text=True
    ) as process:
        while not (log.exists() and "-r requirements.lock" in log.read_text("utf-8")):
            time.sleep(0.005)
        process.send_signal(number)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert said.endswith("Neighbour Line: stopped; run it again to go on.\n")
    assert starts_again(bare)


def test_half_written_package_is_installed_again(ready: Copy) -> None:
    """A package without pip's last file is not taken for an installed one."""
    (ready.site() / "spoke0-1.0.dist-info/RECORD").unlink()
    (ready.site() / "spoke0.py").unlink()
    ready.undo(LOCKS[1])
    assert ready.start().returncode == 0
    assert (ready.site() / "spoke0.py").exists()


def test_unfinished_environment_is_made_again(ready: Copy) -> None:
    """An environment without its stamp is remade, and it is said."""
    ready.undo("environment")
    (ready.root / ".venv/pyvenv.cfg").unlink()
    answer = ready.start()
    assert answer.returncode == 0
    assert "making it again" in answer.stderr


def test_changed_lock_is_installed(ready: Copy) -> None:
    """A lock that differs from the one installed is installed."""
    line = build_wheel(ready.wheels, "newcomer", {"newcomer.py": ""})
    with (ready.root / LOCKS[1]).open("a") as lock:
        lock.write(line)
    assert ready.start().returncode == 0
    assert (ready.site() / "newcomer.py").exists()


@pytest.mark.parametrize(
    ("arguments", "passed"),
    [
        (["test", "tests/x.py"], "-n auto --dist loadfile tests/x.py"),
        (["test", "-n", "0", "-k", "menu"], "-n 0 -k menu"),
        (["test", "-n3"], "-n3"),
        (["test", "--pdb"], "--pdb"),
    ],
    ids=["spread", "own-number", "own-number-joined", "debugger"],
)
def test_tests_run_from_the_project(
    ready: Copy, tmp_path: Path, arguments: list[str], passed: str
) -> None:
    """`test` installs the test lock too, runs pytest in the project and passes its exit code on."""
    answer = ready.start(*arguments, cwd=tmp_path)
    assert (answer.returncode, answer.stdout) == (5, f"tests {ready.root} {passed}\n")
    assert (ready.root / ".venv/requirements-test.lock.stamp").exists()


def refusal(answer: subprocess.CompletedProcess[str]) -> str:
    """The last line of a start that has to fail: one sentence, no traceback."""
    assert answer.returncode == 1
    assert answer.stdout == ""
    assert "Traceback" not in answer.stderr
    return answer.stderr.splitlines()[-1]


def test_no_network(ready: Copy) -> None:
    """Without an index the sentence says so, and where the details are."""
    ready.undo(LOCKS[1])
    shutil.rmtree(ready.site() / "spoke1-1.0.dist-info")
    said = refusal(ready.start(env=ready.offline()))
    assert "the package index cannot be reached" in said
    assert str(ready.root / "setup.log") in said


def test_wrong_hash(ready: Copy) -> None:
    """A package that is not the locked one is refused by name."""
    (ready.root / LOCKS[1]).write_text(f"spoke1==1.0 --hash=sha256:{'0' * 64}\n")
    shutil.rmtree(ready.site() / "spoke1-1.0.dist-info")
    assert "spoke1==1.0" in refusal(ready.start())
    assert ready.start("again").returncode == 1


def test_missing_wheel(ready: Copy) -> None:
    """A package that the index does not have for this computer is named."""
    (ready.root / LOCKS[1]).write_text(f"nowhere==1.0 --hash=sha256:{'0' * 64}\n")
    assert "has no nowhere==1.0 that fits" in refusal(ready.start())


def test_broken_pip(ready: Copy) -> None:
    """A pip that cannot start gives its last line and the place of the rest."""
    (ready.site() / "pip/__main__.py").write_text("raise RuntimeError('pip is broken')\n")
    ready.undo(LOCKS[1])
    said = refusal(ready.start())
    assert "pip is broken" in said
    assert str(ready.root / "setup.log") in said


def test_file_in_the_way(fresh: Copy) -> None:
    """A file named .venv is left alone and named."""
    (fresh.root / ".venv").write_text("mine")
    assert f"{fresh.root / '.venv'} is in the way" in refusal(fresh.start())
    assert (fresh.root / ".venv").read_text() == "mine"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_full_disk(fresh: Copy) -> None:
    """A disk without room is called full."""
    (fresh.root / "setup.log").symlink_to("/dev/full")
    assert f"the disk is full in {fresh.root}" in refusal(fresh.start())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_unwritable_folder(fresh: Copy) -> None:
    """A folder that may not be written is named with the remedy."""
    fresh.root.chmod(0o555)
    try:
        said = refusal(fresh.start())
    finally:
        fresh.root.chmod(0o755)
    assert f"it may not write in {fresh.root}; make that folder writable" in said


def test_no_ensurepip_but_pip(fresh: Copy, tmp_path: Path) -> None:
    """Where Python comes without ensurepip, its own pip fills the environment."""
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.modules['ensurepip'] = None\n")
    answer = fresh.start(env=fresh.environment(PYTHONPATH=str(tmp_path)))
    assert answer.returncode == 0
    assert not (fresh.site() / "pip").exists()


def test_neither_ensurepip_nor_pip(fresh: Copy, tmp_path: Path) -> None:
    """Where Python comes with neither, the sentence names the package to install."""
    lines = "import sys; sys.modules.update(ensurepip=None, pip=None)\n"
    (tmp_path / "sitecustomize.py").write_text(lines)
    said = refusal(fresh.start(env=fresh.environment(PYTHONPATH=str(tmp_path))))
    assert "sudo apt install python3-venv" in said


def test_two_starts_at_once(bare: Copy) -> None:
    """The second of two starts says that the first is at work; the first finishes unharmed."""
    (bare.root / "setup.log").unlink()
    with subprocess.Popen(
        bare.command(), env=bare.environment(), stdout=subprocess.PIPE, text=True
    ) as first:
        while not (bare.root / "setup.log").exists():
            time.sleep(0.005)
        said = refusal(bare.start())
        first.communicate(timeout=60)
    assert "another start is preparing the environment" in said
    assert first.returncode == 0


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("ERROR: Could not install: [Errno 28] No space left on device", "the disk is full"),
        ("OSError: [Errno 30] Read-only file system: '/x'", "it may not write in /line"),
        ("[Errno 13] Permission denied: '/x'", "it may not write in /line"),
        ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]'))", "clock"),
        ("urllib3 ReadTimeoutError: Read timed out.", "cannot be reached"),
        ("/usr/bin/python3: No module named pip", "pip is broken or missing"),
        ("", "no reason given"),
    ],
    ids=["full", "read-only", "permission", "certificate", "time-out", "pip-gone", "nothing"],
)
def test_reasons(output: str, sentence: str) -> None:
    """What pip says becomes one sentence."""
    said = explain(output, Path("/line"), None)
    assert sentence in said
    assert "\n" not in said


def test_report_counts_in_pieces(tmp_path: Path) -> None:
    """Progress is read right however pip's output is cut."""
    report = PipReport.of_lock("a==1 \\\n    --hash=x\nb==2 ; x\nc.d==3\n", tmp_path)
    text = "Ignoring b: markers\nCollecting a==1 (from -r x)\nCollecting c.d==3\n  Downloading\n"
    for i in range(0, len(text), 7):
        report.read(text[i : i + 7])
    assert (report.fetched, report.total, report.current) == (2, 2, "c.d")
    report.read("Installing collected packages: a, c.d\n")
    (tmp_path / "a-1.dist-info").mkdir()
    (tmp_path / "a-1.dist-info/RECORD").touch()
    assert (report.installed, report.installing) == (1, 2)


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        """Always."""
        return True


def test_bar_on_a_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal one line is redrawn, within its width."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "60")
    stream = Terminal()
    progress = Progress(stream)
    report = PipReport(tmp_path, total=4, fetched=3, current="a-package-with-a-long-name")
    progress.show(report)
    progress.show(report)
    progress.end()
    assert stream.getvalue() == ("\r  fetching   [###############...............] 2 of 4 a-pack\n")


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_are_whole(project: Path, lock: str) -> None:
    """Every locked package has its hashes, and no lock names a host."""
    text = (project / lock).read_text("utf-8")
    entries = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
    assert entries
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert re.findall(r"https?:|--(?:extra-)?index-url|--find-links", text) == []


def test_locks_agree(project: Path) -> None:
    """A package that stands in both locks has the same versions there."""

    def versions(lock: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        lines = re.findall(r"^([\w.-]+)==(\S+)", (project / lock).read_text(), re.MULTILINE)
        for name, version in lines:
            found.setdefault(name, set()).add(version)
        return found

    program, tests = versions(LOCKS[1]), versions(LOCKS[2])
    common = program.keys() & tests.keys()
    assert common
    assert {n: tests[n] for n in common} == {n: program[n] for n in common}
