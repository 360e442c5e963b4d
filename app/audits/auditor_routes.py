"""The page of who may audit."""

from __future__ import annotations

from flask import Blueprint, render_template
from marshmallow import fields, validate
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.accounts import policy
from app.accounts.actor import Actor
from app.accounts.models import Person
from app.accounts.people import people
from app.accounts.policy import Scope
from app.audits import auditors
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Invalid
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import unit_of_work
from app.web.addresses import address
from app.web.fields import FieldView, Option
from app.web.flashes import tell_done
from app.web.forms import FormSchema, answer_with, id_answer, read_form, typed_answers, with_answers
from app.web.guards import current_actor, permission
from app.web.redirects import redirect_303

blueprint = Blueprint("auditors", __name__, template_folder="templates")
QUALIFY = "audits.qualify"


class QualificationForm(FormSchema):
    """Who may audit, from when to when, and what proves it."""

    person_id = id_answer(required=True)
    may_lead = fields.Bool(load_default=False)
    evidence = fields.Str(required=True, validate=validate.Length(max=300))
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(required=True)


class WithdrawalForm(FormSchema):
    """Why a qualification ends."""

    reason = fields.Str(required=True)


@blueprint.get("/auditors")
@permission("records.read")
def listing() -> Response:
    """Show who may audit."""
    return _page()


@blueprint.post("/auditors")
@permission(QUALIFY)
def qualify() -> Response:
    """Note that somebody may audit."""
    actor = current_actor()
    try:
        order = auditors.QualificationOrder(**read_form(QualificationForm()))
        policy.require(actor, QUALIFY, Scope(site_id=_home(order.person_id)))
        with unit_of_work(actor.id) as uow:
            auditors.qualify(uow, order)
    except Invalid as refusal:
        return _page(refusal)
    tell_done(_("The qualification is kept."))
    return redirect_303(address("auditors.listing"))


@blueprint.post("/auditors/<int:qualification_id>/withdraw")
@permission(QUALIFY)
def withdraw(qualification_id: int) -> Response:
    """End a qualification at once."""
    actor = current_actor()
    policy.require(actor, QUALIFY, Scope(site_id=auditors.home_of(db.session(), qualification_id)))
    reason = read_form(WithdrawalForm())["reason"]
    with unit_of_work(actor.id) as uow:
        auditors.withdraw(uow, qualification_id, reason)
    tell_done(_("The qualification is withdrawn."), _("Audits planned with it are refused when they begin."))
    return redirect_303(address("auditors.listing"))


def _page(refusal: Invalid | None = None) -> Response:
    session = db.session()
    actor = current_actor()
    may = policy.can(actor, QUALIFY)
    problems = refusal.problems if refusal else ()
    shown = with_answers(_fields(session, actor) if may else (), typed_answers() if refusal else {}, problems)
    page = render_template(
        "audits/auditors.html",
        lines=auditors.auditors_on(session, clock.now().date()),
        may_qualify=may,
        fields=shown,
        labels={view.key: view.label for view in shown},
        refusal=refusal,
        problems=problems,
    )
    return answer_with(page, refusal)


def _home(person_id: int) -> int | None:
    return db.session().scalar(select(Person.site_id).where(Person.id == person_id))


def _fields(session: Session, actor: Actor) -> tuple[FieldView, ...]:
    sites = policy.sites_for(actor, QUALIFY)
    names = tuple(
        Option(str(one.id), one.details.name)
        for one in people(session)
        if sites is policy.ALL or one.details.site_id in sites
    )
    proof = _("A course, an examination, audits accompanied.")
    return (
        FieldView("person_id", "select", _("Who"), options=names, is_required=True),
        FieldView("may_lead", "checkbox", _("May lead audits")),
        FieldView(
            "evidence",
            "textfield",
            _("What proves it"),
            help=proof,
            is_required=True,
            limits={"maxlength": 300},
        ),
        FieldView("valid_from", "datetime", _("Valid from"), is_required=True, subtype="date"),
        FieldView("valid_until", "datetime", _("Valid until"), is_required=True, subtype="date"),
    )
