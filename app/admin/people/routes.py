"""Pages about people. Whoever administers one site may give roles there; all else needs all sites."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import cast

from flask import Blueprint, current_app, render_template, request, session, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.accounts import grants, invitations, people, policy, signing_pins
from app.accounts.actor import Actor
from app.accounts.handover import Handover
from app.accounts.invitations import Door
from app.accounts.models import RoleGrant
from app.accounts.people import Details
from app.accounts.policy import Scope
from app.accounts.roles import Role
from app.admin.people import fields as shown
from app.admin.people import forms, presenter
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Invalid, QmsError
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import unit_of_work
from app.organisation.kinds import KINDS, KindKey
from app.organisation.managers import manager_of, set_manager
from app.organisation.service import entry
from app.web.fields import FieldView
from app.web.flashes import tell_done
from app.web.forms import answer_with, asks_for, read_form, typed_answers, with_answers
from app.web.guards import current_actor, permission
from app.web.redirects import redirect_303
from config import Config

blueprint = Blueprint("admin_people", __name__, url_prefix="/admin")
PERMISSION = "admin.people"
HANDOVER = "keel_handover"  # what the composition root knows about things people hold
_DOOR = "door"


@blueprint.get("/people")
@permission(PERMISSION)
def register() -> str:
    """Show all people."""
    search, with_closed = request.args.get("q", "").replace("\0", ""), "closed" in request.args
    return render_template(
        "admin/people.html",
        columns=presenter.register_columns(),
        rows=presenter.register_rows(db.session(), search, with_disabled=with_closed),
        search=search,
        with_closed=with_closed,
    )


@blueprint.get("/people/new")
@permission(PERMISSION)
def invite_page() -> Response:
    """Show the form to invite somebody."""
    return _invite_page()


@blueprint.post("/people/new")
@permission(PERMISSION)
def invite() -> Response:
    """Take somebody on and show how they get in."""
    actor = current_actor()
    policy.require(actor, PERMISSION, Scope())
    try:
        answers = read_form(forms.PersonForm())
        with unit_of_work(actor.id) as uow:
            details = _with_zone(uow.session, forms.details_of(answers), actor)
            door = invitations.invite(uow, details, _public_url())
    except Invalid as refusal:
        return _invite_page(refusal)
    return _show_door(door, _("%(name)s is invited.", name=answers["name"]))


@blueprint.get("/people/<int:person_id>")
@permission(PERMISSION)
def person(person_id: int) -> Response:
    """Show one person: details, roles, way in."""
    return _person_page(person_id)


@blueprint.post("/people/<int:person_id>")
@permission(PERMISSION)
def change(person_id: int) -> Response:
    """Change what is maintained about a person."""
    actor = current_actor()
    policy.require(actor, PERMISSION, Scope())
    try:
        answers = read_form(forms.ChangedPersonForm())
        with unit_of_work(actor.id) as uow:
            people.change(uow, person_id, forms.details_of(answers), row_version=answers["row_version"])
    except Invalid as refusal:
        return _person_page(person_id, "details", refusal)
    return _back(person_id, _("Kept."))


@blueprint.post("/people/<int:person_id>/roles")
@permission(PERMISSION)
def give_role(person_id: int) -> Response:
    """Give a role at a site one administers."""
    actor = current_actor()
    try:
        order = forms.order_of(read_form(forms.GrantForm()))
        policy.require(actor, PERMISSION, _scope_of(order.role, order.site_id))
        with unit_of_work(actor.id) as uow:
            people.person_row(uow.session, person_id)
            grants.give(uow, person_id, order, _handover())
    except Invalid as refusal:
        return _person_page(person_id, "grant", refusal)
    return _back(person_id, _("The role is given."), _("It counts from the next page they open."))


@blueprint.post("/people/<int:person_id>/roles/<int:grant_id>/withdraw")
@permission(PERMISSION)
@asks_for()
def withdraw_role(person_id: int, grant_id: int) -> Response:
    """Take a role away at a site one administers."""
    actor = current_actor()
    with unit_of_work(actor.id) as uow:
        row = uow.session.get(RoleGrant, grant_id)
        if row is None or row.person_id != person_id:
            raise grants.GrantUnknown(_("There is no such grant."))
        policy.require(actor, PERMISSION, _scope_of(Role(row.role), row.site_id))
        grants.withdraw(uow, grant_id, _handover())
    return _back(person_id, _("The role is withdrawn."), _("It ends with the next page they open."))


@blueprint.post("/people/<int:person_id>/manager")
@permission(PERMISSION)
def change_manager(person_id: int) -> Response:
    """Name who leads the person from today on."""
    actor = current_actor()
    policy.require(actor, PERMISSION, Scope())
    try:
        answers = read_form(forms.ManagerForm())
        with unit_of_work(actor.id) as uow:
            subject = people.subject_of(people.person_row(uow.session, person_id))
            set_manager(uow, subject, answers["manager_id"], uow.now.date())
    except Invalid as refusal:
        return _person_page(person_id, "manager", refusal)
    return _back(person_id, _("Kept."))


@blueprint.post("/people/<int:person_id>/door")
@permission(PERMISSION)
@asks_for()
def open_door(person_id: int) -> Response:
    """Make a fresh link, or a code for somebody without mail; earlier ones die."""
    actor = current_actor()
    policy.require(actor, PERMISSION, Scope())
    with unit_of_work(actor.id) as uow:
        door = invitations.open_door(uow, person_id, _public_url())
    return _show_door(door, _("Hand this over."))


@blueprint.post("/people/<int:person_id>/code")
@permission(PERMISSION)
@asks_for()
def print_code(person_id: int) -> Response:
    """Make a code to print; earlier ones die."""
    actor = current_actor()
    policy.require(actor, PERMISSION, Scope())
    with unit_of_work(actor.id) as uow:
        door = invitations.print_code(uow, person_id)
    return _show_door(door, _("Print this and hand it over."))


@blueprint.post("/people/<int:person_id>/pin")
@permission(PERMISSION)
@asks_for()
def reset_pin(person_id: int) -> Response:
    """Take a signing PIN away and make a code with which the person sets another."""
    actor = current_actor()
    policy.require(actor, PERMISSION, Scope())
    with unit_of_work(actor.id) as uow:
        door = invitations.reset_signing_pin(uow, person_id)
    return _show_door(door, _("Their former PIN signs nothing any more."), _("Hand the code over."))


@blueprint.post("/people/<int:person_id>/disable")
@permission(PERMISSION)
def disable(person_id: int) -> Response:
    """Close the account; what the person holds is picked up by the hand-over."""
    actor = current_actor()
    policy.require(actor, PERMISSION, Scope())
    answers = read_form(forms.DisableForm())
    with unit_of_work(actor.id) as uow:
        people.disable(uow, person_id, _handover(), reason=answers["reason"])
    if not _handover().held_by(db.session(), person_id):
        return _back(person_id, _("The account is closed."), _("All their browsers are signed out."))
    tell_done(_("The account is closed."), _("Choose who takes over what they held."))
    return redirect_303(url_for("admin_handover.page", person_id=person_id))


@blueprint.post("/people/<int:person_id>/enable")
@permission(PERMISSION)
@asks_for()
def enable(person_id: int) -> Response:
    """Open a closed account again."""
    actor = current_actor()
    policy.require(actor, PERMISSION, Scope())
    with unit_of_work(actor.id) as uow:
        people.enable(uow, person_id)
    return _back(person_id, _("The account is open again."))


@blueprint.get("/roles")
@permission(PERMISSION)
def roles() -> str:
    """Show what each role may do and how many people have it."""
    return render_template(
        "admin/roles.html",
        roles=presenter.role_rows(db.session(), clock.now().date()),
        common=presenter.common_permissions(),
    )


def _scope_of(role: Role, site_id: int | None) -> Scope:
    """Return where one must administer to touch a grant; admins are made by admins of all sites only."""
    return Scope() if role is Role.ADMIN else Scope(site_id)


def _with_zone(session: Session, details: Details, inviter: Actor) -> Details:
    """Give somebody invited without a time zone that of the home site, else the inviter's."""
    if details.zone:
        return details
    home = entry(session, KINDS[KindKey.SITE], details.site_id).entry.zone if details.site_id else None
    return replace(details, zone=home or inviter.zone)


