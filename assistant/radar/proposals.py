"""What a risk proposes to announce. Reads `notices.yaml` once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ruamel.yaml import YAML

from assistant.core.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assistant.radar.store import Risk

FILE: Final = Path(__file__).with_name("notices.yaml")
OTHER: Final = "other"
EVERYWHERE: Final = {"zh": "小区里", "en": "the community"}
BUILDINGS: Final = {"zh": ("{}号楼", "、", "到"), "en": ("building {}", ", ", " to ")}
"How one building is written, what stands between two, and between the ends of a row."


@dataclass(frozen=True, slots=True)
class Proposal:
    """A notice as it stands in the form until somebody accepts it."""

    texts: Mapping[str, str]
    "By language."
    place: str
    zone: tuple[str, ...]
    "Buildings and streets one by one, as notices have them; empty: for everybody."
    ask: str
    "Words residents ask with."


@lru_cache(maxsize=2)
def templates(path: Path = FILE) -> Mapping[str, Mapping[str, str]]:
    """The sentences by topic. Raises `DataError` naming what is missing."""
    raw = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    for topic, body in raw.items():
        missing = {"zh", "en", "ask"} - set(body)
        if missing or not all("{where}" in body[language] for language in ("zh", "en")):
            raise DataError(f"{path}: {topic} needs zh and en with {{where}}, and ask")
    if OTHER not in raw:
        raise DataError(f"{path}: give the sentence for every other topic under {OTHER}")
    return {str(topic): {str(k): str(v) for k, v in body.items()} for topic, body in raw.items()}


def proposal(risk: Risk, topic_words: str = "") -> Proposal:
    """What to announce; `topic_words` are asked with where the file has none of its own."""
    body = templates().get(risk.topic) or templates()[OTHER]
    texts = {
        language: body[language].replace("{where}", where(risk, language))
        for language in ("zh", "en")
    }
    zone = (*(f"{number}号楼" for number in risk.buildings), *risk.streets)
    place = where(risk, "zh") if zone else ""
    return Proposal(texts, place, zone, body["ask"] or topic_words)


def where(risk: Risk, language: str) -> str:
    """The place of a risk: rows of neighbouring buildings as from and to."""
    form, between, to = BUILDINGS["zh" if language == "zh" else "en"]
    named = [form.format(f"{a}{to}{b}" if b > a else a) for a, b in rows(risk.buildings)]
    if language != "zh":
        named = [name.replace("building ", "buildings ") if to in name else name for name in named]
    found = between.join([*named, *risk.streets])
    return found or EVERYWHERE["zh" if language == "zh" else "en"]


def rows(numbers: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Numbers in order as rows of neighbours: 3, 4, 5, 9 are 3 to 5 and 9."""
    if not numbers:
        return ()
    breaks = [at for at, (a, b) in enumerate(pairwise(numbers), start=1) if b > a + 1]
    starts, ends = [0, *breaks], [*breaks, len(numbers)]
    return tuple(
        (numbers[start], numbers[end - 1]) for start, end in zip(starts, ends, strict=True)
    )
