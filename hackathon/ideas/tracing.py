"""Where an idea comes from and where it went, in both directions."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from hackathon.ideas.graphics import Node, trace
from hackathon.ideas.page import IdeaPage
from hackathon.ideas.queries import list_ideas_of_finding
from hackathon.ideas.words import language

MOST_DRAWN = 4


def trace_of(page: IdeaPage, after: Sequence[tuple[str, str]]) -> Markup:
    """The picture of an idea's way: its findings, its question, itself, and what came `after` it as (label, address)."""
    findings = [Node(_("Fynd %(number)s", number=found.number), found.place) for found in page.evidence[:MOST_DRAWN]]
    missing = page.evidence_count - len(findings)
    if missing > 0:
        findings.append(Node(_("%(count)s fynd till", count=missing)))
    question = None
    if page.question_number is not None:
        words = page.question_title_en if language() == "en" else page.question_title_sv
        question = Node(_("Fråga %(number)s", number=page.question_number), words or "")
    idea = Node(_("Idé %(number)s", number=page.number), page.title)
    later = tuple(Node(*_halves(label)) for label, _url in after[:MOST_DRAWN])
    steps = [
        *(node.name for node in findings),
        *([question.name] if question else []),
        idea.name,
        *(node.name for node in later),
    ]
    description = _("Från vänster till höger: %(steps)s.", steps=", ".join(steps))
    return trace(tuple(findings), question, idea, later, _("Så hänger idén ihop"), description)


def _halves(label: str) -> tuple[str, str]:
    """ "Team 3, Broarna" as a name and what stands under it."""
    name, _comma, words = label.partition(", ")
    return name, words


def finding_links(edition_id: int, finding_id: int) -> list[tuple[str, str]]:
    """The published ideas that name a finding, as (label, address). Registered as the extension `finding_links`."""
    rows = list_ideas_of_finding(edition_id, finding_id)
    return [
        (f"{_('Idé %(number)s', number=number)}, {title}", url_for("ideas.show", number=number))
        for number, title in rows
    ]
