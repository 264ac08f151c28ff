"""Compiles the search's loops once, so that the first solve need not: `python -m hackathon.matching.solver.warm`.

Numba keeps the machine code beside kernel.py and takes it from there for as long as that file does not change. To load it
takes a process some tenths of a second, once: the engine does that before its time begins.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from hackathon.matching.problem import parse_problem
from hackathon.matching.solver.chain import Chain, Spot
from hackathon.matching.solver.tables import hard_tables_of, tables_of


@cache
def load() -> None:
    """Run every compiled loop on the smallest of problems; all problems have arrays of the same types."""
    people = [{"id": name} for name in "abcd"]
    document = {
        "format": "team-formation/1",
        "team_count": 2,
        "team_size": {"min": 2, "max": 2},
        "participants": people,
        "rules": [],
    }
    problem = parse_problem(document)
    start = Spot(0, np.array([0, 0, 1, 1]), np.zeros(0, np.int64))
    chain = Chain(tables_of(problem, 1), hard_tables_of(problem), start, np.random.default_rng(1))
    chain.anneal(10, 1.0, 1.0)
    chain.team_costs()


if __name__ == "__main__":
    load()
