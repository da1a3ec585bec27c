"""Houses on demo data, as the scenarios have them."""

from __future__ import annotations

from tests.scenarios.conftest import demo_data, learnt, open_at

__all__ = ["demo_data", "learnt", "open_at"]
