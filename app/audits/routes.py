"""Pages of audits beyond their register: checklist and execution, report, the year."""

from __future__ import annotations

from uuid import uuid4

from flask import Blueprint, jsonify, render_template, request
from marshmallow import fields, validate
from werkzeug.wrappers import Response

from app.accounts.actor import Actor
from app.accounts.policy import NotAllowed
from app.audits import checklist
from app.audits.auditor_routes import blueprint as auditor_blueprint
from app.audits.checklist_page import checklist_page, line_view, may_write, report_page
from app.audits.models import Audit
from app.audits.programme_routes import blueprint as programme_blueprint
from app.audits.year_page import year_page
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Invalid, QmsError
from app.foundation.files import Received
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork, unit_of_work
from app.records import service as records
from app.records.routes import receive_upload
from app.records.visibility import RecordUnseen, get_visible
from app.web.errors import status_of
from app.web.flashes import tell_done, tell_refused
from app.web.forms import FormSchema, read_form
from app.web.guards import current_actor, permission
from app.web.redirects import redirect_303

blueprint = Blueprint("audit_pages", __name__, template_folder="templates")
year_blueprint = Blueprint("audit_year", __name__, template_folder="templates")
BLUEPRINTS = (blueprint, year_blueprint, programme_blueprint, auditor_blueprint)
FIRST_YEAR, LAST_YEAR = 2000, 2200


class LineForm(FormSchema):
    """A question of a checklist."""

    question = fields.Str(required=True)
    requirement = fields.Str(validate=validate.Length(max=200))
    evidence_expected = fields.Str()
    sampling = fields.Str(validate=validate.Length(max=200))


class RemovalForm(FormSchema):
    """Why a line goes."""

    reason = fields.Str()


class AnswerForm(FormSchema):
    """What was found at a line. `client_key` is the device's name for this answer."""

    result = fields.Str(required=True)
    evidence = fields.Str()
    samples = fields.Str()
    interviewee = fields.Str(validate=validate.Length(max=200))
    seen_version = fields.Int(required=True)
    client_key = fields.Str(validate=validate.Length(min=8, max=80))


@blueprint.get("/audits/<int:record_id>/checklist", endpoint="checklist")
@permission("home.read")
def checklist_of(record_id: int) -> str:
    """Show the checklist; the team answers it here line by line."""
    row = _audit(record_id)
    page = checklist_page(db.session(), current_actor(), row)
    return render_template("audits/checklist.html", page=page)


@blueprint.post("/audits/<int:record_id>/checklist")
@permission("audits.carry_out")
def add_line(record_id: int) -> Response:
    """Add a question of one's own."""
    actor = current_actor()
    row = _audit(record_id)
    order = checklist.LineOrder(**read_form(LineForm()))
    _require_writer(row, actor)
    with unit_of_work(actor.id) as uow:
        checklist.add_line(uow, _locked(uow, row.id), order)
    tell_done(_("The line is added."))
    return redirect_303(_checklist_url(record_id))


@blueprint.post("/audits/<int:record_id>/lines/<int:line_id>/remove")
@permission("audits.carry_out")
def remove_line(record_id: int, line_id: int) -> Response:
    """Take an unanswered line off."""
    actor = current_actor()
    row = _audit(record_id)
    reason = read_form(RemovalForm()).get("reason", "")
    _require_writer(row, actor)
    with unit_of_work(actor.id) as uow:
        checklist.remove_line(uow, _locked(uow, record_id), line_id, reason)
    tell_done(_("The line is taken off."))
    return redirect_303(_checklist_url(record_id))


