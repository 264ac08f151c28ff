"""Preference: people work on the challenges that they asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hackathon.matching.solver.kinds.base import Common, Known, Rule
from hackathon.matching.solver.terms import Plan, Term, Wishes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from hackathon.matching.problem import Problem
    from hackathon.matching.reading import Node

ORDINALS = ("förstahandsval", "andrahandsval", "tredjehandsval")


@dataclass(frozen=True)
class Preference(Rule):
    """For each person: `costs[r]` for the preference of rank r, else `otherwise`; nothing for who wishes nothing."""

    kind = "preference"
    costs: tuple[int, ...]
    otherwise: int

    @classmethod
    def read(cls, node: Node, known: Known, common: Common) -> Self:
        if not known.has_challenges:
            node.fault("the problem has no challenges that a preference could be about")
        costs = tuple(item.whole() for item in node.field("costs").items())
        return cls(**common, costs=costs, otherwise=node.field("otherwise").whole())

    def terms(self, problem: Problem) -> Iterator[Term]:
        wishes = {}
        for number, person in enumerate(problem.participants):
            if person.preferences:
                costs = tuple(self.cost_of(person.preferences, challenge.id) for challenge in problem.challenges)
                if any(costs):
                    wishes[number] = costs
        yield Wishes(wishes)

    def cost_of(self, preferences: tuple[str, ...], challenge: str) -> int:
        """What a challenge costs a person who wishes these."""
        rank = preferences.index(challenge) if challenge in preferences else len(self.costs)
        return self.costs[rank] if rank < len(self.costs) else self.otherwise

    def describe(self, problem: Problem | None = None) -> str:
        return "alla arbetar med en utmaning som de har önskat"

    def why_not_less(self, problem: Problem, least: int) -> str:
        if not least:
            return ""
        return f"Även om alla finge det billigaste av det de har önskat bleve det {least}."

    def reason(self, problem: Problem, plan: Plan, person: int) -> str | None:
        wishes = problem.participants[person].preferences
        challenge = problem.challenges[plan.challenge_of[plan.team_of[person]]].id
        if challenge not in wishes:
            return None
        rank = wishes.index(challenge)
        choice = ORDINALS[rank] if rank < len(ORDINALS) else f"val nummer {rank + 1}"
        return f"Laget arbetar med personens {choice}."
