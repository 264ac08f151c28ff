"""People, sign-in, and roles per edition."""
