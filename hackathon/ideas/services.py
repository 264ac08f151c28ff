"""What people do with ideas. Each verb checks, writes, records who did it; the caller commits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from hackathon.accounts.models import Person
from hackathon.accounts.rules import normalised_email
from hackathon.accounts.viewer import Viewer
from hackathon.core import audit
from hackathon.core.access import Permission
from hackathon.core.db import db
from hackathon.core.errors import Conflict, Forbidden, Invalid, NotFound
from hackathon.core.text import clean, clean_line
from hackathon.events.models import Edition
from hackathon.events.rules import EditionInfo
from hackathon.ideas import rules
from hackathon.ideas.history import keep_first_version, keep_version
from hackathon.ideas.models import (
    Idea,
    IdeaAuthor,
    IdeaFinding,
    IdeaTag,
    IdeaTransition,
)
from hackathon.ideas.queries import find_backgrounds, find_idea, find_participants, standing_of
from hackathon.ideas.rules import IdeaText, Stage
from hackathon.ideas.searching import index_ideas
from hackathon.workshops.models import ChallengeQuestion, Finding
from hackathon.workshops.rules import LARGEST_NUMBER


def create_idea(
    edition: EditionInfo,
    text: IdeaText,
    *,
    actor: Viewer,
    now: datetime,
    co_authors: Sequence[str] = (),
    submit: bool = False,
    terms_accepted: bool = False,
) -> Idea:
    """A new idea: a draft, or submitted at once. `co_authors` are e-mail addresses of people who take part.

    Raises Conflict outside the phase of ideas (organisers may always), Invalid where the text or an address cannot be used.
    """
    require_creating(edition, actor=actor, now=now)
    text = checked(text)
    author = find_backgrounds(edition.id, [actor.person_id])[actor.person_id]
    idea = Idea(
        edition_id=edition.id,
        number=_next_number(edition.id),
        sector_id=author.sector_id,
        created_at=now,
        changed_at=now,
        stage_changed_at=now,
    )
    _write(idea, text)
    idea.authors.append(
        IdeaAuthor(
            person_id=actor.person_id, organisation_id=author.organisation_id, pool_key=author.pool_key, position=1
        )
    )
    db.session.add(idea)
    db.session.flush()
    idea.transitions.append(IdeaTransition(from_stage=None, to_stage=Stage.DRAFT, actor_id=actor.person_id, at=now))
    _add_co_authors(idea, co_authors)
    index_ideas(edition.id, [idea])
    audit.record("idea.created", edition_id=edition.id, actor_id=actor.person_id, subject=f"idea:{idea.id}", now=now)
    if submit:
        submit_idea(idea, edition=edition, actor=actor, terms_accepted=terms_accepted, now=now)
    db.session.flush()
    return idea


def edit_idea(
    idea: Idea,
    text: IdeaText,
    *,
    edition: EditionInfo,
    actor: Viewer,
    version: int,
    now: datetime,
    add_authors: Sequence[str] = (),
    remove_authors: Iterable[int] = (),
) -> None:
    """Changes the text and the co-authors. Raises Conflict where somebody else has changed the idea since `version` was read."""
    require_editable(idea, edition=edition, actor=actor, now=now)
    _require_version(idea, version)
    keep_first_version(idea)
    _write(idea, checked(text))
    leaving = set(remove_authors)
    for author in [author for author in idea.authors if author.person_id in leaving and author.position > 1]:
        idea.authors.remove(author)
    db.session.flush()
    _add_co_authors(idea, add_authors)
    index_ideas(idea.edition_id, [idea])
    idea.changed_at = now
    keep_version(idea, author_id=actor.person_id, now=now)
    if idea.stage is not Stage.DRAFT:  # A draft saves itself every few seconds.
        audit.record(
            "idea.edited", edition_id=idea.edition_id, actor_id=actor.person_id, subject=f"idea:{idea.id}", now=now
        )
    db.session.flush()


def submit_idea(idea: Idea, *, edition: EditionInfo, actor: Viewer, terms_accepted: bool, now: datetime) -> None:
    """A draft becomes everybody's to read; whoever submits it accepts the terms."""
    _require_open(edition, actor, now)
    if not terms_accepted:
        raise _terms_needed()
    idea.terms_accepted_at = idea.terms_accepted_at or now
    move_idea(
        idea.id,
        to=Stage.SUBMITTED,
        reason="",
        actor_id=actor.person_id,
        now=now,
        may_move_any=actor.can(Permission.MOVE_IDEA),
    )
    keep_version(idea, author_id=actor.person_id, now=now)


