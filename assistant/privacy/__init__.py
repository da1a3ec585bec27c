"""How long what is kept of residents is kept, and what may keep it longer."""
