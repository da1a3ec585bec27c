"""The nouns everyone shares. Pure: imports nothing of ours and does no I/O."""