def take_step(
    edition: EditionInfo,
    number: int,
    *,
    to: Stage,
    reason: str,
    actor: Viewer,
    now: datetime,
    version: int | None = None,
    merged_into: int | None = None,
) -> Idea:
    """Moves an idea as somebody who asks for it on a page or through the API: organisers freely, authors within their steps."""
    idea = load_idea_for_writing(edition, actor, number)
    may_move_any = actor.can(Permission.MOVE_IDEA)
    if not may_move_any:
        _require_open(edition, actor, now)
    return move_idea(
        idea.id, to=to, reason=reason, actor_id=actor.person_id, now=now, version=version, may_move_any=may_move_any,
        merged_into=merged_into,
    )  # fmt: skip


def take_steps(
    edition: EditionInfo, numbers: Sequence[int], *, to: Stage, reason: str, actor: Viewer, now: datetime
) -> int:
    """Moves several ideas for one reason, in the order of their numbers; all or none. Returns how many.

    Raises Invalid where none is named or no reason is given, and what `move_idea` raises for the first that cannot go there,
    with its number.
    """
    _require_reason(clean(reason), needed=True)
    if not numbers:
        raise Invalid("none_chosen", _l("Kryssa i de idéer som ska flyttas."))
    for number in sorted(set(numbers)):
        try:
            take_step(edition, number, to=to, reason=reason, actor=actor, now=now)
        except (Conflict, Invalid) as refusal:
            message = _l("Idé %(number)s: %(reason)s Ingen idé är flyttad.", number=number, reason=refusal.message)
            raise type(refusal)(refusal.reason, message) from refusal
    return len(set(numbers))


def move_idea(
    idea_id: int,
    *,
    to: Stage,
    reason: str,
    actor_id: int | None,
    now: datetime,
    version: int | None = None,
    may_move_any: bool = True,
    merged_into: int | None = None,
) -> Idea:
    """Takes one step of the transition table and records it. `actor_id` None: the platform itself.

    Raises Conflict where there is no such step or the idea has changed since `version`, Forbidden where the step is not
    the actor's to take, Invalid where a reason is needed. `merged_into` is the number of the idea that goes on.
    """
    idea = db.session.scalar(select(Idea).where(Idea.id == idea_id).with_for_update())
    if idea is None:
        raise NotFound("idea_unknown", _l("Idén finns inte längre."))
    _require_version(idea, version)
    step = rules.find_step(idea.stage, to)
    if step is None:
        raise Conflict(
            "no_such_step",
            _l("Idén kan inte flyttas dit från steget den står i. Ladda om sidan och välj ett annat steg."),
        )
    is_author = any(author.person_id == actor_id for author in idea.authors)
    if step not in rules.steps_for(idea.stage, is_author=is_author, may_move_any=may_move_any):
        raise Forbidden("step_not_yours", _l("Det steget tar arrangören. Fråga den om idén ska vidare."))
    reason = clean(reason)
    _require_reason(reason, needed=step.needs_reason)
    if idea.stage is Stage.DRAFT and idea.terms_accepted_at is None:
        raise _terms_needed()
    before, idea.stage, idea.stage_changed_at = idea.stage, to, now
    idea.merged_into_id = _merge_target(idea, merged_into) if to is Stage.MERGED and merged_into is not None else None
    idea.transitions.append(IdeaTransition(from_stage=before, to_stage=to, actor_id=actor_id, at=now, reason=reason))
    audit.record(
        "idea.moved", edition_id=idea.edition_id, actor_id=actor_id, subject=f"idea:{idea.id}", now=now, note=reason,
        before=before.value, after=to.value,
    )  # fmt: skip
    db.session.flush()
    return idea


def hide_idea(idea: Idea, *, reason: str, actor_id: int, now: datetime) -> None:
    """Takes an idea out of everybody's sight but its authors' and the moderators'."""
    reason = clean(reason)
    _require_reason(reason, needed=True)
    idea.hidden_at, idea.hidden_reason = now, reason
    audit.record(
        "idea.hidden", edition_id=idea.edition_id, actor_id=actor_id, subject=f"idea:{idea.id}", now=now, note=reason
    )
    db.session.flush()


