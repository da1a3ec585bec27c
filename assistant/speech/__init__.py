"""Hearing and speaking: telephone audio, recognisers, synthesisers, end of turn. Edge room."""
