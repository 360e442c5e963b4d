"""Pages of faults: the list with cause, and the two ways out of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.accounts import policy
from app.accounts.policy import Scope
from app.foundation.db import db
from app.foundation.errors import Invalid, QmsError
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.records.models import Record
from app.web.flashes import tell_done, tell_refused
from app.web.forms import asks_for
from app.web.guards import current_actor, permission
from app.web.redirects import redirect_303
from app.workflow import retries
from app.workflow.acts import perform
from app.workflow.faults import Source, open_fault, open_faults
from app.workflow.models import Fault, ProcessInstance

blueprint = Blueprint("admin_faults", __name__, url_prefix="/admin/faults")


@dataclass(frozen=True, slots=True)
class FaultLine:
    """A fault as the page shows it."""

    id: int
    what: str
    cause: str
    detail: str
    goes_on: str
    happened_at: datetime
    number: str
    title: str
    record_id: int | None
    is_repeatable: bool


@blueprint.get("")
@permission("admin.faults")
def page() -> str:
    """Show what the engine could not finish."""
    policy.require(current_actor(), "admin.faults", Scope())
    session = db.session()
    return render_template("admin/faults.html", faults=[_line(session, one) for one in open_faults(session)])


@blueprint.post("/<int:fault_id>/retry")
@permission("admin.faults")
@asks_for()
def retry(fault_id: int) -> Response:
    """Try again what failed."""
    actor = current_actor()
    policy.require(actor, "admin.faults", Scope())
    fault = open_fault(db.session(), fault_id)
    source = Source(fault.kind, fault.source_id)
    try:
        perform(actor.id, lambda uow: retries.retry(uow, fault_id), source=source)
    except QmsError as error:
        tell_refused(_("It failed again: %(why)s", why=error.sentence))
    else:
        tell_done(_("It worked. The fault is resolved."))
    return redirect_303(url_for("admin_faults.page"))


@blueprint.post("/<int:fault_id>/dismiss")
@permission("admin.faults")
@asks_for("reason")
def dismiss(fault_id: int) -> Response:
    """Resolve a fault whose cause was dealt with elsewhere."""
    actor = current_actor()
    policy.require(actor, "admin.faults", Scope())
    reason = request.form.get("reason", "")
    try:
        perform(actor.id, lambda uow: retries.dismiss(uow, fault_id, reason))
    except Invalid as error:
        tell_refused(error.sentence)
    else:
        tell_done(_("The fault is resolved."))
    return redirect_303(url_for("admin_faults.page"))


def _line(session: Session, fault: Fault) -> FaultLine:
    record = session.scalars(
        select(Record)
        .join(ProcessInstance, ProcessInstance.record_id == Record.id)
        .where(ProcessInstance.id == fault.instance_id)
    ).first()
    kinds = {
        "timer": _("A timer could not fire"),
        "message": _("A message could not be delivered"),
        "task": _("A step could not be finished"),
        "start": _("A record could not be opened"),
        "file": _("A stored file is damaged"),
        "paper": _("A PDF could not be made"),
    }
    return FaultLine(
        id=fault.id,
        what=kinds.get(fault.kind, _("A step could not be finished")),
        cause=fault.cause,
        detail=fault.detail,
        goes_on=_how_it_goes_on(fault),
        happened_at=fault.happened_at,
        number=record.number if record else "",
        title=record.title if record else "",
        record_id=record.id if record else None,
        is_repeatable=_is_repeatable(fault),
    )


def _is_repeatable(fault: Fault) -> bool:
    return fault.kind not in retries.REPEATED_BY_PEOPLE | retries.LOOKED_AFTER | retries.MADE_AGAIN


def _how_it_goes_on(fault: Fault) -> str:
    if fault.kind in retries.LOOKED_AFTER:
        return _("Keel looks at it again every ten minutes and resolves this when it is whole.")
    if fault.kind in retries.MADE_AGAIN:
        return _("Resolve this, and Keel tries once more.")
    tried = ngettext("Tried once.", "Tried %(num)s times.", fault.attempts)
    if _is_repeatable(fault):
        return f"{tried} {_('Keel tries again by itself, less and less often.')}"
    return f"{tried} {_('The person repeats the step; what they typed is kept.')}"
