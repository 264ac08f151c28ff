"""What changes teams: an organiser's published plan, and what the teams hand in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from hackathon.core import audit
from hackathon.core.db import db
from hackathon.core.errors import Conflict, Forbidden, Invalid
from hackathon.events.rules import EditionInfo, PhaseStatus
from hackathon.ideas.models import Idea
from hackathon.ideas.rules import Stage
from hackathon.ideas.services import move_idea
from hackathon.teams.models import Entry, Team, TeamMember
from hackathon.teams.queries import choosable_ideas, is_member
from hackathon.teams.rules import LONGEST_NAME, LONGEST_PITCH, LONGEST_TITLE, default_name, keeps_name, way_between


@dataclass(frozen=True)
class Seating:
    """A team as a plan wants it; `members` maps a person's id to the reason for the seat."""

    number: int
    question_id: int | None
    members: Mapping[int, str]


def seat_teams(edition_id: int, seatings: Sequence[Seating], *, actor_id: int, now: datetime) -> dict[int, Team]:
    """Makes the teams of an edition those of a plan, in the transaction at hand.

    A team keeps its row, and so its entry, by its number. Returns the people for whom team, table or question changed,
    each with the team. Raises Conflict where a team that handed in would become another one.
    """
    teams = {team.number: team for team in db.session.scalars(select(Team).where(Team.edition_id == edition_id))}
    before: dict[int, set[int]] = {number: set() for number in teams}
    members = select(Team.number, TeamMember.person_id).join(Team).where(Team.edition_id == edition_id)
    for number, person_id in db.session.execute(members):
        before[number].add(person_id)
    _refuse_to_change_entries(teams, before, seatings)
    db.session.execute(delete(TeamMember).where(TeamMember.edition_id == edition_id))
    db.session.expire_all()
    changed: dict[int, Team] = {}
    for seating in seatings:
        team = teams.pop(seating.number, None)
        old = before.get(seating.number, set())
        same_question = team is not None and team.question_id == seating.question_id
        team = _seat(edition_id, team, seating, old, actor_id=actor_id, now=now)
        for person_id in seating.members:
            if not same_question or person_id not in old:
                changed[person_id] = team
    for team in teams.values():
        db.session.delete(team)
    db.session.flush()
    return changed


def _refuse_to_change_entries(
    teams: Mapping[int, Team], before: Mapping[int, set[int]], seatings: Sequence[Seating]
) -> None:
    """An entry that was handed in belongs to its members and their question; one that was begun is not thrown away."""
    wanted = {seating.number: (set(seating.members), seating.question_id) for seating in seatings}
    entries = db.session.execute(
        select(Team.number, Entry.submitted_at).join(Entry).where(Team.id.in_([team.id for team in teams.values()]))
    )
    for number, submitted_at in entries.all():
        if number not in wanted:
            raise Conflict(
                "entry_would_be_lost",
                _l(
                    "Team %(number)s har börjat på ett bidrag men finns inte i förslaget. Välj ett med lika många team.",
                    number=number,
                ),
            )
        if submitted_at is not None and wanted[number] != (before[number], teams[number].question_id):
            raise Conflict(
                "entry_submitted",
                _l("Team %(number)s har redan lämnat in sitt bidrag, så teamen kan inte göras om.", number=number),
            )


def _seat(edition_id: int, team: Team | None, seating: Seating, old: set[int], *, actor_id: int, now: datetime) -> Team:
    if team is None:
        team = Team(
            edition_id=edition_id,
            number=seating.number,
            name=default_name(seating.number),
            table_no=seating.number,
            question_id=seating.question_id,
        )
        db.session.add(team)
        db.session.flush()
    elif not keeps_name(old, seating.members.keys()):
        team.name = default_name(seating.number)
    if team.question_id != seating.question_id:
        team.question_id = seating.question_id
        _let_idea_go(team, actor_id=actor_id, now=now)
    for person_id, reason in seating.members.items():
        db.session.add(TeamMember(team_id=team.id, person_id=person_id, edition_id=edition_id, reason=reason))
    return team


def _let_idea_go(team: Team, *, actor_id: int, now: datetime) -> None:
    """A team that got another question no longer works on the idea that it took up."""
    entry = db.session.scalar(select(Entry).where(Entry.team_id == team.id))
    if entry is not None and entry.idea_id is not None:
        _return_idea(entry, team, actor_id=actor_id, now=now)
        entry.idea_id = None


@dataclass(frozen=True)
class EntryDraft:
    """What a team wants to save. `version` is that of the entry which the form showed; 0 where there was none."""

    team_name: str
    title: str
    pitch: str
    idea_id: int | None
    version: int


def refuse_outside_phase(edition: EditionInfo, *, now: datetime) -> None:
    """Raises Conflict unless pitches can be handed in at this moment; the closing moment itself is too late."""
    phase = edition.phase("pitches")
    if phase is None or phase.status(now) is PhaseStatus.BEFORE:
        raise Conflict("pitches_not_open", _l("Bidragen kan inte skrivas ännu. Kom tillbaka när pitcharna har öppnat."))
    if phase.status(now) is PhaseStatus.AFTER:
        raise Conflict(
            "pitches_closed",
            _l(
                "Tiden för att lämna in har gått ut, och bidraget är som det var då. Tala med arrangören om något är fel."
            ),
        )


