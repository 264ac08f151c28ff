"""CP-SAT models made of the rules' terms: of all teams or some of them, or aggregated by challenge.

In a model of teams, people whom no posted rule tells apart are one class and share their variables, so that a model of
the hard rules alone stays small. In the aggregated model a cell stands for all the teams of a challenge and every rule
is summed over them, which can only make it cheaper: its bounds hold for the teams as well.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ortools.sat.python import cp_model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from hackathon.matching.problem import Problem
    from hackathon.matching.solver.budget import Budget
    from hackathon.matching.solver.kinds import Rule
    from hackathon.matching.solver.terms import Linear, Term


@dataclass
class TeamCell:
    """A team, or all teams of a challenge. Seats are keyed by the first person of each class.

    A cell's challenge is fixed, or open and given by one of the literals in `choices`, or there is none.
    """

    space: Space
    number: int
    seats: dict[int, Linear]
    teams: Linear = 1
    challenge: int | None = None
    choices: list[Linear] = field(default_factory=list)
    sizes: dict[int, Linear] = field(default_factory=dict)

    def count(self, coefficients: Mapping[int, int]) -> Linear:
        """The sum of the members' coefficients."""
        keys = [key for key in coefficients if key in self.seats]
        if not keys:
            return 0
        seats = [self.seats[key] for key in keys]
        return cp_model.LinearExpr.weighted_sum(seats, [coefficients[key] for key in keys])

    def by_size(self, amount: Callable[[int], int]) -> Linear:
        """The sum of an amount that depends on a team's number of members."""
        if not self.sizes:
            self.sizes = self.space.sizes_of(self)
        return sum(amount(size) * chosen for size, chosen in self.sizes.items())


@dataclass
class Space:
    """A model under construction (the `Space` of terms.py). `objective` collects the soft rules' weighted costs.

    `span` says how many teams a cell can stand for. Where cells are `aggregated`, they are challenges and no teams.
    """

    problem: Problem
    classes: dict[int, list[int]]
    span: int = 1
    aggregated: bool = False
    model: cp_model.CpModel = field(default_factory=cp_model.CpModel)
    cells: list[TeamCell] = field(default_factory=list)
    objective: list[Linear] = field(default_factory=list)
    _bounds: list[tuple[tuple[Linear, ...], int]] = field(default_factory=list)
    _sums: list[Linear] = field(default_factory=list)
    _bans: list[tuple[Linear, Linear]] = field(default_factory=list)
    _hard: bool = False

    def post(self, rule: Rule, terms: Iterable[Term], when: Linear | None = None) -> None:
        """Enter a rule. A hard one becomes constraints, which hold `when` a literal is true; a soft one a cost."""
        self._bounds, self._sums, self._bans, self._hard = [], [], [], rule.hard
        for term in terms:
            term.post(self)
        if not rule.hard:
            self._post_costs(rule.weight)
            return
        constraints = [self.model.add(amount <= 0) for amounts, _ in self._bounds for amount in amounts]
        for seat, given in self._bans:
            constraints.append(self.model.add(seat == 0))
            if given is not None:
                constraints[-1].only_enforce_if(given)
        if self._sums:
            constraints.append(self.model.add(sum(self._sums) <= 0))
        if when is not None:
            for constraint in constraints:
                constraint.only_enforce_if(when)

    def _post_costs(self, weight: int) -> None:
        """The costs of a soft rule."""
        for amounts, most in self._bounds:
            cost = self.model.new_int_var(0, max(0, most) * self.span, "")
            for amount in amounts:
                self.model.add(cost >= amount)
            self.objective.append(weight * cost)
        self.objective += [weight * amount for amount in self._sums]

    def worst(self, *amounts: Linear, most: int) -> None:
        """A cost of the largest amount, or nothing below zero."""
        real = tuple(amount for amount in amounts if not isinstance(amount, int) or amount > 0)
        if real:
            self._bounds.append((real, most))

    def pay(self, amount: Linear) -> None:
        """A cost of an amount; a rule's amounts together are never below zero."""
        self._sums.append(amount)

    def touched(self, cell: Any, members: Mapping[int, int]) -> Linear:
        """A literal that is true where any of the members sits in the cell."""
        seats = [(cell.seats[key], len(self.classes[key])) for key in members if key in cell.seats]
        if not seats:
            return 0
        here = self.model.new_bool_var("")
        for seat, size in seats:
            self.model.add(seat <= size * here)
        return here

    def met(self, cell: Any, members: Mapping[int, int]) -> Linear:
        """At most the number of the cell's teams in which any of the members sits."""
        here = self.model.new_int_var(0, self.span, "")
        self.model.add(here <= cell.count(members))
        if self.span > 1:
            self.model.add(here <= cell.teams)
        return here

    def wishes(self, costs: Mapping[int, tuple[int, ...]]) -> None:
        """Costs of people by the challenge of their team; what a hard rule would charge for is banned."""
        for key in self.classes:
            wish = costs.get(key)
            if wish is None:
                continue
            if self._hard:
                self._ban(key, wish)
            elif all(cell.challenge is not None for cell in self.cells):
                self.pay(sum(wish[cell.challenge or 0] * cell.seats[key] for cell in self.cells))
            else:
                self.pay(self._wish_cost(key, wish))

    def _ban(self, key: int, wish: tuple[int, ...]) -> None:
        """Nobody of a class sits in a team whose challenge would cost them anything."""
        for cell in self.cells:
            if cell.challenge is not None:
                if wish[cell.challenge]:
                    self._bans.append((cell.seats[key], None))
                continue
            self._bans += [(cell.seats[key], choice) for choice, cost in zip(cell.choices, wish, strict=True) if cost]

    def _wish_cost(self, key: int, wish: tuple[int, ...]) -> Linear:
        """People work on whatever their team works on, and pay for it."""
        size = len(self.classes[key])
        works = [self.model.new_int_var(0, size, "") for _ in wish]
        self.model.add(sum(works) == size)
        for cell in self.cells:
            for work, choice in zip(works, cell.choices, strict=True):
                self.model.add(work >= cell.seats[key]).only_enforce_if(choice)
        return sum(cost * work for cost, work in zip(wish, works, strict=True))

    def homes(self, homes: Mapping[int, int]) -> None:
        """Costs of people who are not in their team. Where a cell is many teams, only a lost team costs."""
        at = {cell.number: cell for cell in self.cells}
        for key, members in self.classes.items():
            if key not in homes:
                continue
            if self.aggregated:
                self.pay(len(members) * (homes[key] >= self.problem.team_count))
            elif homes[key] in at:
                self.pay(len(members) - at[homes[key]].seats[key])
            else:
                self.pay(len(members))

    def sizes_of(self, cell: TeamCell) -> dict[int, Linear]:
        """How many of the cell's teams have each size."""
        shape = self.problem.shape
        if shape.smallest == shape.largest:
            return {shape.largest: cell.teams}
        sizes = {s: self.model.new_int_var(0, self.span, "") for s in range(shape.smallest, shape.largest + 1)}
        self.model.add(sum(sizes.values()) == cell.teams)
        self.model.add(sum(size * number for size, number in sizes.items()) == sum(cell.seats.values()))
        return sizes

    def minimise(self) -> None:
        """Set the objective."""
        self.model.minimize(sum(self.objective))


