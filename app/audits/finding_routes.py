"""Writing a finding from a line of a checklist: what is known is shown, one button opens it."""

from __future__ import annotations

from flask import Blueprint, render_template
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.accounts import policy
from app.audits import finding_service as service
from app.audits.models import ChecklistLine
from app.audits.words import result_words
from app.foundation.db import db
from app.foundation.i18n import gettext as _
from app.records.urls import record_url
from app.records.visibility import RecordUnseen, get_visible, scope_of
from app.web.addresses import address
from app.web.flashes import tell_done
from app.web.forms import asks_for
from app.web.guards import current_actor, permission
from app.web.parts import Fact
from app.web.redirects import redirect_303
from app.workflow.acts import perform
from app.workflow.models import Task, TaskState

FIRST_STEP = "write_finding"

blueprint = Blueprint("finding_acts", __name__, template_folder="templates")
BLUEPRINTS = (blueprint,)


@blueprint.get("/audits/lines/<int:line_id>/finding")
@permission(service.PERMISSION)
def from_line(line_id: int) -> str | Response:
    """Show what a line of a checklist brings into its finding; one that is written is opened instead."""
    session, actor = db.session(), current_actor()
    line = session.get(ChecklistLine, line_id)
    if line is None:
        raise RecordUnseen(_("There is no such line of a checklist."))
    audit = get_visible(session, actor, line.audit_id)
    policy.require(actor, service.PERMISSION, scope_of(audit))
    if line.finding_id is not None:
        return redirect_303(record_url("finding", line.finding_id))
    return render_template(
        "audits/finding_from_line.html",
        line_id=line.id,
        known=_known(line),
        number=audit.number,
        url=address("audit_pages.checklist", record_id=audit.id),
    )


@blueprint.post("/audits/lines/<int:line_id>/finding")
@permission(service.PERMISSION)
@asks_for()
def write(line_id: int) -> Response:
    """Open the finding of a line and lead to its first step."""
    actor = current_actor()
    record_id = perform(actor.id, lambda uow: service.write_from_line(uow, actor, line_id))
    tell_done(_("The finding is begun."), _("What the checklist knows is in it already."))
    step = db.session().scalar(
        select(Task.id).where(
            Task.record_id == record_id, Task.element_id == FIRST_STEP, Task.state == TaskState.OPEN.value
        )
    )
    return redirect_303(address("inbox.task", task_id=step) if step else record_url("finding", record_id))


def _known(line: ChecklistLine) -> list[Fact]:
    named = (
        (_("Question"), line.question),
        (_("Requirement"), line.requirement),
        (_("Result"), result_words().get(line.result or "", "")),
        (_("Evidence"), line.evidence),
        (_("Samples"), line.samples),
        (_("Asked"), line.interviewee),
    )
    return [Fact(name, text) for name, text in named if text]
