"""Who judges which team: a pure problem in, a plan out. OR-Tools is loaded in solver.py alone."""
