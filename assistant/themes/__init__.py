"""What several residents suggested, put together by staff, and what came of it."""
