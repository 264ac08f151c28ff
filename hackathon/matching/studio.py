"""What the studio page shows of a plan, ready for the template: rules, teams, people, and what was reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from hackathon.matching.explain import best_possible
from hackathon.matching.facts import Members, choices_met, members_of, team_costs
from hackathon.matching.problem import Plan, Problem, Solution, parse_problem, rule_costs
from hackathon.matching.roster import Roster, person_id_of
from hackathon.matching.rules import Tier, tier_of
from hackathon.matching.solver.kinds.base import Rule
from hackathon.matching.solver.kinds.coverage import Coverage
from hackathon.matching.solver.kinds.preference import Preference
from hackathon.matching.wording import (
    Names,
    Reason,
    amount,
    choices_in_words,
    lack,
    reasons_of,
    why_no_better_is_possible,
    why_not_better,
    words_of,
)

BEST_SKILLS = 2


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule with what a plan reached. `met` of `total`: teams, or people for wishes."""

    title: str
    line: str
    tier: Tier
    met: int
    total: int
    reached: str
    best: str
    is_best: bool
    why: str
    weighted: int
    hard: bool


@dataclass(frozen=True, slots=True)
class SkillMark:
    icon: str
    name: str


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody in a team of a plan."""

    person_id: int
    name: str
    line: str
    organisation: str
    pool: str
    letter: str | None
    mark_label: str
    skills: tuple[SkillMark, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class TeamView:
    number: int
    question: str
    members: tuple[PersonView, ...]
    lacks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Studio:
    """A plan as the page shows it."""

    rules: tuple[RuleView, ...]
    teams: tuple[TeamView, ...]
    people: int

    def tiers(self) -> list[tuple[Tier, list[RuleView]]]:
        """The rules by how much they count, the most first."""
        grouped = ((tier, [rule for rule in self.rules if rule.tier is tier]) for tier in Tier)
        return [(tier, rules) for tier, rules in grouped if rules]


def show_plan(document: dict[str, Any], solution: dict[str, Any], names: Names) -> Studio:
    """Everything about a plan, recomputed from the problem and the solution."""
    problem, found = parse_problem(document), Solution.from_json(solution)
    plan = problem.plan_of(found.teams)
    members = members_of(problem, plan)
    costs = {rule.position: team_costs(problem, plan, rule) for rule in problem.rules}
    return Studio(
        rules=_rules(problem, plan, costs, names, is_optimal=found.status == "optimal"),
        teams=tuple(_team(problem, plan, members, number, costs, names) for number in range(problem.team_count)),
        people=len(problem.participants),
    )


def _rules(
    problem: Problem, plan: Plan, costs: dict[int, list[int] | None], names: Names, *, is_optimal: bool
) -> tuple[RuleView, ...]:
    views = []
    for rule, cost, raw in zip(problem.rules, rule_costs(problem, plan), _raw_rules(problem), strict=True):
        best, words = best_possible(problem, rule), words_of(rule, names, problem)
        met, total = _met(problem, plan, rule, costs[rule.position], cost.cost)
        views.append(
            RuleView(
                title=words.title,
                line=words.line,
                tier=tier_of(raw),
                met=met,
                total=total,
                reached=amount(rule, cost.cost) if cost.cost else _("Helt"),
                best=amount(rule, best) if best else _("Helt"),
                is_best=cost.cost == best,
                why=" ".join(
                    text
                    for text in (
                        choices_in_words(choices_met(problem, plan)) if isinstance(rule, Preference) else "",
                        why_not_better(rule, problem, cost=cost.cost, best=best, is_optimal=is_optimal),
                    )
                    if text
                ),
                weighted=cost.weighted,
                hard=rule.hard,
            )
        )
    return tuple(views)


def _raw_rules(problem: Problem) -> list[dict[str, object]]:
    return [
        {"kind": rule.kind, "hard": rule.hard, "weight": rule.weight}
        | ({"otherwise": rule.otherwise} if isinstance(rule, Preference) else {})
        for rule in problem.rules
    ]


def _met(problem: Problem, plan: Plan, rule: Rule, by_team: list[int] | None, cost: int) -> tuple[int, int]:
    """How many teams keep a rule, of how many; for wishes: how many people work on one of theirs."""
    if isinstance(rule, Preference):
        choices = choices_met(problem, plan)
        wishing = sum(choices.values())
        return wishing - choices.get(None, 0), wishing
    if by_team is None:
        return int(not cost), 1
    return by_team.count(0), len(by_team)


def _team(
    problem: Problem, plan: Plan, members: Members, number: int, costs: dict[int, list[int] | None], names: Names
) -> TeamView:
    people = members[number]
    broken = [rule for rule in problem.rules if (costs[rule.position] or [0] * problem.team_count)[number]]
    lacks = [lack(rule, names, problem, people) for rule in broken]
    question = names.questions.get(problem.challenges[plan.challenge_of[number]].id, "") if problem.challenges else ""
    ordered = sorted(
        people, key=lambda p: (problem.participants[p].get("pool") != "agency", problem.participants[p].called)
    )
    return TeamView(
        number + 1,
        question,
        tuple(_person(problem, plan, members, person, names) for person in ordered),
        tuple(text for text in dict.fromkeys(lacks) if text),
    )


def _person(problem: Problem, plan: Plan, members: Members, person: int, names: Names) -> PersonView:
    who = problem.participants[person]
    pool, sector = who.get("pool"), who.get("sector")
    best = sorted((item for item in who.skills.items() if item[1] >= 2), key=lambda item: -item[1])[:BEST_SKILLS]
    label = ", ".join(
        part for part in (names.value("pool", pool), names.value("sector", sector) if sector else "") if part
    )
    return PersonView(
        person_id=person_id_of(who.id),
        name=who.called,
        line=names.value("profession", who.get("profession")) if who.get("profession") else _("Profil saknas"),
        organisation=who.get("organisation") or "",
        pool=pool or "external",
        letter=names.letters.get(sector) if sector else None,
        mark_label=label,
        skills=tuple(SkillMark(names.icons.get(key, "star"), names.skill(key)) for key, _level in best),
        reasons=tuple(reasons_of(problem, plan, members, who.id, names)),
    )


# --- before anything is solved --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Supply:
    """What the roster gives for a rule that every team is to keep."""

    skill: str
    have: int
    need: int
    sentence: str

    @property
    def is_enough(self) -> bool:
        return self.have >= self.need


def supplies(roster: Roster, names: Names) -> list[Supply]:
    """For each skill that every team is to have: who has it, and how many teams will go without."""
    if roster.document is None:
        return []
    problem = parse_problem(roster.document)
    found = []
    for rule in problem.rules:
        if isinstance(rule, Coverage):
            have, need = len(rule.holders(problem)), problem.team_count * rule.count
            sentence = why_no_better_is_possible(rule, names, teams=problem.team_count, have=have)
            found.append(Supply(names.skill(rule.skill), have, need, sentence))
    return found


def rules_before(roster: Roster, names: Names) -> list[tuple[Tier, list[tuple[str, str]]]]:
    """The rules that a run will start from: title and line, by how much they count."""
    if roster.document is None:
        return []
    problem = parse_problem(roster.document)
    words = [
        (tier_of(raw), words_of(rule, names, problem))
        for rule, raw in zip(problem.rules, _raw_rules(problem), strict=True)
    ]
    grouped = ((tier, [(word.title, word.line) for held, word in words if held is tier]) for tier in Tier)
    return [(tier, rules) for tier, rules in grouped if rules]


def clashing_rules(document: dict[str, Any], positions: Sequence[int], names: Names) -> list[str]:
    """The titles of the rules that cannot hold together."""
    problem = parse_problem(document)
    return [words_of(problem.rules[position], names, problem).title for position in positions]
