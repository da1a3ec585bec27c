"""Neighbour Line (邻里热线): a community's telephone and text line, from its own directory."""

__version__ = "1.0.0"
