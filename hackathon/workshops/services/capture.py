"""Cards: written in the room, mended, taken back; sorted into themes; merged where they say the same, and parted again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from hackathon.accounts.viewer import Viewer
from hackathon.core import audit
from hackathon.core.access import EDITION_ROLES
from hackathon.core.db import db
from hackathon.core.errors import Conflict, Invalid
from hackathon.core.text import clean, clean_line
from hackathon.events.models import Organisation, Sector
from hackathon.workshops import rules
from hackathon.workshops.models import Finding, FindingKind, Theme, Workshop
from hackathon.workshops.rules import FindingState, Place
from hackathon.workshops.searching import index_findings
from hackathon.workshops.services.loading import find_finding, next_number, touch

MOST_THEMES = 60


@dataclass(frozen=True, slots=True)
class Card:
    """What is written on a card. `sector` is a key; `signed`: with the organisation that the person is there for."""

    kind: FindingKind
    text: str
    sector: str
    signed: bool = False
    theme: str = ""


def capture_finding(workshop: Workshop, card: Card, *, place: Place, actor: Viewer, now: datetime) -> Finding:
    """A new card in a workshop. Raises Conflict where it takes none now."""
    if not rules.may_capture(workshop.state, place):
        raise Conflict(
            "not_capturing", _l("Workshoppen tar inte emot kort just nu. Vänta tills den som leder den öppnar.")
        )
    finding = Finding(
        edition_id=workshop.edition_id,
        number=next_number(Finding, workshop.edition_id),
        workshop_id=workshop.id,
        author_id=actor.person_id,
        created_at=now,
    )
    _write(finding, card, actor)
    db.session.add(finding)
    index_findings(finding.edition_id, [finding])
    touch(workshop.id)
    return finding


def change_finding(finding: Finding, card: Card, *, actor: Viewer, now: datetime) -> None:
    """Mends a card. Whoever leads the workshop leaves the signature of another as it is."""
    signature = finding.organisation_id
    _write(finding, card, actor)
    if finding.author_id != actor.person_id:
        finding.organisation_id = signature if card.signed else None
    index_findings(finding.edition_id, [finding])
    _changed("finding.changed", finding, actor, now)


def withdraw_finding(finding: Finding, *, actor: Viewer, now: datetime) -> None:
    """Takes a card away, for good; one that stands for others keeps standing."""
    if db.session.scalar(select(Finding.id).where(Finding.merged_into_id == finding.id).limit(1)) is not None:
        raise Conflict("has_sources", _l("Andra kort är sammanslagna med det här. Ta isär dem först."))
    finding.state, finding.merged_into_id = FindingState.WITHDRAWN, None
    index_findings(finding.edition_id, [finding])
    _changed("finding.withdrawn", finding, actor, now)


def _write(finding: Finding, card: Card, actor: Viewer) -> None:
    text = clean(card.text)
    if not any(sign.isalnum() for sign in text):
        raise Invalid("text_missing", _l("Skriv något på kortet innan du skickar det."))
    if len(text) > rules.LONGEST_FINDING:
        raise Invalid("text_too_long", _l("Kortet rymmer högst 400 tecken. Korta texten, eller skriv två kort."))
    sector_id = db.session.scalar(
        select(Sector.id).where(Sector.edition_id == finding.edition_id, Sector.key == card.sector)
    )
    if sector_id is None:
        raise Invalid("sector_unknown", _l("Välj den sektor som kortet gäller."))
    finding.kind, finding.text, finding.sector_id = card.kind, text, sector_id
    finding.organisation_id = organisation_of(actor) if card.signed else None
    finding.theme_id = theme_id(finding.edition_id, card.theme)


def organisation_of(actor: Viewer) -> int | None:
    """The organisation that somebody is there for, in the edition at hand."""
    found = (actor.organisations.get(role) for role in EDITION_ROLES)
    return next((organisation for organisation in found if organisation is not None), None)


def sector_key_of(actor: Viewer) -> str:
    """The key of the sector of that organisation; empty where there is none."""
    query = select(Sector.key).join(Organisation, Organisation.sector_id == Sector.id)
    return db.session.scalar(query.where(Organisation.id == organisation_of(actor))) or ""


def theme_id(edition_id: int, key: str) -> int | None:
    """The theme with this key; None for the empty one. Raises Invalid."""
    if not key:
        return None
    found = db.session.scalar(select(Theme.id).where(Theme.edition_id == edition_id, Theme.key == key))
    if found is None:
        raise Invalid("theme_unknown", _l("Temat finns inte längre. Ladda om sidan och välj ett annat."))
    return found


# --- sorting ----------------------------------------------------------------------------------------------------------


def add_theme(workshop: Workshop, *, name_sv: str, name_en: str, actor: Viewer, now: datetime) -> Theme:
    """A new theme of the edition."""
    name = clean_line(name_sv)
    if not name or len(name) > rules.LONGEST_NAME:
        raise Invalid("theme_name", _l("Temat behöver ett namn på högst 80 tecken."))
    themes = db.session.scalars(select(Theme).where(Theme.edition_id == workshop.edition_id)).all()
    if any(theme.name_sv.casefold() == name.casefold() for theme in themes):
        raise Conflict("theme_exists", _l("Det finns redan ett tema med det namnet."))
    if len(themes) >= MOST_THEMES:
        raise Conflict("too_many_themes", _l("Det får plats högst 60 teman. Använd ett som finns."))
    keys = {theme.key for theme in themes}
    key = next(key for number in range(1, MOST_THEMES + 2) if (key := f"theme-{number}") not in keys)
    theme = Theme(edition_id=workshop.edition_id, key=key, name_sv=name, name_en=clean_line(name_en) or name)
    db.session.add(theme)
    db.session.flush()
    audit.record(
        "theme.added", edition_id=workshop.edition_id, actor_id=actor.person_id, subject=f"theme:{theme.id}", now=now
    )
    touch(workshop.id)
    return theme


def sort_finding(finding: Finding, *, theme: str, actor: Viewer, now: datetime) -> None:
    """Puts a card under a theme, or under none (the empty key)."""
    finding.theme_id = theme_id(finding.edition_id, theme)
    _changed("finding.sorted", finding, actor, now, theme=finding.theme_id)


def merge_finding(finding: Finding, *, into: int, actor: Viewer, now: datetime) -> Finding:
    """Lets the finding with number `into` stand for this one too. Nothing of this one is lost; `part_finding` undoes it."""
    target = find_finding(finding.edition_id, into)
    if target is None or target.id == finding.id:
        raise Invalid(
            "merge_target", _l("Kortet att slå ihop med finns inte, eller är självt sammanslaget med ett annat.")
        )
    if finding.state is not FindingState.OPEN:
        raise Conflict(
            "merged_already", _l("Kortet är redan sammanslaget. Ta isär det först om det ska till ett annat.")
        )
    finding.state, finding.merged_into_id = FindingState.MERGED, target.id
    _changed("finding.merged", finding, actor, now, into=target.id)
    touch(target.workshop_id)
    return target


def part_finding(finding: Finding, *, actor: Viewer, now: datetime) -> None:
    """Lets a merged card stand for itself again."""
    if finding.state is not FindingState.MERGED:
        raise Conflict("not_merged", _l("Kortet står redan för sig själv."))
    finding.state, finding.merged_into_id = FindingState.OPEN, None
    _changed("finding.parted", finding, actor, now)


def _changed(
    action: str, finding: Finding, actor: Viewer, now: datetime, note: str = "", **details: int | None
) -> None:
    db.session.flush()
    touch(finding.workshop_id)
    audit.record(
        action, edition_id=finding.edition_id, actor_id=actor.person_id, subject=f"finding:{finding.id}", now=now, note=note, **details
    )  # fmt: skip