def unhide_idea(idea: Idea, *, actor_id: int, now: datetime) -> None:
    """Shows a hidden idea again."""
    idea.hidden_at, idea.hidden_reason = None, ""
    audit.record("idea.unhidden", edition_id=idea.edition_id, actor_id=actor_id, subject=f"idea:{idea.id}", now=now)
    db.session.flush()


def load_idea_for_writing(edition: EditionInfo, actor: Viewer, number: int) -> Idea:
    """The idea, locked, if the actor may read it; what may be done with it, each verb checks."""
    idea = find_idea(edition.id, number, lock=True)
    if idea is None or not rules.may_read(
        idea.stage, hidden=idea.hidden_at is not None, standing=standing_of(idea, actor)
    ):
        raise NotFound(
            "idea_unknown", _l("Det finns ingen sådan idé, eller så är den inte publicerad. Sök den på idétavlan.")
        )
    return idea


def load_idea_for_editing(edition: EditionInfo, actor: Viewer, number: int, *, now: datetime) -> Idea:
    """The idea, locked, if the actor may change its text now."""
    idea = load_idea_for_writing(edition, actor, number)
    require_editable(idea, edition=edition, actor=actor, now=now)
    return idea


def require_editable(idea: Idea, *, edition: EditionInfo, actor: Viewer, now: datetime) -> None:
    """Raises Forbidden where the idea is not the actor's to change, Conflict where the time for changes is over."""
    standing = standing_of(idea, actor)
    ideas_open = edition.is_open("ideas", now)
    if rules.may_edit(idea.stage, hidden=idea.hidden_at is not None, standing=standing, ideas_open=ideas_open):
        return
    if standing.is_author or standing.coordinates:
        raise Conflict(
            "editing_is_over", _l("Tiden för att ändra idén är över. Hör av dig till arrangören om något måste rättas.")
        )
    raise Forbidden(
        "not_yours", _l("Bara idéns författare och arrangören kan ändra den. Skriv en kommentar i stället.")
    )


def checked(text: IdeaText) -> IdeaText:
    """The text as it is kept. Raises Invalid where a part is missing or too long."""
    parts = {
        name: clean_line(getattr(text, name)) if name == "title" else clean(getattr(text, name))
        for name in rules.LIMITS
    }
    if not all(any(sign.isalnum() for sign in parts[name]) for name in ("title", "summary")):
        raise Invalid("text_missing", _l("Idén behöver en rubrik och en sammanfattning."))
    if any(len(parts[name]) > longest for name, longest in rules.LIMITS.items()):
        raise Invalid("text_too_long", _l("Någon del av texten är för lång. Korta den och försök igen."))
    tags = tuple(dict.fromkeys(tag for tag in (clean_line(tag).lower() for tag in text.tags) if tag))
    if len(tags) > rules.MOST_TAGS or any(len(tag) > rules.LONGEST_TAG for tag in tags):
        raise Invalid("tags", _l("Ange högst åtta etiketter på högst 30 tecken var."))
    if len(text.findings) > rules.MOST_FINDINGS:
        raise Invalid("findings", _l("Ange högst tolv fynd."))
    return replace(text, **parts, tags=tags, findings=tuple(dict.fromkeys(text.findings)))  # type: ignore[arg-type]


def _write(idea: Idea, text: IdeaText) -> None:
    question_id = _question_id(idea.edition_id, text.question)
    findings = _finding_ids(idea.edition_id, text.findings)
    for name in rules.LIMITS:
        setattr(idea, name, getattr(text, name))
    idea.question_id = question_id
    tags = {tag.tag: tag for tag in idea.tags}
    idea.tags = [tags.get(tag) or IdeaTag(tag=tag) for tag in text.tags]
    named = {finding.finding_id: finding for finding in idea.findings}
    idea.findings = [named.get(finding_id) or IdeaFinding(finding_id=finding_id) for finding_id in findings]


def _finding_ids(edition_id: int, numbers: Sequence[int]) -> list[int]:
    if not numbers:
        return []
    known: list[int] = []
    if all(0 < number <= LARGEST_NUMBER for number in numbers):
        here = select(Finding.id).where(Finding.edition_id == edition_id, Finding.number.in_(numbers))
        known = list(db.session.scalars(here.order_by(Finding.number)))
    if len(known) < len(numbers):
        raise Invalid("finding_unknown", _l("Något av fynden finns inte. Kontrollera numren under Underlag."))
    return known


