"""Ideas, their stages, discussion, and the board."""
