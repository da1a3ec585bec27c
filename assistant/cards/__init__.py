"""Cards on paper for residents whose telephone takes no texts: kept, printed large, handed over."""
