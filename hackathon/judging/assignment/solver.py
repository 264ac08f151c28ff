"""Solves an Assignment with CP-SAT. The only module outside the team engine's solver that loads OR-Tools.

A balanced design drawn at random lies within a few per cent of the best there is for comparing teams fairly, so that the
solver starts from one (draw.py) and takes the first plan that keeps every rule; only a repair has something to minimise: the
change.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable

from ortools.sat.python import cp_model

from hackathon.judging.assignment.draw import draw
from hackathon.judging.assignment.problem import (
    FEWEST_SECTORS,
    Assignment,
    NoPlan,
    Obstacle,
    ObstacleKind,
    Pair,
    Plan,
    components,
    find_obstacles,
)

RULES = ("coverage", "loads", "sectors", "slots")
SPREAD_COST = 1000
"""How many moved pairs it is worth to bring the loads one ballot nearer to each other."""
MOST_CUTS = 200


def assign(problem: Assignment, *, seed: int, time_limit: float) -> Plan:
    """A plan that keeps every rule. Loads lie within one, in a repair as near to it as what is handed in allows.

    The same problem and seed give the same plan. Raises NoPlan with what stands in the way.
    """
    obstacles = find_obstacles(problem)
    if obstacles:
        raise NoPlan(obstacles)
    deadline = time.monotonic() + time_limit
    model = _Model(problem, seed)
    for _cut in range(MOST_CUTS):
        plan = model.solve(deadline - time.monotonic())
        parts = components(plan.pairs)
        if len(parts) == 1:
            return plan
        model.connect(parts)
    raise NoPlan([Obstacle(ObstacleKind.TIME)])


class _Model:
    """The rules as constraints over one yes or no for each pair that may be."""

    def __init__(self, problem: Assignment, seed: int) -> None:
        self.problem, self.seed, self.cuts = problem, seed, 0
        self.model = cp_model.CpModel()
        self.pairs: dict[Pair, cp_model.IntVar] = {
            (judge.id, team.id): self.model.new_bool_var("")
            for judge in problem.judges
            for team in problem.teams
            if problem.may_judge(judge, team)
        }
        self.rule = {name: self.model.new_bool_var(name) for name in RULES}
        self.spread = self.model.new_int_var(0, problem.ballots if problem.current else 0, "spread")
        for pair in problem.given:
            self.model.add(self.pairs[pair] == 1)
        self._cover_teams()
        self._even_loads()
        self._keep_rooms_apart()
        self._start()

    def _cover_teams(self) -> None:
        sector = {judge.id: judge.sector for judge in self.problem.judges}
        by_team: dict[int, list[tuple[int, cp_model.IntVar]]] = defaultdict(list)
        for (judge_id, team_id), var in self.pairs.items():
            by_team[team_id].append((judge_id, var))
        for team in self.problem.teams:
            need = self.problem.coverage(team)
            panel = [var for _judge, var in by_team[team.id]]
            self.model.add(sum(panel) == need).only_enforce_if(self.rule["coverage"])
            if need < FEWEST_SECTORS:
                continue
            for one in sorted({sector[judge] for judge, _ in by_team[team.id]}):
                same = [var for judge, var in by_team[team.id] if sector[judge] == one]
                self.model.add(sum(same) <= need - 1).only_enforce_if(self.rule["sectors"])

    def _even_loads(self) -> None:
        fewest, most = self.problem.loads
        by_judge: dict[int, list[cp_model.IntVar]] = defaultdict(list)
        for (judge_id, _team), var in self.pairs.items():
            by_judge[judge_id].append(var)
        for judge in self.problem.present:
            load = sum(by_judge[judge.id])
            self.model.add(load <= most + self.spread).only_enforce_if(self.rule["loads"])
            self.model.add(load >= fewest - self.spread).only_enforce_if(self.rule["loads"])

    def _keep_rooms_apart(self) -> None:
        slot = {team.id: team.slot for team in self.problem.teams}
        at: dict[tuple[int, int], list[cp_model.IntVar]] = defaultdict(list)
        for (judge, team), var in self.pairs.items():
            when = slot[team]
            if when is not None:
                at[judge, when].append(var)
        for together in at.values():
            if len(together) > 1:
                self.model.add(sum(together) <= 1).only_enforce_if(self.rule["slots"])

    def _start(self) -> None:
        """A repair keeps what it can; a first plan starts from a balanced draw."""
        if self.problem.current:
            moved = [1 - self.pairs[pair] for pair in sorted(self.problem.current & self.pairs.keys())]
            self.model.minimize(SPREAD_COST * self.spread + sum(moved))
            start = self.problem.current
        else:
            start = draw(self.problem, self.seed)
        for pair, var in self.pairs.items():
            self.model.add_hint(var, pair in start)

    def connect(self, parts: Iterable[tuple[set[int], set[int]]]) -> None:
        """Asks for a pair that leads out of each part."""
        for judges, teams in parts:
            out = [var for (judge, team), var in self.pairs.items() if (judge in judges) != (team in teams)]
            self.model.add_bool_or(out)
        self.cuts += 1

    def solve(self, seconds: float) -> Plan:
        """A plan that keeps the rules and the cuts so far."""
        model, rules = self._copy()
        for rule in rules:
            model.add(rule == 1)
        solver = self._solver(seconds)
        status = solver.solve(model)
        if status == cp_model.INFEASIBLE:
            raise NoPlan([self._explain(seconds)])
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            raise NoPlan([Obstacle(ObstacleKind.TIME)])
        chosen = frozenset(pair for pair, var in self.pairs.items() if solver.value(var))
        return Plan(chosen, solver.value(self.spread))

    def _copy(self) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
        model = self.model.clone()
        return model, [model.get_bool_var_from_proto_index(var.index) for var in self.rule.values()]

    def _solver(self, seconds: float) -> cp_model.CpSolver:
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = max(0.1, seconds)
        # One worker, so that the same seed gives the same plan.
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = self.seed % 2**31
        return solver

    def _explain(self, seconds: float) -> Obstacle:
        """Which rules clash. Asked only when there is no plan: rules that can be dropped make a search much slower."""
        model, rules = self._copy()
        model.add_assumptions(rules)
        solver = self._solver(seconds)
        solver.solve(model)
        core = set(solver.sufficient_assumptions_for_infeasibility())
        clashing = tuple(name for name, var in self.rule.items() if var.index in core)
        if not clashing:
            # What is left are the cuts: nothing leads out of some part of the jury.
            return Obstacle(ObstacleKind.NOT_CONNECTED)
        return Obstacle(ObstacleKind.RULES_CLASH, rules=clashing + ("connected",) * bool(self.cuts))
