"""Makes every picture of the documentation: `.venv/bin/python -m tests.docs.pictures`.

The simulator, the desk and the page for the fridge, from a service and a desk of their own on this
machine, with made-up people; each picture is then made light enough for a slow line. Needs Chromium
and, for the fridge, `pdftoppm` (Debian's package poppler-utils).
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.browser.chromium import launched
from tests.browser.screenshots import take
from tests.conftest import ROOT
from tests.desk import screenshots
from tests.live.service import start, stop

DOCS: Final = ROOT / "docs"
COLOURS: Final = 96
"So many are enough for screens of text; a photograph would need more."
FRIDGE_DPI: Final = 80
NUMBER: Final = "0571-88001200"
"What the fridge page shows; made up."


def main() -> int:
    """Draw all of them; 1 and a sentence where a tool is missing."""
    missing = [name for name in ("chromium", "pdftoppm") if shutil.which(name) is None]
    if missing:
        sys.stderr.write(f"These programs are missing: {', '.join(missing)}; install them.\n")
        return 1
    with tempfile.TemporaryDirectory() as temporary:
        simulator(Path(temporary))
        fridge(Path(temporary))
    screenshots.main()
    for picture in sorted(DOCS.rglob("*.png")):
        lighten(picture)
        sys.stdout.write(f"{picture.relative_to(ROOT)}: {picture.stat().st_size // 1000} kB\n")
    return 0


def simulator(folder: Path) -> None:
    """The browser telephone of the README, while the line speaks."""
    process, live = start(folder)
    try:
        with sync_playwright() as playwright, launched(playwright) as browser:
            take(browser, live.base, DOCS / "images" / "simulator.png")
    finally:
        stop(process)


def fridge(folder: Path) -> None:
    """The first page of what hangs on a resident's fridge, in either language."""
    paper = folder / "fridge.pdf"
    asked = ["cards", "fridge", str(paper), "--number", NUMBER, "--data", str(folder)]
    subprocess.run([sys.executable, "-m", "assistant.cli", *asked], cwd=ROOT, check=True)
    for page, language in enumerate(("zh", "en"), 1):
        target = DOCS / "screens" / f"fridge-{language}"
        drawn = ["pdftoppm", "-png", "-singlefile", "-r", str(FRIDGE_DPI), "-f", str(page)]
        subprocess.run([*drawn, str(paper), str(target)], check=True)


def lighten(picture: Path) -> None:
    """The same picture with few colours; one that has few already is left as it is."""
    with Image.open(picture) as opened:
        if opened.mode == "P":
            return
        fewer = opened.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    fewer.save(picture, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