def save_entry(
    team: Team, draft: EntryDraft, *, edition: EditionInfo, submit: bool, actor_id: int, now: datetime
) -> Entry:
    """Saves what a team has written, and hands it in on request. What is handed in can be changed until the phase closes.

    Raises Conflict outside the phase and where somebody else saved meanwhile, Forbidden for people of other teams, and
    Invalid where something that handing in needs is missing.
    """
    db.session.execute(select(Team.id).where(Team.id == team.id).with_for_update())
    refuse_outside_phase(edition, now=now)
    if not is_member(team.id, actor_id):
        raise Forbidden("not_own_team", _l("Bara den som är med i teamet kan göra det här. Gå till ditt eget team."))
    entry = db.session.scalar(select(Entry).where(Entry.team_id == team.id).execution_options(populate_existing=True))
    if (entry.version if entry else 0) != draft.version:
        raise Conflict(
            "entry_changed",
            _l(
                "Någon i teamet har sparat medan du skrev. Din text står kvar: jämför, för ihop texterna och spara igen."
            ),
        )
    _check(draft, complete=submit or (entry is not None and entry.submitted_at is not None))
    if entry is None:
        entry = Entry(team_id=team.id, changed_at=now)
        db.session.add(entry)
    team.name = draft.team_name.strip() or default_name(team.number)
    entry.title, entry.pitch = draft.title.strip(), draft.pitch.strip()
    entry.changed_at, entry.changed_by_id = now, actor_id
    if submit and entry.submitted_at is None:
        entry.submitted_at = now
    _take_up(entry, team, draft.idea_id, edition_id=edition.id, actor_id=actor_id, now=now)
    db.session.flush()
    action = "entry.submitted" if submit else "entry.saved"
    audit.record(
        action, edition_id=edition.id, actor_id=actor_id, subject=f"entry:{entry.id}", now=now, version=entry.version
    )
    return entry


def _check(draft: EntryDraft, *, complete: bool) -> None:
    lengths = ((draft.team_name, LONGEST_NAME), (draft.title, LONGEST_TITLE), (draft.pitch, LONGEST_PITCH))
    if any(len(text) > most for text, most in lengths):
        raise Invalid("entry_too_long", _l("En av texterna är för lång. Korta den och spara igen."))
    if complete and not (draft.title.strip() and draft.pitch.strip()):
        raise Invalid(
            "entry_incomplete",
            _l("Ett inlämnat bidrag behöver både en rubrik och en pitch. Skriv klart och lämna in igen."),
        )


def _take_up(entry: Entry, team: Team, idea_id: int | None, *, edition_id: int, actor_id: int, now: datetime) -> None:
    """The team works on this idea, and no longer on the one before."""
    if idea_id != entry.idea_id:
        choices = choosable_ideas(edition_id, question_id=team.question_id, chosen_id=entry.idea_id)
        if idea_id is not None and idea_id not in {choice.id for choice in choices}:
            raise Invalid("idea_not_choosable", _l("Den idén går inte att välja längre. Välj en annan idé ur listan."))
        if entry.idea_id is not None:
            _return_idea(entry, team, actor_id=actor_id, now=now)
        entry.idea_id = idea_id
    if idea_id is not None:
        to = Stage.ENTERED if entry.submitted_at is not None else Stage.IN_TEAM
        _walk(idea_id, to, f"Team {team.number} arbetar med idén.", actor_id=actor_id, now=now)


def _return_idea(entry: Entry, team: Team, *, actor_id: int, now: datetime) -> None:
    """Gives an idea back to the shortlist, unless another team works on it too."""
    others = select(Entry.id).where(Entry.idea_id == entry.idea_id, Entry.team_id != team.id).limit(1)
    if entry.idea_id is not None and db.session.scalar(others) is None:
        reason = f"Team {team.number} valde en annan idé."
        _walk(
            entry.idea_id,
            Stage.SHORTLISTED,
            reason,
            actor_id=actor_id,
            now=now,
            only_from=(Stage.IN_TEAM, Stage.ENTERED),
        )


def _walk(
    idea_id: int, to: Stage, reason: str, *, actor_id: int, now: datetime, only_from: tuple[Stage, ...] | None = None
) -> None:
    """Moves an idea along the path step by step, each step recorded. One that judging has taken further stays there.

    The reason is kept as it is, like those that people write, and so in the platform's first language.
    """
    stage = db.session.scalar(select(Idea.stage).where(Idea.id == idea_id))
    if stage is None or (only_from is not None and stage not in only_from) or stage in (Stage.FINALIST, Stage.WINNER):
        return
    if only_from is None and stage is Stage.ENTERED:
        return
    for step in way_between(stage, to):
        move_idea(idea_id, to=step, reason=reason, actor_id=actor_id, now=now, version=None, may_move_any=True)
