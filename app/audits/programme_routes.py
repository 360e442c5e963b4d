"""The pages of a programme: its matrix, one line of it, and launching an audit from a cell."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from marshmallow import fields, validate
from werkzeug.wrappers import Response

from app.accounts import policy
from app.accounts.actor import Actor
from app.audits import programme
from app.audits.models import AuditProgramme, ProgrammeLine
from app.audits.programme_page import Wish, month_words, programme_page
from app.audits.rules import MONTHS
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Invalid, Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import unit_of_work
from app.organisation.models import BusinessProcess, Site
from app.records.visibility import RecordUnseen, get_visible, scope_of
from app.web.addresses import address
from app.web.fields import FieldView, Option
from app.web.flashes import tell_done
from app.web.forms import FormSchema, answer_with, read_form, typed_answers, with_answers
from app.web.guards import current_actor, permission
from app.web.redirects import redirect_303
from app.workflow.acts import perform

PLAN = "audits.plan"
blueprint = Blueprint("audit_programme_pages", __name__, template_folder="templates")


class LineForm(FormSchema):
    """What a person says about a line. `months` are numbers parted by commas; none takes the proposal."""

    importance = fields.Int(required=True, validate=validate.Range(1, 5))
    has_changed = fields.Bool(load_default=False)
    is_core = fields.Bool(load_default=False)
    clauses = fields.Str(load_default="", validate=validate.Length(max=300))
    months = fields.Str(load_default="")


class LaunchForm(FormSchema):
    """Which cell of a line."""

    month = fields.Int(required=True, validate=validate.Range(1, MONTHS))


@blueprint.get("/audit-programmes/<int:record_id>/plan")
@permission("home.read")
def plan(record_id: int) -> str:
    """Show who is audited when, what is held and what is overdue."""
    actor = current_actor()
    row = _programme(record_id)
    page = programme_page(
        db.session(),
        row,
        clock.now().date(),
        Wish(request.args.get("show", ""), request.args.get("clause", "")),
        may_plan=policy.can(actor, PLAN, scope_of(row)),
    )
    return render_template("audits/programme.html", page=page)


@blueprint.get("/audit-programmes/<int:record_id>/lines/<int:line_id>")
@permission(PLAN)
def line(record_id: int, line_id: int) -> Response:
    """Ask what a person knows about a process at a site."""
    row, found = _line(record_id, line_id)
    return _line_page(row, found)


@blueprint.post("/audit-programmes/<int:record_id>/lines/<int:line_id>")
@permission(PLAN)
def plan_line(record_id: int, line_id: int) -> Response:
    """Keep what a person says about a line."""
    actor = current_actor()
    row, found = _line(record_id, line_id)
    try:
        order = _plan_from(read_form(LineForm()))
        with unit_of_work(actor.id) as uow:
            locked = uow.session.get_one(AuditProgramme, record_id, with_for_update=True)
            programme.plan_line(uow, locked, line_id, order)
    except Invalid as refusal:
        return _line_page(row, found, refusal)
    tell_done(_("The line is planned."))
    return redirect_303(address("audit_programme_pages.plan", record_id=record_id))


@blueprint.post("/audit-programmes/<int:record_id>/lines/<int:line_id>/launch")
@permission(PLAN)
def launch(record_id: int, line_id: int) -> Response:
    """Open the audit of a cell."""
    actor = current_actor()
    _line(record_id, line_id)
    month = read_form(LaunchForm())["month"]
    perform(
        actor.id,
        lambda uow: programme.launch(uow, uow.session.get_one(AuditProgramme, record_id), line_id, month),
    )
    tell_done(_("The audit is launched."), _("Its lead auditor finds the planning in the inbox."))
    return redirect_303(address("audit_programme_pages.plan", record_id=record_id))


def _plan_from(answers: dict[str, object]) -> programme.LinePlan:
    typed = str(answers.pop("months")).replace(" ", "")
    parts = [part for part in typed.split(",") if part]
    if not all(part.isdecimal() for part in parts):
        sentence = _("Months are numbers from 1 to 12, parted by commas.")
        raise programme.LinePlanInvalid(sentence, [Problem("months", "months", sentence)])
    months = tuple(int(part) for part in parts) if parts else None
    return programme.LinePlan(**answers, months=months)  # type: ignore[arg-type]  # typed by the schema


def _programme(record_id: int) -> AuditProgramme:
    row = get_visible(db.session(), current_actor(), record_id)
    if not isinstance(row, AuditProgramme):
        raise RecordUnseen(_("There is no such programme, or it is not for you to see."))
    return row


def _line(record_id: int, line_id: int) -> tuple[AuditProgramme, ProgrammeLine]:
    row = _programme(record_id)
    actor: Actor = current_actor()
    policy.require(actor, PLAN, scope_of(row))
    return row, programme.line_in(db.session(), record_id, line_id)


def _line_page(row: AuditProgramme, found: ProgrammeLine, refusal: Invalid | None = None) -> Response:
    session = db.session()
    problems = refusal.problems if refusal else ()
    shown = with_answers(_fields(found), typed_answers() if refusal else {}, problems)
    page = render_template(
        "audits/line.html",
        number=row.number,
        record_id=row.id,
        line=found,
        process=session.get_one(BusinessProcess, found.process_id).name,
        site=session.get_one(Site, found.site_id).name,
        score=f"{found.score * 100:.0f}",
        planned=[month_words()[month - 1] for month in found.months],
        fields=shown,
        labels={view.key: view.label for view in shown},
        refusal=refusal,
        problems=problems,
    )
    return answer_with(page, refusal)


def _fields(found: ProgrammeLine) -> tuple[FieldView, ...]:
    grades = tuple(Option(str(level), str(level)) for level in range(1, 6))
    months = ", ".join(str(month) for month in found.months)
    hint = _("Numbers from 1 to 12, parted by commas. Leave it empty to take what the rule proposes.")
    return (
        FieldView(
            "importance",
            "radio",
            _("Importance, 5 matters most"),
            str(found.importance),
            options=grades,
            is_required=True,
        ),
        FieldView("has_changed", "checkbox", _("Changed since the last audit"), found.has_changed),
        FieldView("is_core", "checkbox", _("Core process: at least once a year"), found.is_core),
        FieldView("clauses", "textfield", _("Clauses asked about"), found.clauses, limits={"maxlength": 300}),
        FieldView("months", "textfield", _("Months"), months, help=hint),
    )
