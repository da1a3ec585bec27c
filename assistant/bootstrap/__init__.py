"""Make `.venv` on first use, then hand over to the program in it. Standard library only.

`run.py` calls `main`. Everything lies beside `run.py`: the environment in `.venv`, the output of
pip in `setup.log`, the lock that keeps two starts apart in `.venv.lock`. Each finished step leaves
a stamp in `.venv`, written last: a start that was interrupted finds its step undone and does it
again; one that finds all stamps touches nothing and needs no network. stdout is the program's.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

from assistant.bootstrap.job import Job
from assistant.bootstrap.pip_report import PipReport, explain
from assistant.bootstrap.place import ENVIRONMENT, Place, SetupError, only_one
from assistant.bootstrap.progress import Progress

if TYPE_CHECKING:
    from pathlib import Path
    from types import FrameType

LOCKS = ("requirements-build.lock", "requirements.lock")
TEST_LOCKS = (*LOCKS, "requirements-test.lock")

PIP_INSTALL = (
    # The locks are complete and hashed, so pip neither looks for nor chooses anything by itself.
    *("install", "--require-hashes", "--no-deps"),
    # Only lunar-python has no wheel; it is built with the locked setuptools of requirements-build.
    *("--only-binary", ":all:", "--no-binary", "lunar-python"),
    *("--no-build-isolation", "--use-pep517", "--no-input", "--disable-pip-version-check"),
    # With no retry at all pip would not tell an unreachable index from a missing package.
    *("--retries", "3"),
)

STOPPED = 130
"""Exit code after Ctrl-C, as a shell would give it."""


def main(root: Path, arguments: list[str]) -> int:
    """Prepare the environment where needed and become the program; the exit code where it cannot.

    Args:
        root: the folder of `run.py`.
        arguments: what follows `run.py`. After `test` they go to pytest, else to the program.
    """
    place = Place(root)
    testing = arguments[:1] == ["test"]
    steps = TEST_LOCKS if testing else LOCKS
    signal.signal(signal.SIGTERM, _stop)
    try:
        if not all(place.is_done(step) for step in (ENVIRONMENT, *steps)):
            _prepare(place, steps)
        if testing:
            os.chdir(root)
            return _become(place, ["pytest", *_spread(arguments[1:]), *arguments[1:]])
        return _become(place, ["assistant.cli", *arguments])
    except KeyboardInterrupt:
        _say("stopped; run it again to go on.")
        return STOPPED
    except SetupError as problem:
        _say(str(problem))
    except OSError as problem:
        _say(explain(str(problem), root, None))
    return 1


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _say(text: str) -> None:
    sys.stderr.write(f"Neighbour Line: {text}\n")
    sys.stderr.flush()


def _prepare(place: Place, steps: tuple[str, ...]) -> None:
    with (
        only_one(place.root / ".venv.lock") as lock,
        place.log.open("w", encoding="utf-8") as log,
    ):
        job = Job(place, log, lock)
        if not place.is_done(ENVIRONMENT):
            _make_environment(job)
        for step in steps:
            if not place.is_done(step):
                _install(job, step)
    _say("the environment is ready.")


def _make_environment(job: Job) -> None:
    """Make `.venv`, anew where what is there is unfinished or belongs to another Python."""
    venv = job.place.venv
    if venv.is_symlink() or (venv.exists() and not venv.is_dir()):
        message = f"{venv} is in the way; move it elsewhere and run it again."
        raise SetupError(message)
    if venv.exists():
        _say(f"{venv} is unfinished or made for another Python; making it again.")
        shutil.rmtree(venv)
    else:
        _say(f"making its own environment in {venv} (only on the first start).")
    job.run([sys.executable, "-m", "venv", *_venv_options(), str(venv)])
    job.place.set_done(ENVIRONMENT)


def _venv_options() -> tuple[str, ...]:
    """Debian and Ubuntu take ensurepip out of Python; its own pip, where there is one, serves."""
    if importlib.util.find_spec("ensurepip"):
        return ()
    if importlib.util.find_spec("pip"):
        return ("--without-pip",)
    message = (
        f"this Python ({sys.executable}) has neither ensurepip nor pip; install the package"
        " python3-venv (on Debian and Ubuntu: sudo apt install python3-venv) and run it again."
    )
    raise SetupError(message)


def _install(job: Job, step: str) -> None:
    """Install the packages of one lock, showing how far it is."""
    place = job.place
    _drop_unfinished(place.packages)
    report = PipReport.of_lock((place.root / step).read_text("utf-8"), place.packages)
    progress = Progress(sys.stderr)
    _say(f"installing the packages of {step}; details in {place.log}.")

    def watch(new: str) -> None:
        report.read(new)
        progress.show(report)

    try:
        job.run([*_pip(place), *PIP_INSTALL, "-r", step], watch)
    finally:
        progress.end()
    place.set_done(step)


def _pip(place: Place) -> list[str]:
    if (place.packages / "pip").is_dir():
        return [str(place.python), "-P", "-m", "pip"]
    return [sys.executable, "-P", "-m", "pip", "--python", str(place.python)]


def _drop_unfinished(packages: Path) -> None:
    """Forget packages whose installation was cut off: pip writes RECORD last but never asks for it.

    Without this, the next pip would take a half-written package for an installed one.
    """
    for metadata in packages.glob("*.dist-info"):
        if not (metadata / "RECORD").exists():
            shutil.rmtree(metadata)


def _spread(arguments: list[str]) -> list[str]:
    """Spread the test files over the processors, unless the caller decides or wants to look in."""
    own_choice = ("-n", "--numprocesses", "--dist", "--pdb", "--trace", "--version", "--help", "-h")
    if any(argument.startswith(own_choice) for argument in arguments):
        return []
    return ["-n", "auto", "--dist", "loadfile"]


def _become(place: Place, module: list[str]) -> int:
    """Replace this process by the environment's Python; on Windows, wait for it instead.

    `-P` and PYTHONPATH: the program is found from any folder, and nothing that happens to lie in
    the folder where the user stands can take the place of a module.
    """
    command = [str(place.python), "-P", "-m", *module]
    environment = {**os.environ, "PYTHONPATH": str(place.root)}
    environment.pop("PYTHONHOME", None)
    if os.name == "nt":
        return subprocess.run(command, env=environment, check=False).returncode
    return os.execve(command[0], command, environment)  # noqa: S606  # a shell has no part in it
