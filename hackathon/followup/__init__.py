"""Outcomes of ideas after the event."""
