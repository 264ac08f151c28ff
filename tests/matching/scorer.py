"""A scorer that shares nothing with the engine: FORMAT.md written down once more, from the documents alone."""

from __future__ import annotations

from fractions import Fraction
from itertools import groupby
from math import ceil, floor
from typing import Any

Document = dict[str, Any]
Seating = list[tuple[list[str], str | None]]
"""For each team in the order of their numbers: its members and its challenge."""


def cost_of_rule(problem: Document, rule: Document, seating: Seating) -> int:
    """What one rule costs, before its weight."""
    person = {p["id"]: p for p in problem["participants"]}
    teams = [[person[name] for name in members] for members, _ in seating]
    seat = {name: number for number, (members, _) in enumerate(seating, 1) for name in members}
    crowd, kind = problem["participants"], rule["kind"]
    if kind in ("balance", "limit", "distinct"):
        return _by_value(kind, rule, crowd, teams)
    if kind == "coverage":
        level, need = rule.get("level", 1), rule.get("count", 1)
        able = [[p for p in team if p.get("skills", {}).get(rule["skill"], 0) >= level] for team in teams]
        return sum(max(need - len(some), 0) for some in able)
    if kind == "evenness":
        share = Fraction(sum(p.get(rule["attribute"]) or 0 for p in crowd), len(crowd))
        cost = 0
        for team in teams:
            amount = sum(p.get(rule["attribute"]) or 0 for p in team)
            cost += max(floor(share * len(team)) - amount, amount - ceil(share * len(team)), 0)
        return cost
    if kind == "preference":
        return sum(_wish(rule, p.get("preferences") or [], challenge)
                   for team, (_, challenge) in zip(teams, seating, strict=True) for p in team)  # fmt: skip
    if kind == "together":
        return len({seat[name] for name in rule["participants"]}) - 1
    if kind == "apart":
        places = sorted(seat[name] for name in rule["participants"])
        return sum(len(list(same)) - 1 for _, same in groupby(places))
    if kind == "pin":
        return 0 if seat[rule["participant"]] == rule["team"] else 1
    assert kind == "stability"
    return len([name for name, team in rule["assignment"].items() if seat.get(name, team) != team])


def _by_value(kind: str, rule: Document, crowd: list[Document], teams: list[list[Document]]) -> int:
    """The rules that look at how often values of an attribute occur in a team."""
    attribute, cost = rule["attribute"], 0
    for team in teams:
        have = [p.get(attribute) for p in team]
        if kind == "balance":
            for value in {p.get(attribute) for p in crowd}:
                fair = Fraction(sum(p.get(attribute) == value for p in crowd), len(teams))
                cost += max(floor(fair) - have.count(value), have.count(value) - ceil(fair), 0)
        elif kind == "limit":
            cost += sum(max(have.count(value) - rule["max"], 0) for value in set(have) - {None})
        else:
            cost += max(rule["min"] - len(set(have) - {None}), 0)
    return cost


def _wish(rule: Document, wishes: list[str], challenge: str | None) -> int:
    if not wishes:
        return 0
    costs: list[int] = [*rule["costs"], *[rule["otherwise"]] * len(wishes)]
    for wish, cost in zip(wishes, costs, strict=False):
        if wish == challenge:
            return cost
    return int(rule["otherwise"])


def verdict(problem: Document, seating: Seating) -> tuple[bool, int]:
    """Whether a seating keeps the structure and the hard rules, and what its soft rules cost."""
    hard, soft = 0, 0
    for rule in problem["rules"]:
        cost = cost_of_rule(problem, rule, seating)
        if rule.get("hard") or rule["kind"] == "pin":
            hard += cost
        else:
            soft += cost * rule["weight"]
    return not hard and structure_holds(problem, seating), soft


def structure_holds(problem: Document, seating: Seating) -> bool:
    """Everybody once, sizes within their bounds, challenges handed out within theirs."""
    placed = sorted(name for members, _ in seating for name in members)
    sizes = problem["team_size"]
    if placed != sorted(p["id"] for p in problem["participants"]) or len(seating) != problem["team_count"]:
        return False
    if not all(sizes["min"] <= len(members) <= sizes["max"] for members, _ in seating):
        return False
    given = [challenge for _, challenge in seating]
    known = problem.get("challenges", [])
    for challenge in known:
        bounds = challenge.get("teams", {})
        if not bounds.get("min", 0) <= given.count(challenge["id"]) <= bounds.get("max", len(seating)):
            return False
    return not known or set(given) <= {challenge["id"] for challenge in known}


def seating_of(solution: Document) -> Seating:
    """The seating of a solution document."""
    teams = sorted(solution["teams"], key=lambda team: team["number"])
    assert [team["number"] for team in teams] == list(range(1, len(teams) + 1))
    return [(team["members"], team["challenge"]) for team in teams]


def check(problem: Document, solution: Document) -> None:
    """A feasible solution is what it says that it is."""
    feasible, cost = verdict(problem, seating_of(solution))
    assert feasible
    assert cost == solution["cost"]
    assert solution["lower_bound"] <= cost
    assert (solution["status"] == "optimal") == (solution["lower_bound"] == cost)
