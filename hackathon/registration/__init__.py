"""Places in pools, the waiting list, and skill profiles."""
