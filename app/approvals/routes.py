"""The page of an approval that runs or has run, and asking other people in it."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, render_template
from marshmallow import fields
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.accounts import policy as rights
from app.accounts.people import people
from app.approvals.changes import UnknownSeat, add_member, replace_member, withdraw_member
from app.approvals.models import Approval, ApprovalSeat, ApprovalStage
from app.approvals.panel import approval_of_record, view_of_approval
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Conflict, Invalid, QmsError, Refused
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.records.models import Record
from app.records.panels import Panel
from app.records.urls import record_url
from app.records.visibility import get_visible, scope_of
from app.web.addresses import address
from app.web.fields import Option
from app.web.flashes import tell_done
from app.web.forms import FormSchema, answer_with, id_answer, read_form
from app.web.guards import current_actor, permission
from app.web.redirects import redirect_303
from app.workflow.acts import perform

blueprint = Blueprint("approvals", __name__, template_folder="templates", url_prefix="/running-approvals")
MANAGE = "approvals.manage"


class ReplaceForm(FormSchema):
    """Who is asked instead of whom; nobody takes the question back."""

    seat = id_answer(required=True)
    person = id_answer(load_default=None)
    reason = fields.Str(load_default="")


class AddForm(FormSchema):
    """Who is asked as well, in which group."""

    group = id_answer(required=True)
    person = id_answer(required=True)
    reason = fields.Str(load_default="")


@blueprint.get("/<int:approval_id>")
@permission("home.read")
def page(approval_id: int) -> Response:
    """Show an approval to those who see its record."""
    return _page(approval_id)


@blueprint.post("/<int:approval_id>/replace")
@permission(MANAGE)
def replace(approval_id: int) -> Response:
    """Ask somebody else in a place, or nobody."""
    _approval, record = _seen(approval_id)
    rights.require(current_actor(), MANAGE, scope_of(record))
    try:
        typed = read_form(ReplaceForm())
        _require_of(approval_id, typed["seat"])

        def work(uow: UnitOfWork) -> None:
            if typed["person"] is None:
                withdraw_member(uow, typed["seat"], typed["reason"])
            else:
                replace_member(uow, typed["seat"], typed["person"], typed["reason"])

        perform(current_actor().id, work)
    except (Invalid, Conflict, Refused, UnknownSeat) as refusal:
        return _page(approval_id, refusal)
    tell_done(_("The question goes to somebody else."), _("The timeline says who changed it and why."))
    return redirect_303(address("approvals.page", approval_id=approval_id))


@blueprint.post("/<int:approval_id>/add")
@permission(MANAGE)
def add(approval_id: int) -> Response:
    """Ask one more person in a group of the open stage."""
    _approval, record = _seen(approval_id)
    rights.require(current_actor(), MANAGE, scope_of(record))
    try:
        typed = read_form(AddForm())
        perform(
            current_actor().id,
            lambda uow: add_member(uow, approval_id, typed["group"], typed["person"], typed["reason"]),
        )
    except (Invalid, Conflict, Refused, UnknownSeat) as refusal:
        return _page(approval_id, refusal)
    tell_done(_("One more is asked."), _("The timeline says who asked and why."))
    return redirect_303(address("approvals.page", approval_id=approval_id))


def panel_of_record(session: Session, record: Record, now: datetime) -> Panel | None:
    """Return the latest approval of a record as a part of its page."""
    found = approval_of_record(session, record.kind, record.id, now)
    return None if found is None else Panel("approvals/record_panel.html", found)


def _page(approval_id: int, refusal: QmsError | None = None) -> Response:
    approval, record = _seen(approval_id)
    session = db.session()
    can_manage = rights.can(current_actor(), MANAGE, scope_of(record))
    drawn = render_template(
        "approvals/approval.html",
        approval=view_of_approval(session, approval, clock.now()),
        number=record.number,
        record_title=record.title,
        record_url=record_url(record.kind, record.id),
        can_manage=can_manage,
        people=[Option(str(one.id), one.details.name) for one in people(session)] if can_manage else [],
        refusal=refusal,
    )
    return answer_with(drawn, refusal)


def _seen(approval_id: int) -> tuple[Approval, Record]:
    """Return an approval whose record the person may see.

    Errors: UnknownSeat and RecordUnseen, both not found.
    """
    session = db.session()
    approval = session.get(Approval, approval_id)
    if approval is None:
        raise UnknownSeat(_("There is no such approval."))
    return approval, get_visible(session, current_actor(), approval.record_id)


def _require_of(approval_id: int, seat_id: int) -> None:
    seat = db.session().get(ApprovalSeat, seat_id)
    stage = db.session().get(ApprovalStage, seat.stage_id) if seat else None
    if stage is None or stage.approval_id != approval_id:
        raise UnknownSeat(_("There is no such place in this approval."))
