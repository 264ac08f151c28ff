"""The coordinator's page of the own organisation, and the page that an invitation leads to."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hackathon.accounts.passwords import hash_password
from hackathon.accounts.queries import find_person, load_person
from hackathon.accounts.signing_in import finish_sign_in
from hackathon.accounts.viewer import current_viewer
from hackathon.core import clock
from hackathon.core.access import Permission, Role, requires
from hackathon.core.db import db, reads_first, start_writing
from hackathon.core.errors import Forbidden
from hackathon.events.context import current_edition
from hackathon.registration import delegations
from hackathon.registration.blueprint import Answer, blueprint
from hackathon.registration.forms.delegation import AcceptForm, AcceptNewForm, AimsForm, NominateForm, ReplaceForm
from hackathon.registration.models import Invitation
from hackathon.registration.queries import find_organisation, list_delegates, read_place_rules

# --- the coordinator's page -------------------------------------------------------------------------------------------


@blueprint.get("/delegation")
@requires(Permission.MANAGE_DELEGATION)
def delegation() -> Answer:
    return _delegation_page()


@blueprint.post("/delegation/aims")
@requires(Permission.MANAGE_DELEGATION)
def set_aims() -> Answer:
    form = AimsForm()
    if not form.validate():
        return _delegation_page(aims=form), 422
    delegations.set_aims(
        form.aims.data or "", organisation_id=_own_organisation(), edition=current_edition(), now=clock.now()
    )
    db.session.commit()
    flash(_("Sparat."), "success")
    return redirect(url_for("registration.delegation"), 303)


@blueprint.post("/delegation/invitations")
@requires(Permission.MANAGE_DELEGATION)
def nominate() -> Answer:
    form = NominateForm()
    if not form.validate():
        return _delegation_page(nominate=form), 422
    sent = delegations.invite(
        form.nominees, organisation_id=_own_organisation(), edition=current_edition(),
        actor=load_person(current_viewer().person_id), now=clock.now(),
    )  # fmt: skip
    db.session.commit()
    flash(ngettext("%(num)s inbjudan är skickad.", "%(num)s inbjudningar är skickade.", sent), "success")
    return redirect(url_for("registration.delegation"), 303)


@blueprint.post("/delegation/people/<int:registration_id>/replace")
@requires(Permission.MANAGE_DELEGATION)
def replace(registration_id: int) -> Answer:
    form = ReplaceForm(prefix=f"replace-{registration_id}")
    if not form.validate():
        return _delegation_page(replace=(registration_id, form)), 422
    delegations.invite_instead(
        registration_id, form.nominee, organisation_id=_own_organisation(), edition=current_edition(),
        actor=load_person(current_viewer().person_id), now=clock.now(),
    )  # fmt: skip
    db.session.commit()
    flash(_("Inbjudan är skickad. Platsen byter ägare när den är besvarad."), "success")
    return redirect(url_for("registration.delegation"), 303)


@blueprint.post("/delegation/invitations/<int:invitation_id>/withdraw")
@requires(Permission.MANAGE_DELEGATION)
def withdraw_invitation(invitation_id: int) -> Answer:
    delegations.withdraw_invitation(
        invitation_id, organisation_id=_own_organisation(), edition=current_edition(),
        actor_id=current_viewer().person_id, now=clock.now(),
    )  # fmt: skip
    db.session.commit()
    flash(_("Inbjudan är tillbakatagen. Länken fungerar inte längre."), "success")
    return redirect(url_for("registration.delegation"), 303)


def _own_organisation() -> int:
    """The organisation that the viewer coordinates; a coordinator without one has nothing to see."""
    organisation_id = current_viewer().organisations.get(Role.COORDINATOR)
    if organisation_id is None:
        raise Forbidden("no_organisation", _l("Du är samordnare men för ingen organisation. Fråga arrangören."))
    return organisation_id


def _delegation_page(
    *,
    aims: AimsForm | None = None,
    nominate: NominateForm | None = None,
    replace: tuple[int, ReplaceForm] | None = None,
) -> str:
    edition, organisation_id, now = current_edition(), _own_organisation(), clock.now()
    people = list_delegates(edition.id, organisation_id)
    forms = {person.id: ReplaceForm(None, prefix=f"replace-{person.id}") for person in people}
    if replace is not None and replace[0] in forms:
        forms[replace[0]] = replace[1]
    return render_template(
        "registration/delegation_show.html",
        organisation=find_organisation(organisation_id),
        people=people,
        invitations=[row for row in delegations.list_invitations(organisation_id) if row.state != "accepted"],
        ceiling=read_place_rules(edition.id).ceiling,
        aims_form=aims or AimsForm(None, aims=delegations.read_aims(organisation_id)),
        nominate_form=nominate or NominateForm(None),
        replace_forms=forms,
        now=now,
    )


# --- the invitation ---------------------------------------------------------------------------------------------------


@blueprint.get("/invitation/<token>")
@requires(Permission.ANSWER_INVITATION)
def invitation(token: str) -> Answer:
    """Shows what is offered and changes nothing: programs that look into mail open links too."""
    found = delegations.find_invitation(token, edition=current_edition(), now=clock.now())
    return _invitation_page(found, _answer_form(found) if found else None), 200 if found else 410


@blueprint.post("/invitation/<token>")
@requires(Permission.ANSWER_INVITATION)
@reads_first
def answer_invitation(token: str) -> Answer:
    edition, viewer = current_edition(), current_viewer()
    found = delegations.find_invitation(token, edition=edition, now=clock.now())
    form = _answer_form(found) if found else None
    if form is None or not form.validate():
        return _invitation_page(found, form), 422 if found else 410
    # Hashed before anything is locked: nobody waits for it.
    hashed = hash_password(form.password.data or "") if isinstance(form, AcceptNewForm) else ""
    start_writing()
    found = delegations.find_invitation(token, edition=edition, now=clock.now())
    if found is None:
        return _invitation_page(None, None), 410
    if isinstance(form, AcceptNewForm):
        person = delegations.make_account(
            found, name=form.name.data or "", password_hash=hashed, locale=get_locale().language, now=clock.now()
        )
    else:
        person = load_person(viewer.person_id)
    delegations.accept_invitation(found, person, edition=edition, now=clock.now())
    if viewer.is_authenticated:
        db.session.commit()
        return redirect(url_for("registration.register"), 303)
    return finish_sign_in(person.id, target=url_for("registration.register"), is_strong=False)


def _answer_form(found: Invitation) -> AcceptForm | None:
    """The form for whoever looks: yes alone for the signed-in, with a new account for the unknown; None: sign in first."""
    if current_viewer().is_authenticated:
        return AcceptForm()
    known = find_person(found.email)
    if known is not None and known.email_verified_at is not None:
        return None
    return AcceptNewForm(name=found.name)


def _invitation_page(found: Invitation | None, form: AcceptForm | None) -> str:
    return render_template("registration/invitation_show.html", invitation=found, form=form)