def classes_of(people: Iterable[int], terms: Iterable[Term]) -> dict[int, list[int]]:
    """People whom no term tells apart, keyed by the first of each class."""
    marks = [term.marks() for term in terms]
    signature: dict[int, list[object]] = {person: [] for person in people}
    for number, mark in enumerate(marks):
        for person, value in mark.items():
            if person in signature:
                signature[person].append((number, value))
    groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for person, seen in signature.items():
        groups[tuple(seen)].append(person)
    return {members[0]: members for members in groups.values()}


def team_space(
    problem: Problem,
    rules: Sequence[Rule],
    *,
    people: Iterable[int],
    teams: Sequence[int],
    given: Mapping[int, int] | None = None,
    bounds: Sequence[tuple[int, int]] = (),
) -> Space:
    """A model with a cell for each of some teams, and some people to seat in them; rules are not yet posted.

    `given` fixes the teams' challenges; otherwise `bounds` says how many of these teams may get each challenge.
    """
    shape = problem.shape
    space = Space(problem, classes_of(people, (term for rule in rules for term in problem.terms[rule.position])))
    for number in teams:
        seats = {key: space.model.new_int_var(0, min(len(c), shape.largest), "") for key, c in space.classes.items()}
        cell = TeamCell(space, number, seats, challenge=given[number] if given is not None and given else None)
        space.model.add_linear_constraint(sum(seats.values()), shape.smallest, shape.largest)
        if cell.challenge is None and bounds:
            cell.choices = [space.model.new_bool_var("") for _ in bounds]
            space.model.add_exactly_one(cell.choices)
        space.cells.append(cell)
    for key, members in space.classes.items():
        space.model.add(sum(cell.seats[key] for cell in space.cells) == len(members))
    for challenge, (least, most) in enumerate(bounds):
        if space.cells[0].choices:
            chosen = sum(cell.choices[challenge] for cell in space.cells)
            space.model.add_linear_constraint(chosen, least, min(most, len(teams)))
    return space


def challenge_space(problem: Problem) -> Space:
    """The aggregated model: a cell for each challenge, or one for all teams where there are no challenges."""
    shape = problem.shape
    terms = (term for terms in problem.terms for term in terms)
    space = Space(problem, classes_of(range(shape.people), terms), span=shape.teams, aggregated=True)
    for number, (least, most) in enumerate(shape.challenges or ((shape.teams, shape.teams),)):
        seats = {key: space.model.new_int_var(0, len(c), "") for key, c in space.classes.items()}
        teams = space.model.new_int_var(least, min(most, shape.teams), "")
        total = sum(seats.values())
        space.model.add(total >= shape.smallest * teams)
        space.model.add(total <= shape.largest * teams)
        space.cells.append(TeamCell(space, number, seats, teams, number if shape.challenges else None))
    space.model.add(sum(cell.teams for cell in space.cells) == shape.teams)
    for key, members in space.classes.items():
        space.model.add(sum(cell.seats[key] for cell in space.cells) == len(members))
    return space


def seated(space: Space, value: Callable[[Any], int]) -> tuple[dict[int, int], dict[int, int]]:
    """What a solved model of teams says: a team for every person, and a challenge for every team that had a choice."""
    team_of, challenge_of = {}, {}
    queues = {key: list(members) for key, members in space.classes.items()}
    for cell in space.cells:
        for key, seat in cell.seats.items():
            for _ in range(value(seat)):
                team_of[queues[key].pop()] = cell.number
        for challenge, choice in enumerate(cell.choices):
            if value(choice):
                challenge_of[cell.number] = challenge
    return team_of, challenge_of


def solver_for(budget: Budget, amount: float | None = None, *, seed: int = 0) -> cp_model.CpSolver:
    """A solver with one worker, which may use an amount of the budget at most, or all that is left of it."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed % 2**31
    budget.limit(solver, budget.remaining if amount is None else amount)
    return solver
