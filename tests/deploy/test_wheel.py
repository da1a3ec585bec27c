from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.commands.place import EDITED, data_of, root_of
from tests.conftest import ROOT

SOURCES = (
    "assistant",
    "intents",
    "voices",
    "config.yaml",
    "pyproject.toml",
    "setup.py",
    "requirements.in",
    "requirements.lock",
    "README.md",
    "LICENSE",
)
PARTS = (
    "assistant/office/config.yaml",
    "assistant/office/requirements.lock",
    "assistant/office/intents/catalog.yaml",
    "assistant/office/voices/zh/prompts.yaml",
    "assistant/migrations/versions/0001_directory_and_conversations.py",
    "assistant/desk/templates/desk/layout.html",
    "assistant/desk/static/desk.css",
    "assistant/desk/words/zh.yaml",
    "assistant/directory/demo",
)
"One of every kind of file that is not Python."


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, made from a copy of the project and unpacked into a folder of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    copy, target = folder / "project", folder / "installed"
    copy.mkdir()
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, copy / name)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    make = [*pip, "wheel", "--no-deps", "--no-build-isolation", "--no-index", str(copy)]
    subprocess.run([*make, "-w", str(folder)], check=True, capture_output=True)
    (wheel,) = folder.glob("neighbour_line-*.whl")
    lay = [*pip, "install", "--no-deps", "--no-index", "--target", str(target), str(wheel)]
    subprocess.run(lay, check=True, capture_output=True)
    return target


def run(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """One command of the installed package, started in `folder`."""
    command = [sys.executable, "-P", "-m", "assistant.cli", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    return subprocess.run(
        command, cwd=folder, env=environment, check=False, capture_output=True, text=True
    )


@pytest.mark.parametrize("part", PARTS)
def test_the_wheel_brings_everything_along(installed: Path, part: str) -> None:
    """Templates, styles, words, migrations, the demo community, and what an office edits."""
    assert (installed / part).exists()


def test_no_file_of_a_room_is_left_behind(installed: Path) -> None:
    """Whatever folder a new one lies in; what Python compiles is made anew."""
    package = ROOT / "assistant"
    files = {one.relative_to(package) for one in package.rglob("*") if one.is_file()}
    wanted = {one for one in files if "__pycache__" not in one.parts}
    assert len({one for one in wanted if one.suffix == ".yaml"}) > 5
    assert {one for one in wanted if not (installed / "assistant" / one).exists()} == set()


def test_an_installed_line_speaks_without_the_checkout(installed: Path, tmp_path: Path) -> None:
    """Settings, intents and voices are those of the wheel; nothing is written into it."""
    before = sorted(installed.rglob("*"))
    done = run(installed, tmp_path, "voices", "list", "--data", str(tmp_path / "data"))
    assert done.returncode == 0, done.stderr
    assert "greeting" in done.stdout
    after = sorted(path for path in installed.rglob("*") if "__pycache__" not in path.parts)
    assert after == [path for path in before if "__pycache__" not in path.parts]


def test_what_was_laid_into_a_folder_is_taken_there(installed: Path, tmp_path: Path) -> None:
    """`init` gives the office its own files; nothing is overwritten a second time."""
    office = tmp_path / "office"
    assert run(installed, tmp_path, "init", str(office)).returncode == 0
    assert {path.name for path in office.iterdir()} == set(EDITED)
    settings = office / "config.yaml"
    settings.write_text(settings.read_text("utf-8") + "\nunheard_of: 1\n", "utf-8")
    refused = run(installed, office, "voices", "list")
    assert refused.returncode == 1
    assert "unheard_of" in refused.stderr
    again = run(installed, tmp_path, "init", str(office))
    assert again.returncode == 1
    assert "config.yaml" in again.stderr
    assert "unheard_of" in settings.read_text("utf-8")


def test_where_an_office_keeps_its_files(tmp_path: Path) -> None:
    """Beside the code; else the current folder, where it has all of them; else the wheel's own."""
    code, here = tmp_path / "lib" / "assistant", tmp_path / "here"
    here.mkdir()
    assert root_of(code, here) == code / "office"
    for name in EDITED:
        (here / name).mkdir()
    assert root_of(code, here) == here
    for name in EDITED:
        (code.parent / name).mkdir(parents=True)
    assert root_of(code, here) == code.parent
    assert data_of(here, tmp_path) == here / "data"