def _invite_page(refusal: QmsError | None = None) -> Response:
    views = shown.person_fields(db.session(), is_new=True)
    problems = refusal.problems if isinstance(refusal, Invalid) else ()
    page = render_template(
        "admin/invite.html",
        fields=with_answers(views, typed_answers() if refusal else {}, problems),
        refusal=refusal,
        problems=problems,
        labels={view.key: view.label for view in views},
    )
    return answer_with(page, refusal)


def _person_page(person_id: int, part: str = "", refusal: QmsError | None = None) -> Response:
    """Draw a person; the part that was refused keeps what was typed."""
    reading, today = db.session(), clock.now().date()
    line = people.person(reading, person_id)
    parts: dict[str, tuple[FieldView, ...]] = {
        "details": shown.person_fields(reading, line.details, is_new=False),
        "grant": shown.grant_fields(reading),
        "manager": shown.manager_fields(reading, person_id, manager_of(reading, person_id, today)),
    }
    problems = refusal.problems if isinstance(refusal, Invalid) else ()
    if refusal is not None:
        parts[part] = with_answers(parts[part], typed_answers(), problems)
    page = render_template(
        "admin/person.html",
        line=line,
        status=presenter.status_of(line),
        parts=parts,
        refused=part,
        refusal=refusal,
        problems=problems,
        labels={view.key: view.label for view in parts.get(part, ())},
        grants=presenter.grant_rows(reading, person_id, today),
        holdings=_handover().held_by(reading, person_id),
        door=_take_door(person_id),
        pin=signing_pins.state_of(reading, person_id),
        may_all=policy.can(current_actor(), PERMISSION, Scope()),
    )
    return answer_with(page, refusal)


def _back(person_id: int, headline: str, text: str = "") -> Response:
    tell_done(headline, text)
    return redirect_303(url_for("admin_people.person", person_id=person_id))


def _show_door(door: Door, headline: str, text: str = "") -> Response:
    """Carry the way in over the redirect in the admin's own cookie; the next page shows it and forgets it."""
    session[_DOOR] = asdict(door)
    return _back(door.person_id, headline, text)


def _take_door(person_id: int) -> Door | None:
    kept = session.get(_DOOR)
    if kept is None or kept["person_id"] != person_id:
        return None
    return Door(**session.pop(_DOOR))


def _handover() -> Handover:
    return cast("Handover", current_app.extensions.get(HANDOVER, Handover()))


def _public_url() -> str:
    return cast("Config", current_app.config["KEEL"]).public_url
