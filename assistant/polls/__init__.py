"""Votes of residents: when they are open, who has one voice, what was meant, what came of it."""
