"""Rules, plans and seats in the words of the edition: what the engine calls S4 and q1 has a name on the page.

All texts are in the language of the moment; `Names` holds the edition's own words in that language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import flask_babel
from sqlalchemy import select

from hackathon.core.db import db
from hackathon.events.models import Pool, Sector
from hackathon.matching.explain import describe_rule
from hackathon.matching.facts import Members, values_of
from hackathon.matching.problem import Plan, Problem
from hackathon.matching.solver.kinds.balance import Balance
from hackathon.matching.solver.kinds.base import Rule
from hackathon.matching.solver.kinds.coverage import Coverage
from hackathon.matching.solver.kinds.distinct import Distinct
from hackathon.matching.solver.kinds.evenness import Evenness
from hackathon.matching.solver.kinds.limit import Limit
from hackathon.matching.solver.kinds.preference import Preference
from hackathon.registration.models import Profession, Skill
from hackathon.workshops.models import ChallengeQuestion

MOST_REASONS = 3
_: Callable[..., str] = flask_babel.gettext
ngettext: Callable[..., str] = flask_babel.ngettext


@dataclass(frozen=True)
class Names:
    """What the edition calls its skills, sectors, professions, pools and questions, by key, in one language."""

    skills: Mapping[str, str]
    icons: Mapping[str, str]
    sectors: Mapping[str, str]
    letters: Mapping[str, str]
    professions: Mapping[str, str]
    pools: Mapping[str, str]
    questions: Mapping[str, str]

    def skill(self, key: str) -> str:
        return self.skills.get(key, key)

    def value(self, attribute: str, value: Any) -> str:
        """A value of an attribute, as the edition calls it."""
        tables = {
            "sector": self.sectors,
            "profession": self.professions,
            "pool": self.pools,
            "seniority": seniorities(),
        }
        return tables.get(attribute, {}).get(value, str(value))


def seniorities() -> dict[str, str]:
    """The levels of experience."""
    return {"junior": _("ny i yrket"), "mid": _("några år i yrket"), "senior": _("lång erfarenhet")}


def read_names(edition_id: int, language: str) -> Names:
    """The edition's words in a language ("sv" or "en"), in five queries."""

    def named(model: Any, word: str = "name") -> dict[str, str]:
        text = getattr(model, f"{word}_{'en' if language == 'en' else 'sv'}")
        rows = db.session.execute(select(model.key, text).where(model.edition_id == edition_id))
        return {row.key: row[1] for row in rows}

    skills = db.session.scalars(select(Skill).where(Skill.edition_id == edition_id)).all()
    sectors = db.session.scalars(select(Sector).where(Sector.edition_id == edition_id)).all()
    questions = db.session.scalars(select(ChallengeQuestion).where(ChallengeQuestion.edition_id == edition_id)).all()
    english = language == "en"
    return Names(
        skills={skill.key: skill.name_en if english else skill.name_sv for skill in skills},
        icons={skill.key: skill.icon for skill in skills},
        sectors={sector.key: sector.name_en if english else sector.name_sv for sector in sectors},
        letters={sector.key: sector.letter for sector in sectors},
        professions=named(Profession),
        pools=named(Pool),
        questions={question.key: question.title_en if english else question.title_sv for question in questions},
    )


# --- what a rule asks -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RuleWords:
    """A rule in a title and a line under it."""

    title: str
    line: str


def words_of(rule: Rule, names: Names, problem: Problem) -> RuleWords:
    """What a rule asks."""
    asks: dict[type[Rule], Callable[[Any, Names], RuleWords]] = {
        Balance: _balance_words,
        Coverage: _coverage_words,
        Distinct: _distinct_words,
        Evenness: _evenness_words,
        Limit: _limit_words,
        Preference: _preference_words,
    }
    ask = asks.get(type(rule))
    return ask(rule, names) if ask else RuleWords(describe_rule(rule, problem), "")


def _balance_words(rule: Balance, _names: Names) -> RuleWords:
    return {
        "pool": RuleWords(_("Myndighet möter andra"), _("Lika fördelning av de två grupperna i varje team")),
        "profession": RuleWords(_("Blandade yrken"), _("Varje yrke jämnt fördelat över teamen")),
        "seniority": RuleWords(_("Nya och vana"), _("Nya i yrket och erfarna jämnt fördelade")),
    }.get(rule.attribute) or RuleWords(_("Jämn fördelning"), rule.attribute)


