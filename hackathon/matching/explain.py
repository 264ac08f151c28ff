"""Plain words for people: what a rule asks, how good it can become at best, and why somebody sits where they sit.

All of it is recomputed from the problem and the plan, so it is true of plans that were changed by hand as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hackathon.matching.problem import Plan, Problem, RuleCost, rule_costs
from hackathon.matching.solver.kinds import Rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hackathon.matching.problem import Team


@dataclass(frozen=True)
class RuleReport:
    """A rule of a plan: in words, what it costs, and the least that it can cost in any plan, and why."""

    rule: Rule
    words: str
    cost: RuleCost
    best: int
    why_not_less: str


def describe_rule(rule: Rule, problem: Problem | None = None) -> str:
    """What a rule asks, as a Swedish sentence. With the problem, people are called by their names."""
    words = rule.describe(problem)
    return f"{words[:1].upper()}{words[1:]}."


def best_possible(problem: Problem, rule: Rule) -> int:
    """The least that a rule can cost by counting alone, before its weight: no plan costs less."""
    return sum(term.least(problem.shape) for term in problem.terms[rule.position])


def why_not_less(problem: Problem, rule: Rule) -> str:
    """Why no plan costs less than the best possible, in Swedish; empty where the best possible is nothing."""
    return rule.why_not_less(problem, best_possible(problem, rule))


def report(problem: Problem, teams: Sequence[Team] | Plan) -> tuple[RuleReport, ...]:
    """Every rule of a plan with its cost and what it could be at best."""
    costs = rule_costs(problem, teams)
    return tuple(
        RuleReport(rule, describe_rule(rule, problem), cost, best_possible(problem, rule), why_not_less(problem, rule))
        for rule, cost in zip(problem.rules, costs, strict=True)
    )


def why_here(problem: Problem, teams: Sequence[Team] | Plan, person_id: str) -> tuple[str, ...]:
    """What speaks for a person's seat, as Swedish sentences, the strongest rules first."""
    plan = teams if isinstance(teams, Plan) else problem.plan_of(teams)
    person = problem.index[person_id]
    by_weight = sorted(problem.rules, key=lambda rule: (not rule.hard, -rule.weight))
    sentences = (rule.reason(problem, plan, person) for rule in by_weight)
    return tuple(dict.fromkeys(sentence for sentence in sentences if sentence))
