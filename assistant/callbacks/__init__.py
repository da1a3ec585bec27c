"""Promises to ring back: kept once, rung once, and followed until a person or a talk ends them."""
