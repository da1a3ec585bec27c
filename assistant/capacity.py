"""How many calls this machine carries: as set, as measured, or as guessed from its processors.

`run.py bench calls` measures and writes `capacity.json` into the data folder; it is read at the
start. What `config.yaml` sets under `calls:` counts before it.
"""

from __future__ import annotations

import json
import logging
import os
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from assistant.core.ladder import Limits

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

log = logging.getLogger(__name__)

FILE = "capacity.json"
GUESS = Limits(speech=6, keys=50, number=25)
"""A processor's share where nothing was measured: half of the Vosk streams a core bears without a
pause (SPEECH 1.1), and half of the keys-only calls that the bench has to show."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What the bench found."""

    limits: Limits
    models: dict[str, str]
    "The models it was measured with, by language; with others it counts for nothing."


def write(data: Path, measured: Measured, figures: dict[str, Any]) -> Path:
    """Keep what was measured; `figures` stand beside it for people to read."""
    path = data / FILE
    kept = {"limits": asdict(measured.limits), "models": measured.models, "figures": figures}
    unfinished = path.with_suffix(".new")
    unfinished.write_text(json.dumps(kept, ensure_ascii=False, indent=2) + "\n", "utf-8")
    unfinished.replace(path)
    return path


def read(data: Path) -> Measured | None:
    """What was measured on this machine, or `None`; a file nobody can read is told and passed."""
    path = data / FILE
    try:
        kept = json.loads(path.read_text("utf-8"))
        numbers = {name: abs(int(kept["limits"][name])) for name in ("speech", "keys", "number")}
        models = {str(language): str(name) for language, name in kept["models"].items()}
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        log.warning("%s cannot be used; run `run.py bench calls` again", path)
        return None
    return Measured(Limits(**numbers), models)


def limits(wanted: Mapping[str, int | None], data: Path, models: Mapping[str, str]) -> Limits:
    """The ladder's limits.

    `wanted` holds the settings `speech`, `keys` and `number`, `None` where nothing is set; `models`
    the names of those in use, by language.
    """
    measured = read(data)
    if measured is not None and measured.models == models:
        found = measured.limits
    else:
        if measured is not None:
            log.warning("other models than at the last `run.py bench calls`; measure again")
        found = _guess(os.cpu_count() or 1)
    return replace(found, **{name: value for name, value in wanted.items() if value is not None})


def _guess(cores: int) -> Limits:
    return Limits(speech=GUESS.speech * cores, keys=GUESS.keys * cores, number=GUESS.number * cores)
