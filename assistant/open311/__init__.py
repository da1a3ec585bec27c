"""Cases for other systems, as Open311 GeoReport v2 has it: read by anybody, created with a key."""

from __future__ import annotations

from assistant.open311.blueprint import open311_blueprint
from assistant.open311.parts import Open311Parts

__all__ = ["Open311Parts", "open311_blueprint"]
