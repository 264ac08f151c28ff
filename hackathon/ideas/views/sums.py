"""The organiser's overview of ideas: every number leads to its list."""

from __future__ import annotations

from flask import render_template

from hackathon.core import clock
from hackathon.core.access import Permission, requires
from hackathon.events.context import current_edition
from hackathon.events.queries import list_sectors
from hackathon.ideas.overview import STILL_DAYS, Line, Overview, read_overview
from hackathon.ideas.rules import PUBLISHED
from hackathon.ideas.views.blueprint import blueprint
from hackathon.ideas.words import language, stage_names
from hackathon.workshops.queries import question_choices


@blueprint.get("/overview")
@requires(Permission.ORGANISE)
def overview() -> str:
    """The funnel by stage, question, sector and pool, and what waits for somebody."""
    edition = current_edition()
    found = read_overview(edition.id, now=clock.now())
    return render_template(
        "ideas/idea_overview.html",
        overview=found,
        questions=_questions(edition.id, found),
        sectors=_sectors(edition.id, found),
        stages=PUBLISHED,
        stage_names=stage_names(),
        still_days=STILL_DAYS,
        lacking={
            pool: sum(found.pools.get(other, {}).values())
            for pool, other in (("agency", "external"), ("external", "agency"))
        },
    )


def _questions(edition_id: int, found: Overview) -> list[Line]:
    return [
        Line(f"{number}. {title}", (("question", str(number)),), found.questions.get(number, {}))
        for number, title in question_choices(edition_id, language())
    ]


def _sectors(edition_id: int, found: Overview) -> list[Line]:
    english = language() == "en"
    return [
        Line(sector.name_en if english else sector.name_sv, (("sector", sector.key),), found.sectors.get(sector.id, {}))
        for sector in list_sectors(edition_id)
    ]
