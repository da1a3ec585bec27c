"""What every voice engine promises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from assistant.core.ports import Synthesiser


@dataclass(frozen=True, slots=True)
class Setup:
    """What an engine is loaded with."""

    rates: Mapping[str, float]
    "Each voice's normal rate in the engine's own units, by the engine's own id of the voice."
    program: str = ""
    "The command of an engine that is a program of its own; empty for the others."
    folder: Path = field(default_factory=Path)
    "Where such an engine's voice files lie."


class Engine(Protocol):
    """What makes a synthesiser; nothing native is loaded before it is called."""

    def __call__(self, setup: Setup) -> Synthesiser:
        """Load the engine. Raises `SynthesisError` when it cannot speak on this machine."""
        ...

    def version(self, setup: Setup, voice: str, /) -> str:
        """What the sound of `voice` depends on; another version makes cached audio void."""
        ...
