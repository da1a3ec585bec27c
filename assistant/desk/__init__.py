"""The staff desk: web pages, live signals and the JSON interface; see `docs/desk.md`.

It opens no other room: what it shows and does comes in `DeskParts`.
"""

from __future__ import annotations

from assistant.desk.blueprint import desk_blueprints
from assistant.desk.live import EVENTS, Live
from assistant.desk.parts import Box, DeskParts, People

__all__ = ["EVENTS", "Box", "DeskParts", "Live", "People", "desk_blueprints"]
