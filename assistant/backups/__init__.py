"""Copies of everything that cannot be made anew, and the way back from them."""
