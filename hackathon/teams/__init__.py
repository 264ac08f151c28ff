"""Published teams, their members, and their entries."""
