"""Contradictions that can be seen without solving anything: who must sit together is pinned to different teams or kept
apart. They are the usual ones, and are found in milliseconds, before OR-Tools is even loaded.
"""

from __future__ import annotations

from collections import defaultdict, deque
from typing import TYPE_CHECKING

from hackathon.matching.problem import Conflict
from hackathon.matching.solver.kinds.apart import Apart
from hackathon.matching.solver.kinds.pin import Pin
from hackathon.matching.solver.kinds.together import Together

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hackathon.matching.problem import Problem
    from hackathon.matching.solver.kinds import Rule


def contradiction(problem: Problem) -> list[Rule] | None:
    """A minimal set of hard rules that cannot hold together, the smallest of those that this can see, or None.

    It is minimal because all its people would fit into one team: without any one of its rules, the two that clash can
    sit together or apart as the others ask.
    """
    found = [core for core in _clashes(problem) if len(_people(core)) <= problem.shape.largest]
    return min(found, key=lambda core: (len(core), [rule.position for rule in core]), default=None)


def _clashes(problem: Problem) -> Iterator[list[Rule]]:
    """Pins of one group to different teams, and groups whose members are kept apart."""
    links = _links(problem)
    yield from _clashing_pins([rule for rule in problem.rules if isinstance(rule, Pin)], links)
    for rule in problem.rules:
        if isinstance(rule, Apart) and rule.hard and _can_hold(problem, rule):
            for person in rule.people:
                paths = _reach(links, person)
                yield from (
                    _sorted([rule, *paths[other]]) for other in rule.people if other != person and other in paths
                )


def _clashing_pins(pins: Sequence[Pin], links: dict[int, list[Together]]) -> Iterator[list[Rule]]:
    """Two pins to different teams of people who must sit together, or of one person."""
    by_person: dict[int, list[Pin]] = defaultdict(list)
    for pin in pins:
        by_person[pin.person].append(pin)
    for pin in pins:
        for other, path in _reach(links, pin.person).items():
            yield from (_sorted([pin, its, *path]) for its in by_person.get(other, ()) if its.team != pin.team)


def _can_hold(problem: Problem, rule: Rule) -> bool:
    """Whether counting does not rule out that a rule is kept by itself."""
    return not any(term.least(problem.shape) for term in problem.terms[rule.position])


def _links(problem: Problem) -> dict[int, list[Together]]:
    """The groups that must sit together, by person; those that fit into no team are another matter."""
    links: dict[int, list[Together]] = defaultdict(list)
    for rule in problem.rules:
        if isinstance(rule, Together) and rule.hard and _can_hold(problem, rule):
            for person in set(rule.people):
                links[person].append(rule)
    return links


def _reach(links: dict[int, list[Together]], start: int) -> dict[int, list[Rule]]:
    """Everybody who must sit with a person, each with the fewest rules that say so."""
    paths: dict[int, list[Rule]] = {start: []}
    queue = deque([start])
    while queue:
        person = queue.popleft()
        for rule in links.get(person, ()):
            for other in rule.people:
                if other not in paths:
                    paths[other] = [*paths[person], rule]
                    queue.append(other)
    return paths


def _people(core: Sequence[Rule]) -> set[int]:
    """Those who are tied together by the rules of a clash."""
    tied = {person for rule in core if isinstance(rule, Together) for person in rule.people}
    return tied | {rule.person for rule in core if isinstance(rule, Pin)}


def _sorted(core: list[Rule]) -> list[Rule]:
    return sorted(core, key=lambda rule: rule.position)


def in_words(problem: Problem, core: Sequence[Rule], ways: Sequence[str] = (), *, minimal: bool = True) -> Conflict:
    """A conflict in Swedish. Without `ways` that were tried, dropping any of its rules is offered as one."""
    words = [rule.describe(problem) for rule in core]
    if len(core) == 1:
        least = sum(term.least(problem.shape) for term in problem.terms[core[0].position])
        why = core[0].why_not_less(problem, least)
        text = f"Den här regeln kan ingen indelning hålla: {words[0]}. {why}".strip()
    else:
        text = f"De här {len(core)} reglerna går inte att hålla samtidigt: {'; '.join(words)}."
    if not minimal:
        text += " Tiden räckte inte för att pröva om alla behövs för krocken."
    offered = tuple(ways) or tuple(rule.way_out(problem) for rule in core)
    return Conflict(tuple(rule.position for rule in core), text, offered)
