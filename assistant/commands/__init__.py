"""One file a command of CONTRACT. What several share stands in `common`."""
