"""Texts on their way out: kept before they are sent, sent once, and followed until they arrive."""
