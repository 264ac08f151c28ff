"""A team-formation problem and its solution (format team-formation/1), as plain data with its costs.

Knows no framework, no database and no solver. People, teams and challenges are positions counted from 0 in here;
documents name people and challenges by id and number teams from 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from hackathon.matching.reading import LARGEST, Fault, Node, ProblemError, is_writable
from hackathon.matching.solver.kinds import KINDS, Known, Rule
from hackathon.matching.solver.terms import Plan, Shape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hackathon.matching.solver.terms import Term

__all__ = [
    "Challenge",
    "Conflict",
    "Fault",
    "Participant",
    "Plan",
    "Problem",
    "ProblemError",
    "RuleCost",
    "Solution",
    "Team",
    "parse_problem",
    "rule_costs",
]

FORMAT: Final = "team-formation/1"
SOLUTION_FORMAT: Final = "team-formation-solution/1"
MOST_PEOPLE: Final = 100_000
LARGEST_TOTAL: Final = 10**15
"""The engine adds costs up in 64-bit floats and integers, which are exact up to here."""


@dataclass(frozen=True)
class Participant:
    """A person with attributes (texts, numbers, booleans), levels by skill and challenges by preference."""

    id: str
    attributes: Mapping[str, Any] = field(default_factory=dict)
    skills: Mapping[str, int] = field(default_factory=dict)
    preferences: tuple[str, ...] = ()
    compound: frozenset[str] = frozenset()
    """The fields that are lists or objects, which no rule can compare."""

    def get(self, attribute: str) -> Any:
        """The value of an attribute, or None where it is lacking."""
        return self.attributes.get(attribute)

    @property
    def called(self) -> str:
        """The name, or the id of a person whose name the document does not tell."""
        name = self.attributes.get("name")
        return name if isinstance(name, str) and name else self.id


@dataclass(frozen=True)
class Challenge:
    """A challenge and the numbers of teams that may work on it."""

    id: str
    least: int
    most: int


@dataclass(frozen=True)
class Problem:
    """Everything that a plan is judged by."""

    name: str
    team_count: int
    smallest: int
    largest: int
    participants: tuple[Participant, ...]
    challenges: tuple[Challenge, ...]
    rules: tuple[Rule, ...]

    @cached_property
    def shape(self) -> Shape:
        """The numbers, with sizes narrowed to what the other teams leave possible."""
        people, others = len(self.participants), self.team_count - 1
        return Shape(
            people,
            self.team_count,
            max(self.smallest, people - others * self.largest),
            min(self.largest, people - others * self.smallest),
            tuple((challenge.least, challenge.most) for challenge in self.challenges),
        )

    @cached_property
    def terms(self) -> tuple[tuple[Term, ...], ...]:
        """The building blocks of each rule, by position."""
        return tuple(tuple(rule.terms(self)) for rule in self.rules)

    @cached_property
    def index(self) -> dict[str, int]:
        """The position of each participant by id."""
        return {person.id: number for number, person in enumerate(self.participants)}

    def team_of_person(self, plan: Plan, person: int) -> list[int]:
        """The members of a person's team, that person included."""
        return [other for other, team in enumerate(plan.team_of) if team == plan.team_of[person]]

    def plan_of(self, teams: Sequence[Team]) -> Plan:
        """Teams as positions. Raises KeyError where a person or a challenge is unknown or a person has no seat."""
        team_of = {member: team.number - 1 for team in teams for member in team.members}
        challenges = {challenge.id: number for number, challenge in enumerate(self.challenges)}
        by_number = {team.number - 1: team.challenge for team in teams}
        return Plan(
            tuple(team_of[person.id] for person in self.participants),
            tuple(challenges[by_number[team] or ""] for team in range(self.team_count)) if challenges else (),
            self.team_count,
        )

    def teams_of(self, plan: Plan) -> tuple[Team, ...]:
        """Positions as teams, numbered from 1."""
        members: list[list[str]] = [[] for _ in range(self.team_count)]
        for person, team in zip(self.participants, plan.team_of, strict=True):
            members[team].append(person.id)
        return tuple(
            Team(number + 1, self.challenges[plan.challenge_of[number]].id if self.challenges else None, tuple(ids))
            for number, ids in enumerate(members)
        )


