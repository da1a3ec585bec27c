"""The JSON interface below `/desk/api/v1/`: the desk's matters for a city's own system.

Described by `openapi.yaml`, served as `openapi.json`. A token in `Authorization: Bearer …` says who
asks and in which role; cookies mean nothing here. Numbers are masked unless revealed for a reason.
"""

from __future__ import annotations

from assistant.desk.api.blueprint import api_blueprint

__all__ = ["api_blueprint"]
