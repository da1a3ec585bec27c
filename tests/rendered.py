"""Fixed prompts rendered once a test run, for every service that it starts."""

from __future__ import annotations

import os
from pathlib import Path

RENDERED = "TESTS_RENDERED"
"Names the folder of fixed prompts that all services of one test run share; set in `conftest`."


def share_rendered(data: Path) -> None:
    """Let a service over `data` take up fixed prompts rendered in this run, and add its own.

    They are kept by their content. Rendering them costs every fresh service 8 s of a processor,
    just while its tests wait for it.
    """
    data.mkdir(parents=True, exist_ok=True)
    shared = os.environ.get(RENDERED)
    if shared is not None and not (data / "audio").exists():
        (data / "audio").symlink_to(shared, target_is_directory=True)
