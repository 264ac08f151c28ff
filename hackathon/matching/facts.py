"""What is true of a plan, team by team: who is in it, and where each rule is kept. Pure; words are made elsewhere.

The sum of `team_costs` over the teams is the cost of the rule, as the engine reckons it (a test holds the two together).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any, TypeAlias

from hackathon.matching.problem import Plan, Problem
from hackathon.matching.solver.kinds.balance import Balance
from hackathon.matching.solver.kinds.base import Rule
from hackathon.matching.solver.kinds.coverage import Coverage
from hackathon.matching.solver.kinds.distinct import Distinct
from hackathon.matching.solver.kinds.evenness import Evenness
from hackathon.matching.solver.kinds.limit import Limit
from hackathon.matching.solver.kinds.preference import Preference

Members: TypeAlias = list[list[int]]
"""The positions of the members of each team."""


def members_of(problem: Problem, plan: Plan) -> Members:
    """Who is in each team."""
    members: Members = [[] for _ in range(problem.team_count)]
    for person, team in enumerate(plan.team_of):
        members[team].append(person)
    return members


def values_of(problem: Problem, people: list[int], attribute: str) -> list[Any]:
    """The values of an attribute among people, without those who lack it."""
    values = (problem.participants[person].get(attribute) for person in people)
    return [value for value in values if value is not None]


def team_costs(problem: Problem, plan: Plan, rule: Rule) -> list[int] | None:
    """What a rule costs in each team, before its weight; None for the kinds that are no sum over teams of their own."""
    cost = _COSTS.get(type(rule))
    return None if cost is None else cost(problem, plan, rule)


def _coverage(problem: Problem, plan: Plan, rule: Any) -> list[int]:
    holders = rule.holders(problem)
    return [max(0, rule.count - sum(p in holders for p in people)) for people in members_of(problem, plan)]


def _limit(problem: Problem, plan: Plan, rule: Any) -> list[int]:
    teams = (Counter(values_of(problem, people, rule.attribute)) for people in members_of(problem, plan))
    return [sum(max(0, count - rule.most) for count in team.values()) for team in teams]


def _distinct(problem: Problem, plan: Plan, rule: Any) -> list[int]:
    teams = (set(values_of(problem, people, rule.attribute)) for people in members_of(problem, plan))
    return [max(0, rule.least - len(values)) for values in teams]


def _balance(problem: Problem, plan: Plan, rule: Any) -> list[int]:
    held = Counter(person.get(rule.attribute) for person in problem.participants)
    costs = []
    for people in members_of(problem, plan):
        here = Counter(problem.participants[person].get(rule.attribute) for person in people)
        cost = 0
        for value, count in held.items():
            low, rest = divmod(count, problem.team_count)
            cost += max(0, low - here[value], here[value] - low - bool(rest))
        costs.append(cost)
    return costs


def _evenness(problem: Problem, plan: Plan, rule: Any) -> list[int]:
    amounts = [problem.participants[p].get(rule.attribute) or 0 for p in range(len(problem.participants))]
    total, people = sum(amounts), len(amounts)
    costs = []
    for team in members_of(problem, plan):
        low, high = len(team) * total // people, -(-len(team) * total // people)
        amount = sum(amounts[person] for person in team)
        costs.append(max(0, low - amount, amount - high))
    return costs


def _preference(problem: Problem, plan: Plan, rule: Any) -> list[int]:
    costs = [0] * problem.team_count
    for person, team in enumerate(plan.team_of):
        wishes = problem.participants[person].preferences
        if wishes:
            costs[team] += rule.cost_of(wishes, problem.challenges[plan.challenge_of[team]].id)
    return costs


_COSTS: dict[type[Rule], Callable[[Problem, Plan, Any], list[int]]] = {
    Balance: _balance,
    Coverage: _coverage,
    Distinct: _distinct,
    Evenness: _evenness,
    Limit: _limit,
    Preference: _preference,
}


def choices_met(problem: Problem, plan: Plan) -> dict[int | None, int]:
    """How many people work on their first (0), second (1) … choice, or on none of their wishes (None).

    People without wishes are not counted.
    """
    met: dict[int | None, int] = defaultdict(int)
    for person, team in enumerate(plan.team_of):
        wishes = problem.participants[person].preferences
        if wishes:
            challenge = problem.challenges[plan.challenge_of[team]].id
            met[wishes.index(challenge) if challenge in wishes else None] += 1
    return dict(met)
