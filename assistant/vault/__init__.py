"""Residents' words and numbers, kept so that the database alone is of no use to a thief."""
