"""Who saw or did what at the desk, in a chain that shows every later change."""
