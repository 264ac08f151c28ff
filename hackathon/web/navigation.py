"""The menu: what this viewer can go to in this edition. What is not permitted is not shown."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g, request

from hackathon.accounts.viewer import Viewer, current_viewer
from hackathon.core import clock
from hackathon.core.access import Permission, Role
from hackathon.events.rules import EditionInfo, lap_step
from hackathon.web.addresses import address
from hackathon.web.language import chosen_theme
from hackathon.web.language import translate as _


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the menu; `tab`: also in the bar at the bottom of a phone."""

    label: str
    url: str
    icon: str
    current: bool
    tab: bool


@dataclass(frozen=True, slots=True)
class Lap:
    """Where the year stands: step 1 to 6 and its name."""

    number: int
    label: str


def navigation(edition: EditionInfo | None, viewer: Viewer) -> tuple[Item, ...]:
    """The menu of the moment; empty outside an edition."""
    if edition is None:
        return ()
    here = (request.endpoint or "").split(".")
    places = [_item("portal.home", _("Hem"), "home", True, here)] if viewer.is_authenticated else []
    places.append(_item("portal.edition", _("Översikt"), "calendar-event", not viewer.is_authenticated, here))
    places.append(_item("ideas.board", _("Idéer"), "bulb", True, here))
    places.append(
        _item(
            "workshops.index",
            _("Underlag"),
            "messages",
            not viewer.roles & {Role.PARTICIPANT, Role.JUDGE, Role.ORGANISER},
            here,
        )
    )
    places.append(_item("teams.index", _("Team"), "users", True, here))
    if viewer.can(Permission.MANAGE_DELEGATION):
        places.append(_item("registration.delegation", _("Delegation"), "building-community", True, here))
    if viewer.can(Permission.SCORE):
        places.append(_item("judging.index", _("Bedömning"), "gavel", True, here))
    places.append(_item("judging.results", _("Resultat"), "trophy", not viewer.is_authenticated, here))
    places.append(_item("followup.index", _("Uppföljning"), "route", False, here))
    if viewer.can(Permission.ORGANISE):
        places.append(_item("portal.organise", _("Arrangera"), "settings", True, here))
    return tuple(places)


def _item(endpoint: str, label: str, icon: str, tab: bool, here: list[str]) -> Item:
    feature, _dot, view = endpoint.partition(".")
    same = here[:1] == [feature]
    if feature in ("portal", "judging", "registration"):
        same = same and here[-1] == view
    return Item(label, address(endpoint), icon, same, tab)


def lap(edition: EditionInfo | None) -> Lap | None:
    """Where the edition's year stands."""
    if edition is None:
        return None
    number = lap_step(edition.phases, clock.now())
    names = (_("Workshop"), _("Fråga"), _("Idé"), _("Team"), _("Bedömning"), _("Uppföljning"))
    return Lap(number, names[number - 1])


def template_context() -> dict[str, object]:
    """What every template knows: edition, viewer, nav, lap, theme."""
    edition = g.get("edition")
    viewer = current_viewer()
    return {
        "edition": edition,
        "viewer": viewer,
        "nav": navigation(edition, viewer),
        "lap": lap(edition),
        "theme": chosen_theme(),
    }
