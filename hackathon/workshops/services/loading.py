"""Access by loading: a workshop, a finding, a ranking or a question, if this person may do with it what they ask for."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select, update

from hackathon.accounts.viewer import Viewer
from hackathon.core.access import Permission
from hackathon.core.db import db
from hackathon.core.errors import Conflict, Forbidden, NotFound
from hackathon.events.models import Edition
from hackathon.workshops import rules
from hackathon.workshops.models import ChallengeQuestion, Finding, Ranking, Workshop, WorkshopMember
from hackathon.workshops.rules import FindingState, MemberKind, Place


def place_of(workshop_id: int, viewer: Viewer) -> Place:
    """What the viewer is to this workshop: organisers lead every one, facilitators those that they were named for."""
    if not viewer.is_authenticated:
        return Place()
    kind = db.session.scalar(
        select(WorkshopMember.kind).where(
            WorkshopMember.workshop_id == workshop_id, WorkshopMember.person_id == viewer.person_id
        )
    )
    leads = kind is MemberKind.FACILITATOR and viewer.can(Permission.FACILITATE)
    return Place(is_member=kind is not None, leads=leads or viewer.can(Permission.PLAN_WORKSHOPS))


def load_workshop_for_leading(edition_id: int, viewer: Viewer, number: int) -> Workshop:
    """The workshop, if the viewer leads it."""
    workshop = _workshop(edition_id, number)
    if not place_of(workshop.id, viewer).leads:
        raise Forbidden("not_yours", _l("Du leder inte den här workshoppen. Be arrangören lägga till dig som ledare."))
    return workshop


def load_workshop_for_taking_part(edition_id: int, viewer: Viewer, number: int) -> tuple[Workshop, Place]:
    """The workshop and the viewer's place in it, if they are in the room."""
    workshop = _workshop(edition_id, number)
    place = place_of(workshop.id, viewer)
    if not (place.is_member or place.leads):
        raise Forbidden(
            "not_invited",
            _l("Du är inte med i workshoppen. Skanna koden i rummet, eller be den som leder den att bjuda in dig."),
        )
    return workshop, place


def _workshop(edition_id: int, number: int) -> Workshop:
    workshop = None
    if 0 < number <= rules.LARGEST_NUMBER:
        workshop = db.session.scalar(
            select(Workshop).where(Workshop.edition_id == edition_id, Workshop.number == number)
        )
    if workshop is None:
        raise NotFound("workshop_unknown", _l("Det finns ingen sådan workshop. Välj en i listan under Underlag."))
    return workshop


def load_workshop_by_number(edition_id: int, number: int) -> Workshop:
    """The workshop with this number, for who has its code or only wants to look. Raises NotFound."""
    return _workshop(edition_id, number)


def load_finding_for_changing(edition_id: int, viewer: Viewer, number: int) -> Finding:
    """The card, locked, if it is the viewer's own in a workshop that takes cards, or they lead the workshop."""
    finding = _finding(edition_id, number)
    workshop = db.session.get_one(Workshop, finding.workshop_id)
    place = place_of(workshop.id, viewer)
    is_own = viewer.is_authenticated and finding.author_id == viewer.person_id
    if not rules.may_change(workshop.state, place, is_own=is_own):
        if is_own:
            raise Conflict(
                "capture_is_over",
                _l("Workshoppen tar inte emot kort längre. Säg till den som leder den om något är fel."),
            )
        raise Forbidden(
            "not_yours", _l("Kortet är någon annans. Bara den som skrev det och workshopledaren kan ändra det.")
        )
    return finding


def load_finding_for_sorting(edition_id: int, viewer: Viewer, number: int) -> Finding:
    """The card, locked, if the viewer leads its workshop. Sorting waits for sorting, so that no two cards merge into each other."""
    lock_edition(edition_id)
    finding = _finding(edition_id, number)
    if not place_of(finding.workshop_id, viewer).leads:
        raise Forbidden("not_yours", _l("Du leder inte workshoppen som kortet kommer från."))
    return finding


def _finding(edition_id: int, number: int) -> Finding:
    finding = None
    if 0 < number <= rules.LARGEST_NUMBER:
        query = select(Finding).where(Finding.edition_id == edition_id, Finding.number == number)
        finding = db.session.scalar(query.where(Finding.state != FindingState.WITHDRAWN).with_for_update())
    if finding is None:
        raise NotFound("finding_unknown", _l("Det finns inget sådant fynd. Sök bland fynden under Underlag."))
    return finding


def find_finding(edition_id: int, number: int) -> Finding | None:
    """The open card with this number, locked."""
    if not 0 < number <= rules.LARGEST_NUMBER:
        return None
    query = select(Finding).where(Finding.edition_id == edition_id, Finding.number == number)
    return db.session.scalar(query.where(Finding.state == FindingState.OPEN).with_for_update())


def load_ranking(workshop: Workshop, *, lock: bool = False) -> Ranking:
    """The ranking of a workshop. Raises NotFound where it has none."""
    query = select(Ranking).where(Ranking.workshop_id == workshop.id)
    ranking = db.session.scalar(query.with_for_update() if lock else query)
    if ranking is None:
        raise NotFound("no_ranking", _l("Workshoppen har ingen rangordning ännu. Den som leder den kan förbereda en."))
    return ranking


def load_question_for_writing(edition_id: int, number: int) -> ChallengeQuestion:
    """The question with this number, locked. Raises NotFound."""
    question = None
    if 0 < number <= rules.LARGEST_NUMBER:
        question = db.session.scalar(
            select(ChallengeQuestion)
            .where(ChallengeQuestion.edition_id == edition_id, ChallengeQuestion.number == number)
            .with_for_update()
        )
    if question is None:
        raise NotFound("question_unknown", _l("Det finns ingen sådan frågeställning. Välj en i listan."))
    return question


def lock_edition(edition_id: int) -> None:
    """Whoever gives the next number waits here for whoever is giving one."""
    db.session.execute(select(Edition.id).where(Edition.id == edition_id).with_for_update())


def next_number(model: type[Workshop] | type[Finding] | type[ChallengeQuestion], edition_id: int) -> int:
    """The next free number among the edition's rows; the edition stays locked until the commit."""
    lock_edition(edition_id)
    return (db.session.scalar(select(func.max(model.number)).where(model.edition_id == edition_id)) or 0) + 1


def touch(workshop_id: int) -> None:
    """Tells the workshop's screens that there is something new."""
    db.session.execute(
        update(Workshop)
        .where(Workshop.id == workshop_id)
        .values(revision=Workshop.revision + 1)
        .execution_options(synchronize_session=False)
    )
