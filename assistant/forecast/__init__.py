"""How many calls and callbacks the next two weeks bring, and how far such a forecast has erred."""
