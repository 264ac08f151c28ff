"""What counting alone says: whether the numbers fit, whatever the rules, and what the rules cost at least."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hackathon.matching.problem import Conflict

if TYPE_CHECKING:
    from hackathon.matching.problem import Problem


def arithmetic(problem: Problem) -> Conflict | None:
    """The conflict of the numbers, or None: then sizes and challenges can be handed out."""
    people, teams, low, high = len(problem.participants), problem.team_count, problem.smallest, problem.largest
    ways: list[str] = []
    text = ""
    if low > high:
        text = f"Lagen ska ha minst {low} och högst {high} personer: det minsta är större än det största."
        ways = ["Rätta lagstorlekens gränser."]
    elif people > teams * high:
        text = f"{people} personer ryms inte i {teams} lag om högst {high}: det blir {teams * high} platser."
        ways = [f"Gör minst {-(-people // high)} lag." if high else "", f"Tillåt lag om {-(-people // teams)}."]
    elif people < teams * low:
        text = f"{people} personer räcker inte till {teams} lag om minst {low}: det behövs {teams * low}."
        ways = [f"Gör högst {people // low} lag.", f"Tillåt lag om {people // teams}."]
    elif problem.challenges:
        text, ways = _challenge_arithmetic(problem)
    return Conflict((), text, tuple(way for way in ways if way)) if text else None


def _challenge_arithmetic(problem: Problem) -> tuple[str, list[str]]:
    """Why the challenges cannot be handed out, and ways out."""
    for challenge in problem.challenges:
        if challenge.least > challenge.most:
            text = f"Utmaningen {challenge.id} ska ges till minst {challenge.least} och högst {challenge.most} lag."
            return text, ["Rätta utmaningens gränser."]
    least = sum(challenge.least for challenge in problem.challenges)
    most = sum(challenge.most for challenge in problem.challenges)
    if least > problem.team_count:
        text = f"Utmaningarna ska ges till sammanlagt minst {least} lag, men det finns {problem.team_count}."
        return text, ["Sänk utmaningarnas minsta antal lag."]
    if most < problem.team_count:
        text = f"Utmaningarna får ges till sammanlagt högst {most} lag, men det finns {problem.team_count}."
        return text, ["Höj utmaningarnas största antal lag."]
    return "", []


def closed_form(problem: Problem) -> int:
    """What the soft rules cost at least by counting alone, each for itself, added up."""
    return sum(
        rule.weight * term.least(problem.shape) for rule in problem.rules for term in problem.terms[rule.position]
    )
