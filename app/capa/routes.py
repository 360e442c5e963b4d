"""The acts of the domain that are no task: reporting units that went without a failure."""

from __future__ import annotations

from flask import Blueprint, render_template
from marshmallow import fields, validate
from werkzeug.wrappers import Response

from app.capa import service
from app.capa.models import Capa
from app.foundation.db import db
from app.foundation.errors import Invalid
from app.foundation.i18n import gettext as _
from app.records.urls import record_url
from app.web.fields import FieldView
from app.web.flashes import tell_done
from app.web.forms import FormSchema, answer_with, read_form, typed_answers, with_answers
from app.web.guards import current_actor, permission
from app.web.redirects import redirect_303
from app.workflow.acts import perform

MOST_UNITS = 1_000_000_000

blueprint = Blueprint("capa_acts", __name__, template_folder="templates")
BLUEPRINTS = (blueprint,)


class CleanUnitsForm(FormSchema):
    """How many units went without a failure since the actions were in place, and where that is known from."""

    units = fields.Int(required=True, validate=validate.Range(0, MOST_UNITS))
    note = fields.Str(required=True)


@blueprint.get("/capas/<int:record_id>/clean-units")
@permission(service.PERMISSION)
def clean_units(record_id: int) -> Response:
    """Ask for the units that went without a failure."""
    return _page(service.capa_for(db.session(), current_actor(), record_id))


@blueprint.post("/capas/<int:record_id>/clean-units")
@permission(service.PERMISSION)
def report_clean_units(record_id: int) -> Response:
    """Note the units; enough of them may end the waiting period."""
    actor = current_actor()
    row = service.capa_for(db.session(), actor, record_id)
    try:
        answers = read_form(CleanUnitsForm())
        perform(actor.id, lambda uow: service.report_clean_units(uow, actor, record_id, **answers))
    except Invalid as refusal:
        return _page(row, refusal)
    tell_done(_("The units are noted."), _("Enough of them end the waiting period after half of its time."))
    return redirect_303(record_url(row.kind, record_id))


def _page(row: Capa, refusal: Invalid | None = None) -> Response:
    typed = typed_answers() if refusal else {}
    problems = refusal.problems if refusal else ()
    shown = with_answers(_fields(row), typed, problems)
    page = render_template(
        "capa/clean_units.html",
        number=row.number,
        url=record_url(row.kind, row.id),
        record_id=row.id,
        fields=shown,
        labels={view.key: view.label for view in shown},
        refusal=refusal,
        problems=problems,
    )
    return answer_with(page, refusal)


def _fields(row: Capa) -> tuple[FieldView, ...]:
    wanted = _("The plan asks for %(wanted)s.", wanted=row.min_clean_units) if row.min_clean_units else ""
    return (
        FieldView(
            "units",
            "number",
            _("Units without a failure since the actions were in place"),
            value=row.clean_units,
            help=wanted,
            is_required=True,
            limits={"min": row.clean_units, "step": 1},
        ),
        FieldView(
            "note", "textfield", _("Where you know it from"), is_required=True, limits={"maxlength": 300}
        ),
    )