def _coverage_words(rule: Coverage, names: Names) -> RuleWords:
    levels = {1: _("känner till det"), 2: _("använder det i sitt arbete"), 3: _("kan lära ut det")}
    line = ngettext(
        "Minst %(num)s som %(level)s",
        "Minst %(num)s som %(level)s",
        rule.count,
        level=levels.get(rule.level, rule.level),
    )
    return RuleWords(_("%(skill)s i varje team", skill=names.skill(rule.skill)), line)


def _distinct_words(rule: Distinct, _names: Names) -> RuleWords:
    if rule.attribute == "sector":
        return RuleWords(_("Olika sektorer"), _("Minst %(count)s sektorer i varje team", count=rule.least))
    return RuleWords(_("Olika slag"), _("Minst %(count)s olika: %(what)s", count=rule.least, what=rule.attribute))


def _evenness_words(rule: Evenness, _names: Names) -> RuleWords:
    if rule.attribute == "experience_years":
        return RuleWords(_("Jämn erfarenhet"), _("Lika många års erfarenhet i teamen, sammanlagt"))
    return RuleWords(_("Jämn summa"), rule.attribute)


def _limit_words(rule: Limit, _names: Names) -> RuleWords:
    if rule.attribute == "organisation":
        line = ngettext("Högst %(num)s från samma organisation", "Högst %(num)s från samma organisation", rule.most)
        return RuleWords(_("Kollegor i olika team"), line)
    return RuleWords(
        _("Inte för många lika"), _("Högst %(count)s med samma: %(what)s", count=rule.most, what=rule.attribute)
    )


def _preference_words(rule: Preference, _names: Names) -> RuleWords:
    return RuleWords(_("Frågan man vill arbeta med"), _("Första, andra eller tredje valet"))


def amount(rule: Rule, cost: int) -> str:
    """The cost of a rule before its weight, with what it counts."""
    if isinstance(rule, Coverage | Distinct):
        return ngettext("%(num)s saknas", "%(num)s saknas", cost)
    if isinstance(rule, Limit):
        return ngettext("%(num)s för mycket", "%(num)s för många", cost)
    if isinstance(rule, Evenness) and rule.attribute == "experience_years":
        return ngettext("%(num)s år fel", "%(num)s år fel", cost)
    if isinstance(rule, Preference):
        return ngettext("%(num)s minuspoäng", "%(num)s minuspoäng", cost)
    return ngettext("%(num)s plats fel", "%(num)s platser fel", cost)


def choices_in_words(met: Mapping[int | None, int]) -> str:
    """How many people work on their first choice, their second, a later one, or none of them."""
    later = sum(count for rank, count in met.items() if rank is not None and rank > 1)
    return _(
        "Förstaval: %(first)s. Andraval: %(second)s. Tredjeval: %(third)s. Inget av dem: %(none)s.",
        first=met.get(0, 0), second=met.get(1, 0), third=later, none=met.get(None, 0),
    )  # fmt: skip


def why_not_better(rule: Rule, problem: Problem, *, cost: int, best: int, is_optimal: bool) -> str:
    """Why a rule is not kept better in a plan; empty where it is kept in full."""
    if not cost:
        return ""
    if cost == best:
        return _why_no_plan_can(rule, problem, best)
    if is_optimal:
        return _("Går bara att förbättra om andra regler får stå tillbaka minst lika mycket. Det är bevisat.")
    return _("Andra regler gick före. Om det går att få bättre är inte bevisat; räkna längre för att se.")


def _why_no_plan_can(rule: Rule, problem: Problem, best: int) -> str:
    if isinstance(rule, Coverage):
        return _(
            "%(teams)s team behöver %(need)s, men bara %(have)s av %(people)s har kunskapen.",
            teams=problem.team_count, need=problem.team_count * rule.count, have=len(rule.holders(problem)),
            people=len(problem.participants),
        )  # fmt: skip
    if isinstance(rule, Limit) and rule.attribute == "organisation":
        return _("Någon organisation har fler deltagare än det finns team.")
    if isinstance(rule, Distinct):
        return _("Det finns för få olika bland deltagarna för att räcka till alla team.")
    if isinstance(rule, Preference):
        return _("Inte ens om alla fick det de helst vill ha skulle det bli mindre.")
    return _("Ingen indelning av de här personerna kan göra det bättre.")


def why_no_better_is_possible(rule: Coverage, names: Names, *, teams: int, have: int) -> str:
    """What the roster gives for a skill that every team is to have, before anything is solved."""
    lacking = max(0, teams * rule.count - have)
    if not lacking:
        return _(
            "%(have)s kan %(skill)s, %(teams)s team: räcker till alla.",
            have=have,
            skill=names.skill(rule.skill),
            teams=teams,
        )
    return _(
        "%(have)s kan %(skill)s, %(teams)s team: %(lacking)s blir utan.",
        have=have, skill=names.skill(rule.skill), teams=teams, lacking=lacking,
    )  # fmt: skip


