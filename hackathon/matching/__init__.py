"""Team generation: the pure problem, the engine that solves it, runs and publishing."""
