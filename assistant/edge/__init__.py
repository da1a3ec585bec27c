"""The edge: who may come how often, how long we wait for them, and what we may spend on them."""
