"""Pages of the matrix and of one person's competence."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from marshmallow import fields, validate
from werkzeug.wrappers import Response as AnyResponse

from app.accounts import policy
from app.accounts.policy import Scope
from app.accounts.roles import Role
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Invalid
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.foundation.unit_of_work import unit_of_work
from app.records.csv_export import table_lines
from app.records.routes import send_csv
from app.training import competence
from app.training.competence import MatrixFilter, QualificationOrder, QualificationUnknown
from app.training.competence_page import matrix_page, matrix_table, person_page, person_url
from app.training.entries import level_choices, role_titles
from app.training.entry_fields import process_options, site_options, skill_options
from app.training.gap_trainings import ask_for_gap, ask_for_gaps
from app.training.models import Qualification
from app.web.addresses import address
from app.web.fields import FieldView, Option
from app.web.flashes import tell_done, tell_refused
from app.web.forms import FormSchema, answer_with, asks_for, id_answer, read_form, typed_answers, with_answers
from app.web.guards import LARGEST_ID, current_actor, permission
from app.web.redirects import redirect_303
from app.workflow.acts import perform

READ, RECORD, ASSIGN = "training.read", "training.record", "training.assign"
blueprint = Blueprint("competence", __name__, url_prefix="/training", template_folder="templates")


class QualificationForm(FormSchema):
    """A skill somebody has, and what proves it."""

    skill_id = id_answer(required=True)
    level = fields.Int(required=True)
    evidence = fields.Str(required=True, validate=validate.Length(max=1000))
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(load_default=None)


class GapForm(FormSchema):
    """The skill that somebody lacks."""

    skill_id = id_answer(required=True)


class WithdrawalForm(FormSchema):
    """Why a qualification ends."""

    reason = fields.Str(load_default="", validate=validate.Length(max=1000))


@blueprint.get("/matrix")
@permission(READ)
def matrix() -> str:
    """Show people and skills, and where something is missing."""
    session, wish = db.session(), _wish()
    return render_template(
        "training/matrix.html",
        page=matrix_page(session, current_actor(), wish, clock.now().date()),
        wish=wish,
        sites=site_options(session),
        processes=process_options(session),
        roles=role_titles(),
        may_assign=policy.can(current_actor(), ASSIGN),
    )


@blueprint.get("/matrix.csv")
@permission(READ)
def matrix_csv() -> Response:
    """Send what the matrix shows as a table."""
    rows = matrix_table(db.session(), current_actor(), _wish(), clock.now().date())
    head = (_("Who"), _("Skill"), _("Needed"), _("Proven"), _("State"), _("Until"))
    return send_csv("matrix", table_lines(head, rows))


@blueprint.get("/people/<int:person_id>")
@permission("training.own")
def person(person_id: int) -> AnyResponse:
    """Show what one person needs, can and lacks."""
    return _person(person_id)


@blueprint.post("/people/<int:person_id>/qualifications")
@permission(RECORD)
def qualify(person_id: int) -> AnyResponse:
    """Note a skill that somebody has."""
    actor = current_actor()
    row = competence.visible_person(db.session(), actor, person_id)
    policy.require(actor, RECORD, Scope(site_id=row.site_id))
    try:
        order = QualificationOrder(person_id=person_id, **read_form(QualificationForm()))
        with unit_of_work(actor.id) as uow:
            competence.qualify(uow, order)
    except Invalid as refusal:
        return _person(person_id, refusal)
    tell_done(_("The qualification is kept."))
    return redirect_303(person_url(person_id))


@blueprint.post("/qualifications/<int:qualification_id>/withdraw")
@permission(RECORD)
def withdraw(qualification_id: int) -> AnyResponse:
    """End a qualification at once."""
    actor, session = current_actor(), db.session()
    row = session.get(Qualification, qualification_id)
    if row is None:
        raise QualificationUnknown(_("There is no such qualification."))
    person_id = row.person_id
    holder = competence.visible_person(session, actor, person_id)
    policy.require(actor, RECORD, Scope(site_id=holder.site_id))
    try:
        reason = read_form(WithdrawalForm())["reason"]
        with unit_of_work(actor.id) as uow:
            competence.withdraw(uow, qualification_id, reason)
    except Invalid as refusal:
        return _person(person_id, refusal)
    tell_done(_("The qualification is withdrawn."), _("It stays in the trail."))
    return redirect_303(person_url(person_id))


@blueprint.post("/matrix/trainings")
@permission(ASSIGN)
@asks_for()
def train_all() -> AnyResponse:
    """Ask for a training for each gap that the matrix shows."""
    actor, wish = current_actor(), _wish()
    gaps = perform(actor.id, lambda uow: ask_for_gaps(uow, actor, wish))
    if gaps:
        told = ngettext("A training is asked for.", "%(num)s trainings are asked for.", gaps)
        tell_done(told, _("Who learns already is not asked twice."))
    else:
        tell_refused(_("There is no gap."), _("Everybody can prove what their roles ask for."))
    return redirect_303(address("competence.matrix", **request.args))


@blueprint.post("/people/<int:person_id>/trainings")
@permission(ASSIGN)
def train(person_id: int) -> AnyResponse:
    """Ask for the training that closes one gap of a person."""
    actor = current_actor()
    row = competence.visible_person(db.session(), actor, person_id)
    policy.require(actor, ASSIGN, Scope(site_id=row.site_id))
    skill_id = read_form(GapForm())["skill_id"]
    if perform(actor.id, lambda uow: ask_for_gap(uow, person_id, skill_id)):
        tell_done(_("The training is asked for."), _("Who learns already is not asked twice."))
    else:
        tell_refused(_("There is no gap."), _("Nothing is missing for this skill."))
    return redirect_303(person_url(person_id))


def _wish() -> MatrixFilter:
    role = request.args.get("role", "")
    return MatrixFilter(
        site_id=_number("site"),
        role=role if role in set(Role) else "",
        process_id=_number("process"),
        only_gaps=request.args.get("only") == "gaps",
    )


def _number(name: str) -> int | None:
    asked = request.args.get(name, "")
    return int(asked) if asked.isdecimal() and int(asked) <= LARGEST_ID else None


def _person(person_id: int, refusal: Invalid | None = None) -> AnyResponse:
    session, actor = db.session(), current_actor()
    row = competence.visible_person(session, actor, person_id)
    may_record = policy.can(actor, RECORD, Scope(site_id=row.site_id))
    problems = refusal.problems if refusal else ()
    views = with_answers(_fields() if may_record else (), typed_answers() if refusal else {}, problems)
    page = render_template(
        "training/person.html",
        page=person_page(session, row, clock.now().date()),
        may_record=may_record,
        may_assign=policy.can(actor, ASSIGN, Scope(site_id=row.site_id)),
        may_read=policy.can(actor, READ),
        fields=views,
        labels={view.key: view.label for view in views},
        refusal=refusal,
        problems=problems,
    )
    return answer_with(page, refusal)


def _fields() -> tuple[FieldView, ...]:
    levels = tuple(Option(key, word) for key, word in level_choices().items())
    today = clock.now().date().isoformat()
    return (
        FieldView("skill_id", "select", _("Skill"), options=skill_options(db.session()), is_required=True),
        FieldView("level", "select", _("Level"), options=levels, is_required=True),
        FieldView(
            "evidence",
            "textarea",
            _("What proves it"),
            help=_("A certificate, an examination, work that was watched."),
            is_required=True,
            limits={"rows": 3, "maxlength": 1000},
        ),
        FieldView("valid_from", "datetime", _("Valid from"), today, is_required=True, subtype="date"),
        FieldView(
            "valid_until",
            "datetime",
            _("Valid until"),
            help=_("Left empty, it is valid for good."),
            subtype="date",
        ),
    )