@dataclass(frozen=True)
class Team:
    """A team of a solution, numbered from 1."""

    number: int
    challenge: str | None
    members: tuple[str, ...]


@dataclass(frozen=True)
class Conflict:
    """Why there is no plan: positions of rules that clash (none where the numbers alone do), in words, and ways out."""

    rules: tuple[int, ...]
    text: str
    ways_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Solution:
    """What the engine found: status `optimal`, `feasible`, `infeasible` or `unknown`, and how far it is proven."""

    status: str
    teams: tuple[Team, ...] = ()
    cost: int | None = None
    lower_bound: int | None = None
    seconds: float = 0.0
    conflict: Conflict | None = None

    def to_json(self) -> dict[str, Any]:
        """The solution document."""
        conflict = self.conflict
        return {
            "format": SOLUTION_FORMAT,
            "status": self.status,
            "teams": [{"number": t.number, "challenge": t.challenge, "members": list(t.members)} for t in self.teams],
            "cost": self.cost,
            "lower_bound": self.lower_bound,
            "seconds": round(self.seconds, 3),
            "conflict": conflict
            and {"rules": list(conflict.rules), "text": conflict.text, "ways_out": list(conflict.ways_out)},
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Solution:
        """A solution document that the engine wrote; others raise KeyError or TypeError."""
        conflict = document.get("conflict")
        return cls(
            document["status"],
            tuple(Team(t["number"], t.get("challenge"), tuple(t["members"])) for t in document["teams"]),
            document.get("cost"),
            document.get("lower_bound"),
            document.get("seconds", 0.0),
            conflict and Conflict(tuple(conflict["rules"]), conflict["text"], tuple(conflict.get("ways_out", ()))),
        )


@dataclass(frozen=True)
class RuleCost:
    """What a plan costs by one rule, before and after its weight; a hard rule weighs nothing and must cost nothing."""

    position: int
    kind: str
    hard: bool
    cost: int
    weighted: int


def rule_costs(problem: Problem, teams: Sequence[Team] | Plan) -> tuple[RuleCost, ...]:
    """The cost of every rule; `sum(row.weighted …)` is the cost of the plan."""
    plan = teams if isinstance(teams, Plan) else problem.plan_of(teams)
    rows = []
    for rule, terms in zip(problem.rules, problem.terms, strict=True):
        cost = sum(term.cost(plan) for term in terms)
        rows.append(RuleCost(rule.position, rule.kind, rule.hard, cost, cost * rule.weight))
    return tuple(rows)


def parse_problem(document: Any) -> Problem:
    """Read a problem document. Raises ProblemError with every fault and its place."""
    faults: list[Fault] = []
    root = Node(document, "", faults)
    if not isinstance(document, dict):
        raise ProblemError([Fault("document", "must be an object")])
    version = root.field("format")
    if not version.missing and version.value != FORMAT:
        version.fault(f"must be {FORMAT!r}")
    name = root.field("name")
    participants = _participants(root.field("participants"))
    challenges = root.field("challenges")
    team_count = root.field("team_count").whole(1)
    if team_count > MOST_PEOPLE:
        root.field("team_count").fault(f"must be at most {MOST_PEOPLE}")
        team_count = 1
    sizes = root.field("team_size")
    problem = Problem(
        name="" if name.missing else name.text(),
        team_count=team_count,
        smallest=sizes.field("min").whole(),
        largest=sizes.field("max").whole(),
        participants=participants,
        challenges=() if challenges.missing else _challenges(challenges, team_count),
        rules=(),
    )
    rules = _rules(root.field("rules"), problem)
    if faults:
        raise ProblemError(faults)
    return _checked(replace(problem, rules=rules))


def _participants(node: Node) -> tuple[Participant, ...]:
    """The people, each with an id of their own."""
    people, seen = [], set()
    items = node.items()
    if not items and isinstance(node.value, list):
        node.fault("must name at least one participant")
    if len(items) > MOST_PEOPLE:
        node.fault(f"must be at most {MOST_PEOPLE} people")
        items = []
    for item in items:
        person = _participant(item)
        if person.id in seen and person.id:
            item.field("id").fault(f"is given twice: {person.id!r}")
        seen.add(person.id)
        people.append(person)
    return tuple(people)


def _participant(node: Node) -> Participant:
    """One person; whatever is no skill and no preference is an attribute."""
    attributes, compound = {}, set()
    for name, entry in node.entries().items():
        if isinstance(entry.value, list | dict):
            compound.add(name)
        else:
            attributes[name] = entry.value
            _check_scalar(entry)
    skills, wishes = node.field("skills"), node.field("preferences")
    return Participant(
        id=node.field("id").text() if isinstance(node.value, dict) else "",
        attributes=attributes,
        skills={}
        if skills.missing or skills.value is None
        else {skill: level.whole() for skill, level in skills.entries().items()},
        preferences=() if wishes.missing or wishes.value is None else tuple(wish.text() for wish in wishes.items()),
        compound=frozenset(compound),
    )


def _check_scalar(node: Node) -> None:
    """An attribute is a text, a number or a boolean that can be written back."""
    if isinstance(node.value, float) and not abs(node.value) < float("inf"):
        node.fault("must be a finite number")
    if isinstance(node.value, str) and not is_writable(node.value):
        node.fault("holds half of a character (a lone surrogate)")


def _challenges(node: Node, team_count: int) -> tuple[Challenge, ...]:
    """The challenges, each with an id of its own."""
    challenges, seen = [], set()
    for item in node.items():
        if not isinstance(item.value, dict):
            item.fault("must be an object")
            continue
        name, bounds = item.field("id").text(), item.field("teams")
        if name in seen and name:
            item.field("id").fault(f"is given twice: {name!r}")
        seen.add(name)
        if not bounds.missing:
            bounds.entries()
        least = bounds.field("min").whole(default=0)
        challenges.append(Challenge(name, least, bounds.field("max").whole(default=team_count)))
    return tuple(challenges)


def _rules(node: Node, problem: Problem) -> tuple[Rule, ...]:
    """The rules, each read by its kind."""
    known = Known(problem.participants, problem.index, problem.team_count, bool(problem.challenges))
    rules = []
    for position, item in enumerate(node.items()):
        kind = item.field("kind")
        if not isinstance(item.value, dict):
            item.fault("must be an object")
        elif kind.missing or not isinstance(kind.value, str) or kind.value not in KINDS:
            kind.fault(f"must be one of {', '.join(KINDS)}")
        else:
            hard = item.field("hard").flag() or kind.value == "pin"
            weight = 0 if hard else item.field("weight").whole(1)
            rules.append(KINDS[kind.value].read(item, known, {"position": position, "hard": hard, "weight": weight}))
    return tuple(rules)


def _checked(problem: Problem) -> Problem:
    """The problem, unless its numbers are too large to be added up exactly."""
    for rule, terms in zip(problem.rules, problem.terms, strict=True):
        most = sum(term.most(problem.shape) for term in terms) * max(1, rule.weight)
        if most * len(problem.rules) > LARGEST_TOTAL:
            raise ProblemError([Fault(f"rules[{rule.position}]", f"costs up to {most}: too large to be added up")])
    if max(problem.smallest, problem.largest) > LARGEST:
        raise ProblemError([Fault("team_size", f"must be at most {LARGEST}")])
    return problem