# --- what a team lacks ----------------------------------------------------------------------------------------------


def lack(rule: Rule, names: Names, problem: Problem, people: list[int]) -> str:
    """What a team that breaks a rule lacks, in a few words; empty for rules that say nothing of one team alone."""
    if isinstance(rule, Coverage):
        return _("Saknar %(skill)s", skill=names.skill(rule.skill).lower())
    if isinstance(rule, Distinct) and rule.attribute == "sector":
        met = len(set(values_of(problem, people, "sector")))
        return ngettext("Bara %(num)s sektor", "Bara %(num)s sektorer", met)
    if isinstance(rule, Limit) and rule.attribute == "organisation":
        return _("Kollegor i samma team")
    if isinstance(rule, Balance) and rule.attribute == "pool":
        pools = values_of(problem, people, "pool")
        agency = pools.count("agency")
        return _("%(agency)s från myndighet, %(others)s andra", agency=agency, others=len(pools) - agency)
    return ""


# --- why somebody sits where they sit -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for a seat: a word or two, and a sentence. `good` False: what the seat costs the person."""

    lead: str
    sentence: str
    good: bool = True


def reasons_of(problem: Problem, plan: Plan, members: Members, participant: str, names: Names) -> list[Reason]:
    """Why somebody sits in this team: the wish first, then by the weight of the rules. It is recomputed from the plan."""
    person = problem.index[participant]
    mates = [mate for mate in members[plan.team_of[person]] if mate != person]
    reasons: list[Reason] = []
    for rule in sorted(problem.rules, key=lambda rule: (not isinstance(rule, Preference), not rule.hard, -rule.weight)):
        reason = _reason(rule, problem, plan, person, mates, names)
        if reason is not None and reason.lead not in {known.lead for known in reasons}:
            reasons.append(reason)
    return reasons


def _reason(rule: Rule, problem: Problem, plan: Plan, person: int, mates: list[int], names: Names) -> Reason | None:
    if isinstance(rule, Preference):
        return _wish_reason(problem, plan, person, names)
    if isinstance(rule, Coverage):
        holders = rule.holders(problem)
        if person not in holders or sum(mate in holders for mate in mates) >= rule.count:
            return None
        skill = names.skill(rule.skill)
        return Reason(skill, _("Behövs i teamet, som annars skulle sakna %(skill)s.", skill=skill.lower()))
    if isinstance(rule, Distinct | Balance) and rule.attribute in ("sector", "profession", "pool"):
        value = problem.participants[person].get(rule.attribute)
        if value is None or value in values_of(problem, mates, rule.attribute):
            return None
        return _alone_reason(rule.attribute, names.value(rule.attribute, value))
    return None


def _wish_reason(problem: Problem, plan: Plan, person: int, names: Names) -> Reason | None:
    wishes = problem.participants[person].preferences
    challenge = problem.challenges[plan.challenge_of[plan.team_of[person]]].id
    question = names.questions.get(challenge, challenge)
    if not wishes:
        return None
    if challenge not in wishes:
        return Reason(
            _("Inte bland önskemålen"),
            _("Teamets fråga är en annan: ”%(question)s”", question=question),
            good=False,
        )
    leads = (_("Förstaval"), _("Andraval"), _("Tredjeval"))
    rank = wishes.index(challenge)
    lead = leads[rank] if rank < len(leads) else _("Önskad fråga")
    return Reason(lead, _("Teamet arbetar med ”%(question)s”", question=question))


def _alone_reason(attribute: str, value: str) -> Reason:
    sentences = {
        "sector": (_("Egen sektor"), _("Ingen annan i teamet kommer från %(value)s.", value=value)),
        "profession": (_("Eget yrke"), _("Ingen annan i teamet är %(value)s.", value=value.lower())),
        "pool": (_("Egen grupp"), _("Ensam i teamet från %(value)s.", value=value)),
    }
    return Reason(*sentences[attribute])


def reason_for(problem: Problem, plan: Plan, members: Members, participant: str, names: Names) -> str:
    """Why somebody sits in this team, as a text for that person."""
    reasons = [reason for reason in reasons_of(problem, plan, members, participant, names) if reason.good][
        :MOST_REASONS
    ]
    if not reasons:
        return _("Din plats gör att reglerna går ihop för alla team.")
    return " ".join(f"{reason.lead}: {reason.sentence}" for reason in reasons)
