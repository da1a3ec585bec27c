"""Carries `intents/`, `voices/`, `config.yaml` and the lock into the wheel, beside the code.

All else about the package stands in `pyproject.toml`. From a checkout nothing is installed: run.py
reads these folders where they are.
"""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).resolve().parent
SHIPPED = ("intents", "voices", "config.yaml", "requirements.lock")


class WithTheOffice(build_py):
    """Lays what an office edits into `assistant/office`, as `assistant.commands.place` finds it."""

    def run(self) -> None:
        """Build as usual, then lay the files; an editable install needs none."""
        super().run()
        if self.editable_mode:
            return
        office = Path(self.build_lib) / "assistant" / "office"
        for name in SHIPPED:
            source = HERE / name
            if source.is_dir():
                shutil.copytree(source, office / name, dirs_exist_ok=True)
            else:
                shutil.copy(source, office / name)


setup(cmdclass={"build_py": WithTheOffice})
