"""Whether the line does good: figures with their denominators, and plain charts of them."""