@blueprint.post("/audits/<int:record_id>/lines/<int:line_id>/answer")
@permission("audits.carry_out")
def answer(record_id: int, line_id: int) -> Response:
    """Keep what was found at a line, from the page or from a device that was out of reach."""
    actor = current_actor()
    is_device = request.accept_mimetypes.best == "application/json"
    row = _audit(record_id)
    try:
        receipt = _keep_answer(actor, row, line_id)
    except QmsError as refusal:
        if is_device:
            return _told_device(refusal)
        if not isinstance(refusal, checklist.AnswerInvalid):
            raise
        tell_refused(refusal.sentence, " ".join(str(one.sentence) for one in refusal.problems))
        return redirect_303(f"{_checklist_url(record_id)}#line-{line_id}")
    if is_device:
        return _receipt(record_id, line_id, receipt)
    if receipt.is_beside:
        tell_refused(_("Somebody else answered meanwhile."), _("Your answer is kept beside theirs."))
    else:
        tell_done(_("The line is answered."))
    return redirect_303(f"{_checklist_url(record_id)}#line-{line_id}")


@blueprint.get("/audits/<int:record_id>/report")
@permission("home.read")
def report(record_id: int) -> str:
    """Show the report of an audit for printing."""
    row = _audit(record_id)
    page = report_page(db.session(), row)
    return render_template("audits/report.html", page=page, printed_at=clock.now())


@year_blueprint.get("/audits/year")
@permission("records.read")
def page() -> str:
    """Show the audits of a year, month by month."""
    today = clock.now().date()
    asked = request.args.get("year", "")
    number = int(asked) if asked.isdecimal() and FIRST_YEAR <= int(asked) <= LAST_YEAR else today.year
    return render_template("audits/year.html", page=year_page(db.session(), current_actor(), number, today))


def _keep_answer(actor: Actor, row: Audit, line_id: int) -> checklist.Receipt:
    answers = read_form(AnswerForm())
    _require_writer(row, actor)
    key = answers.pop("client_key", None) or uuid4().hex
    received = _uploads(actor)
    with unit_of_work(actor.id) as uow:
        locked = _locked(uow, row.id)
        checklist.line_of(uow.session, row.id, line_id)
        if checklist.is_known(uow.session, key):
            received = []  # the device asks again about what arrived
        photos = tuple(records.attach(uow, actor, row.id, one).id for one in received)
        order = checklist.AnswerOrder(client_key=key, file_ids=photos, **answers)
        return checklist.answer_line(uow, locked, line_id, order)


def _uploads(actor: Actor) -> list[Received]:
    """Take the bytes of the photos of a line, before the transaction begins."""
    return [receive_upload(one, actor) for one in request.files.getlist("photos") if one.filename]


def _told_device(refusal: QmsError) -> Response:
    problems = refusal.problems if isinstance(refusal, Invalid) else ()
    sentence = " ".join(str(one.sentence) for one in problems) or refusal.sentence
    reply = jsonify(sentence=sentence)
    reply.status_code = status_of(refusal)
    return reply


def _receipt(record_id: int, line_id: int, receipt: checklist.Receipt) -> Response:
    session = db.session()
    session.rollback()  # what this request read is older than what it wrote
    row = session.get_one(Audit, record_id)
    view = line_view(session, row, checklist.line_of(session, record_id, line_id))
    return jsonify(
        line=line_id,
        version=receipt.row_version,
        beside=receipt.is_beside,
        chip={"text": view.chip.text, "kind": view.chip.kind},
        finding={"label": view.finding.label, "url": view.finding.url} if view.finding else None,
        files=[{"label": one.label, "url": one.url} for one in view.files],
    )


def _audit(record_id: int) -> Audit:
    row = get_visible(db.session(), current_actor(), record_id)
    if not isinstance(row, Audit):
        raise RecordUnseen(_("There is no such audit, or it is not for you to see."))
    return row


def _require_writer(row: Audit, actor: Actor) -> None:
    if not may_write(actor, row):
        raise NotAllowed(_("Only the team of this audit answers its checklist."))


def _locked(uow: UnitOfWork, record_id: int) -> Audit:
    return uow.session.get_one(Audit, record_id, with_for_update=True)


def _checklist_url(record_id: int) -> str:
    return f"/audits/{record_id}/checklist"
