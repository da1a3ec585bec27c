"""How long a caller waits for the reply to begin while the machine carries half its calls.

Counted from the frame with which the turn was decided to be over, as it left the caller, to the
arrival of the first sound at the caller: recognition, understanding, the directory and synthesis
lie between. Beside it stands how long the recogniser alone takes to give its words.
"""

from __future__ import annotations

import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from assistant import capacity
from assistant.benchmarks import bare, sounds
from assistant.benchmarks.apart import ROOT
from assistant.benchmarks.calls import BY_KEYS, talkers
from assistant.benchmarks.rounds import measure
from assistant.benchmarks.running import service
from assistant.config import load_config

GOALS_S = {"p50": 0.25, "p95": 0.6}
SECONDS = 40.0


def run(data: Path, seconds: float = SECONDS, calls: int | None = None) -> dict[str, Any]:
    """Figures with half of the calls the machine is set to carry, or with `calls`."""
    config = load_config(ROOT / "config.yaml")
    with tempfile.TemporaryDirectory(prefix="bench-latency-") as folder:
        scratch = Path(folder)
        material = sounds.prepare(config, ROOT, data, scratch / "callers")
        names = {language: path.name for language, path in material.models.items()}
        limits = capacity.limits(config.calls.model_dump(), data, names)
        half = max(1, (limits.speech if names else limits.keys) // 2)
        alone = bare.measure(material)
        scripts = talkers(material) if names else BY_KEYS
        with service(data, scratch / "service") as running:
            found = measure(running, scripts, calls or half, seconds)
    finish_s = max((one.finish_ms for one in alone.values()), default=0.0) / 1000
    ratio = found.reply_p50_s / finish_s if found.reply_p50_s and finish_s else None
    return {
        "goals_s": GOALS_S,
        "bare": {language: asdict(one) for language, one in alone.items()},
        "round": found.as_json(),
        "p50_times_bare_finish": None if ratio is None else round(ratio, 2),
    }
