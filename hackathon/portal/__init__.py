"""The pages that draw on all features: landing, home, the organiser's overview."""
