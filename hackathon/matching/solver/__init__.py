"""The team engine: a problem in, the best plan found and what was proven about it out. It starts in `engine.solve`."""
