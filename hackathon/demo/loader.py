"""Loads the demo edition, replacing what was loaded before."""

from __future__ import annotations

from datetime import datetime

from flask_babel import force_locale
from sqlalchemy import select, update

from hackathon.accounts.models import RoleAssignment
from hackathon.accounts.passwords import hash_password
from hackathon.core import audit, clock
from hackathon.core.db import db, reading
from hackathon.demo import accounts, ground
from hackathon.demo.accounts import DOMAIN, PASSWORD, grant_roles, keep_accounts
from hackathon.demo.after import add_outcomes
from hackathon.demo.calendar import Calendar, day_of
from hackathon.demo.content import read_content
from hackathon.demo.crowd import add_crowd
from hackathon.demo.day import add_entries, add_teams
from hackathon.demo.discussion import add_discussion
from hackathon.demo.erase import erase_edition
from hackathon.demo.jury import add_round, judge
from hackathon.demo.proposals import add_proposals
from hackathon.demo.rooms import add_rooms
from hackathon.demo.scene import Scene
from hackathon.demo.texts import Content
from hackathon.events.models import Edition, Organisation
from hackathon.ideas.searching import reindex

_ACCOUNTS_MADE = (-100, "12:00")


def load_demo(stage: str, *, now: datetime) -> None:
    """Replaces the demo edition, in the transaction at hand, by one in which `stage` is true on the day of `now`.

    The same stage on the same day makes the same rows. Other editions and their people stay as they are. Raises
    ValueError for an unknown stage and ContentError where a text cannot be used; the caller commits.
    """
    content, calendar = read_content(), Calendar.of(stage, now)
    password_hash = hash_password(PASSWORD)  # Once for all, before the database is touched: it takes its time.
    with force_locale("sv"):
        edition_id = ground.make_edition(content, calendar)
        others_roles = erase_edition(edition_id, domain=DOMAIN, now=now)
        scene = _lay_ground(content, calendar, edition_id, password_hash)
        _tell(scene)
        _give_back(others_roles, edition_id)
        audit.record(
            "demo.loaded", edition_id=edition_id, actor_id=None, subject=f"edition:{edition_id}", now=now, stage=stage
        )
    db.session.expire_all()


def _lay_ground(content: Content, calendar: Calendar, edition_id: int, password_hash: str) -> Scene:
    groups = ground.add_groups(content, edition_id)
    ground.add_programme(content, calendar, edition_id)
    people = keep_accounts(content, password_hash=password_hash, created_at=calendar.at(*_ACCOUNTS_MADE))
    grant_roles(content, people, groups.organisations, edition_id=edition_id)
    questions = ground.add_questions(content, calendar, edition_id, groups.organisations)
    findings = ground.add_findings(
        content, calendar, edition_id, sectors=groups.sectors, organisations=groups.organisations, questions=questions
    )
    home = {organisation.name: organisation.sector for organisation in content.organisations}
    return Scene(
        content,
        calendar,
        edition_id,
        groups.pools,
        groups.sectors,
        groups.organisations,
        people,
        questions,
        findings,
        home,
    )


def _tell(scene: Scene) -> None:
    """The event's year in its order, each part as far as it has come."""
    add_rooms(scene)
    add_crowd(scene)
    proposals = add_proposals(scene)
    add_discussion(scene, proposals)
    round_id = add_round(scene)
    add_teams(scene)
    add_entries(scene, proposals)
    judge(scene, round_id)
    add_outcomes(scene, proposals)
    reindex(scene.edition_id)


def _give_back(others_roles: dict[int, str], edition_id: int) -> None:
    """The organisations of roles that were kept, where there still is one of that name."""
    for role_id, name in others_roles.items():
        organisation = select(Organisation.id).where(Organisation.edition_id == edition_id, Organisation.name == name)
        db.session.execute(
            update(RoleAssignment)
            .where(RoleAssignment.id == role_id)
            .values(organisation_id=organisation.scalar_subquery())
        )


def ensure_demo(stage: str) -> None:
    """Loads the demo in a transaction of its own unless it stands at `stage` with today's dates."""
    now = clock.now()
    db.session.rollback()
    with reading():
        loaded = db.session.execute(
            select(Edition.demo_stage, Edition.demo_loaded_on).where(Edition.slug == ground.SLUG)
        ).one_or_none()
        db.session.rollback()
    if loaded is not None and tuple(loaded) == (stage, day_of(now)):
        return
    load_demo(stage, now=now)
    db.session.commit()


def sign_ins() -> list[tuple[str, str, str]]:
    """Whom to try the demo as: what they are, e-mail, password."""
    return accounts.sign_ins(read_content())


def sign_in_lines() -> list[str]:
    """The same as lines for a terminal."""
    with force_locale("en"):
        return [f"  {label:<14} {email:<38} {password}" for label, email, password in sign_ins()]
