"""How long to wait for what: figures of the site, inherited down to this caller. PURE.

A layer names only what it changes. They are laid over one another from the general to the
particular (site, language, prompt, caller), and the last that names a figure has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from assistant.speech.endpointing import EndpointSettings

Layer = Mapping[str, float]
"Figures of `Patience` by name."


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Seconds of the call's audio clock. The defaults are SENIOR 1.3's."""

    start_s: float = 8.0
    "Wait for the first word."
    end_s: float = 1.6
    "Silence that ends what was said."
    max_s: float = 30.0
    "Longest utterance from its first sound, pauses included."
    join_s: float = 3.2
    """Words that come sooner than this after the last ones belong to them: 3 s, and the 0.2 s by
    which a soft ending is heard early."""
    back_channel_s: float = 4.0
    "Silence after unfinished words until she is told that she is listened to."
    unfinished_s: float = 8.0
    "Silence after unfinished words until they are taken as they are."

    def settings(self, *, far_db: float) -> EndpointSettings:
        """The same for the endpointer, which counts milliseconds."""
        return EndpointSettings(
            start_ms=round(self.start_s * 1000),
            end_ms=round(self.end_s * 1000),
            max_ms=round(self.max_s * 1000),
            back_channel_ms=round(self.back_channel_s * 1000),
            unfinished_ms=round(self.unfinished_s * 1000),
            far_db=far_db,
        )


NAMES = frozenset(item.name for item in fields(Patience))
"What a layer may change."


def inherited(site: Patience, *layers: Layer) -> Patience:
    """The figures that hold, the general layers first. `ValueError` for a name there is not."""
    merged: dict[str, float] = {}
    for layer in layers:
        merged.update(layer)
    unknown = sorted(set(merged) - NAMES)
    if unknown:
        msg = f"there is no patience named {unknown[0]!r}; there are {', '.join(sorted(NAMES))}"
        raise ValueError(msg)
    return replace(site, **merged)


def lengthened(patience: Patience, by_s: float, at_most_s: float) -> Patience:
    """With a later end of utterance, for a caller who was cut off before; never an earlier one."""
    end_s = min(patience.end_s + by_s, max(at_most_s, patience.end_s))
    return replace(patience, end_s=end_s)
