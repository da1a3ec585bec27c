"""`run.py bench load`: a day of a district in minutes, then the flood, over one service.

The hours of the day weigh as in `community.HOURS`. Calls are as many at the same time as in life,
for a media stream cannot be hurried; texts and looks of the desks are the whole day's, so that they
come closer together than in life, by as much as the day is compressed. Two callers talk, then one
goes by keys: a fifth of residents are hard to hear (`community.HARD_TO_HEAR`), others like keys.
"""

from __future__ import annotations

import itertools
import tempfile
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from assistant import capacity
from assistant.benchmarks import load_flood, sounds
from assistant.benchmarks.apart import ROOT
from assistant.benchmarks.calls import BY_KEYS, talkers
from assistant.benchmarks.desk import listening
from assistant.benchmarks.load_day import Day, cookies_of, day_hour
from assistant.benchmarks.running import service
from assistant.config import load_config
from assistant.core.ladder import Limits
from assistant.speech.models import models_in_use

if TYPE_CHECKING:
    from assistant.benchmarks.callers import Script

MINUTES: Final = 6.0
OFFICES, SMALL_OFFICES = 50, 10
HOURS: Final = range(24)
SMALL_HOURS: Final = (3, 9, 15)
SMALL: Final = Limits(speech=3, keys=2, number=1)
SMALL_SPEED: Final = 6
"Sound of the flood, in the small form; the line counts frames, not seconds."
SCRIPTS: Final = 30
TALKS: Final = 2
"Callers who talk, before one who presses keys."


def run(data: Path, *, minutes: float = MINUTES, small: bool = False) -> dict[str, Any]:
    """Figures of the day and the flood; `data` gives the models, nothing in it is changed.

    `minutes` are the day's; the flood takes as long as it needs. Raises `BenchError` when the
    service does not start, and whatever is wrong with the settings.
    """
    offices, hours = (SMALL_OFFICES, SMALL_HOURS) if small else (OFFICES, HOURS)
    limits = SMALL if small else _limits(data)
    seconds = minutes * 60 / len(hours)
    with tempfile.TemporaryDirectory(prefix="bench-load-") as folder, ExitStack() as stack:
        scratch = Path(folder)
        scripts = BY_KEYS if small else _scripts(data, scratch)
        danger = _danger(data, scratch)
        running = stack.enter_context(service(data, scratch / "service", **asdict(limits)))
        cookies = cookies_of(scratch / "service")
        told = stack.enter_context(listening(running.base, cookies))
        each = [day_hour(hour, offices) for hour in hours]
        day = Day(running, scripts, cookies, seconds).live(each)
        day["signals_a_desk"] = round(told(), 1)
        flood = load_flood.run(running, limits, danger, SMALL_SPEED if small else 1)
    return {"offices": offices, "seconds_an_hour": round(seconds, 1), "day": day, "flood": flood}


def _limits(data: Path) -> Limits:
    """As the service itself would be limited over this data folder."""
    config = load_config(ROOT / "config.yaml")
    names = {language: path.name for language, path in models_in_use(data).items()}
    return capacity.limits(config.calls.model_dump(), data, names)


def _danger(data: Path, scratch: Path) -> dict[str, tuple[bytes, ...]]:
    """The sound of words of danger, in the languages that are heard."""
    config, heard = load_config(ROOT / "config.yaml"), models_in_use(data)
    spoken = {lang: said for lang, said in load_flood.SPOKEN.items() if lang in heard}
    return sounds.say(config, ROOT, scratch, spoken)


def _scripts(data: Path, scratch: Path) -> tuple[Script, ...]:
    """Who talks and who presses keys, in turn; keys only where there are no voices."""
    material = sounds.prepare(load_config(ROOT / "config.yaml"), ROOT, data, scratch / "callers")
    if not any(material.sentences.get(language) for language in material.models):
        return BY_KEYS
    spoken, keys = itertools.cycle(talkers(material)), itertools.cycle(BY_KEYS)
    turn = [spoken] * TALKS + [keys]
    return tuple(next(turn[place % len(turn)]) for place in range(SCRIPTS))
