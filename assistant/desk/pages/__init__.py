"""The pages. Each module holds the views that belong together, and their addresses."""
