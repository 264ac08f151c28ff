"""Rounds, rubrics, scorecards, results."""
