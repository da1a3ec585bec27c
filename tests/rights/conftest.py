"""Houses on demo data, as the scenarios have them."""

from __future__ import annotations

from tests.scenarios.conftest import open_at

__all__ = ["open_at"]
