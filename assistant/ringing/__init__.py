"""Ringing residents back: when, by whom, what is said, what is in doubt, what is written down."""
