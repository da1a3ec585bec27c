"""The conversation as pure steps, and values as words. PURE: no files, no clock, no threads."""
