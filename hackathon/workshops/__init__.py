"""Workshops, findings, themes, and the challenge questions that grew out of them."""
