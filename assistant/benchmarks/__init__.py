"""Measurements of parts of the service on public data; nothing here runs in a call."""

from __future__ import annotations