def _question_id(edition_id: int, number: int | None) -> int | None:
    if number is None:
        return None
    found = None
    if 0 < number <= LARGEST_NUMBER:
        found = db.session.scalar(
            select(ChallengeQuestion.id).where(
                ChallengeQuestion.edition_id == edition_id, ChallengeQuestion.number == number
            )
        )
    if found is None:
        raise Invalid("question_unknown", _l("Frågeställningen finns inte. Välj en ur listan."))
    return found


def _add_co_authors(idea: Idea, emails: Sequence[str]) -> None:
    wanted = list(dict.fromkeys(normalised_email(email) for email in emails))
    if not wanted:
        return
    people = find_participants(idea.edition_id, wanted) if len(wanted) <= rules.MOST_CO_AUTHORS else []
    if len(people) < len(wanted):
        raise Invalid(
            "co_author_unknown",
            _l("Någon av adresserna gick inte att använda. Ange högst tre personer som är anmälda till evenemanget."),
        )
    present = {author.person_id for author in idea.authors}
    new = [person for person in people if person.id not in present]
    if len(present) + len(new) > rules.MOST_CO_AUTHORS + 1:
        raise Invalid("too_many_authors", _l("En idé kan ha högst fyra författare."))
    _append_authors(idea, new)


def _append_authors(idea: Idea, people: Sequence[Person]) -> None:
    backgrounds = find_backgrounds(idea.edition_id, [person.id for person in people])
    last = max((author.position for author in idea.authors), default=0)
    for position, person in enumerate(people, last + 1):
        background = backgrounds[person.id]
        idea.authors.append(
            IdeaAuthor(
                person_id=person.id,
                organisation_id=background.organisation_id,
                pool_key=background.pool_key,
                position=position,
            )
        )


def _next_number(edition_id: int) -> int:
    """The next number; the edition is locked until the commit, so that two at once get two numbers."""
    db.session.execute(select(Edition.id).where(Edition.id == edition_id).with_for_update())
    return (db.session.scalar(select(func.max(Idea.number)).where(Idea.edition_id == edition_id)) or 0) + 1


def _merge_target(idea: Idea, number: int) -> int:
    target = find_idea(idea.edition_id, number)
    if target is None or target.id == idea.id or target.stage in (Stage.DRAFT, Stage.MERGED):
        raise Invalid(
            "merge_target", _l("Idén som den ska ingå i finns inte, eller kan inte ta emot den. Kontrollera numret.")
        )
    return target.id


def may_create(edition: EditionInfo, *, actor: Viewer, now: datetime) -> bool:
    """Whether the actor can write a new idea now."""
    return actor.can(Permission.CREATE_IDEA) and _is_open(edition, actor, now)


def require_creating(edition: EditionInfo, *, actor: Viewer, now: datetime) -> None:
    """Raises Forbidden or Conflict where the actor cannot write a new idea now."""
    if not actor.can(Permission.CREATE_IDEA):
        raise Forbidden("not_permitted", _l("Anmäl dig till evenemanget, så kan du skriva idéer."))
    _require_open(edition, actor, now)


def _is_open(edition: EditionInfo, actor: Viewer, now: datetime) -> bool:
    return actor.can(Permission.MOVE_IDEA) or edition.is_open("ideas", now)


def _require_open(edition: EditionInfo, actor: Viewer, now: datetime) -> None:
    if not _is_open(edition, actor, now):
        raise Conflict(
            "ideas_closed", _l("Just nu tas inga idéer emot. Se på evenemangets sida när nästa tillfälle är.")
        )


def _require_version(idea: Idea, version: int | None) -> None:
    if version is not None and idea.version != version:
        raise Conflict(
            "changed_meanwhile",
            _l("Någon annan hann ändra idén. Ladda om sidan, se vad som är nytt och gör om din ändring."),
        )


def _require_reason(reason: str, *, needed: bool) -> None:
    if needed and not reason:
        raise Invalid("reason_needed", _l("Skriv varför, så att författarna förstår."))
    if len(reason) > rules.LONGEST_REASON:
        raise Invalid("text_too_long", _l("Skälet är för långt. Korta det till högst 500 tecken."))


def _terms_needed() -> Invalid:
    return Invalid("terms_needed", _l("Läs och godkänn villkoren innan idén skickas in."))
