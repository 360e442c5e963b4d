"""Forms of measures, inputs and outputs, issues, interested parties and required roles."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request
from marshmallow import fields
from werkzeug.wrappers import Response

from app.foundation.db import db
from app.foundation.errors import Conflict, Invalid, QmsError
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import unit_of_work
from app.process_map.fields import part_schema, part_values, part_views
from app.process_map.history import history_of
from app.process_map.maintain import (
    add_part,
    change_part,
    end_part,
    part_row,
    processes_of,
    subject_of,
    values_of,
)
from app.process_map.models import Maintained
from app.process_map.parts import PARTS, Part, PartKey
from app.process_map.processes import EDIT, process_row, require_edit
from app.web.addresses import address
from app.web.flashes import tell_done
from app.web.forms import FormSchema, answer_with, read_form, typed_answers, with_answers
from app.web.guards import LARGEST_ID, current_actor, permission
from app.web.redirects import redirect_303

OF_A_PROCESS = frozenset({PartKey.MEASURE, PartKey.FLOW})
blueprint = Blueprint("process_parts", __name__, url_prefix="/processes/parts", template_folder="templates")


class EndForm(FormSchema):
    """Why something is gone."""

    reason = fields.Str(load_default="")


@blueprint.get("/<part_key>/new")
@permission(EDIT)
def add_page(part_key: str) -> Response:
    """Show the form of a fresh row."""
    part, process_id = _part(part_key), _process_asked_for(part_key)
    given = {"to_process_id": process_id} if request.args.get("end") == "to" else {}
    given = {"from_process_id": process_id} if request.args.get("end") == "from" else given
    return _form(part, process_id, given=given)


@blueprint.post("/<part_key>/new")
@permission(EDIT)
def add(part_key: str) -> Response:
    """Keep a fresh row."""
    part, process_id = _part(part_key), _process_asked_for(part_key)
    try:
        answers = read_form(part_schema(part))
        with unit_of_work(current_actor().id) as uow:
            add_part(uow, part, part_values(part, answers), process_id=process_id)
    except Invalid as refusal:
        return _form(part, process_id, refusal=refusal)
    tell_done(_("It is kept."))
    return redirect_303(_home_of(part, process_id))


@blueprint.get("/<part_key>/<int:part_id>")
@permission(EDIT)
def change_page(part_key: str, part_id: int) -> Response:
    """Show the form of a row, and what was done to it."""
    part, row = _row(part_key, part_id)
    return _form(part, _process_of(row), row=row)


@blueprint.post("/<part_key>/<int:part_id>")
@permission(EDIT)
def change(part_key: str, part_id: int) -> Response:
    """Change a row."""
    part, row = _row(part_key, part_id)
    process_id = _process_of(row)
    try:
        answers = read_form(part_schema(part))
        values, version = part_values(part, answers), answers["row_version"]
        with unit_of_work(current_actor().id) as uow:
            change_part(uow, part, part_id, values, row_version=version)
    except (Invalid, Conflict) as refusal:
        return _form(part, process_id, row=row, refusal=refusal)
    tell_done(_("It is kept."))
    return redirect_303(_home_of(part, process_id))


@blueprint.post("/<part_key>/<int:part_id>/end")
@permission(EDIT)
def end(part_key: str, part_id: int) -> Response:
    """Take a row out of use."""
    part, row = _row(part_key, part_id)
    try:
        reason = read_form(EndForm())["reason"]
        with unit_of_work(current_actor().id) as uow:
            end_part(uow, part, part_id, reason=reason)
    except Invalid as refusal:
        return _form(part, _process_of(row), row=row, refusal=refusal)
    tell_done(_("It is taken out of use."), _("The history keeps it."))
    return redirect_303(_home_of(part, _process_of(row)))


def _part(part_key: str) -> Part:
    if part_key not in set(PartKey):
        abort(404)
    return PARTS[PartKey(part_key)]


def _row(part_key: str, part_id: int) -> tuple[Part, Maintained]:
    part = _part(part_key)
    row = part_row(db.session(), part, part_id)
    _require(processes_of(row))
    return part, row


def _process_asked_for(part_key: str) -> int | None:
    """Return the process of the address, when the part is one of a process and somebody may edit it."""
    asked = request.args.get("process", "")
    if part_key not in OF_A_PROCESS or not (asked.isdecimal() and int(asked) <= LARGEST_ID):
        if part_key == PartKey.MEASURE:
            abort(404)
        _require(())
        return None
    process_id = process_row(db.session(), int(asked)).id
    _require((process_id,))
    return process_id


def _require(process_ids: tuple[int, ...]) -> None:
    """Pass for those who maintain everything, and for the owner of one of the processes."""
    require_edit(current_actor(), [process_row(db.session(), one) for one in process_ids])


def _process_of(row: Maintained) -> int | None:
    asked = request.args.get("process", "")
    own = processes_of(row)
    return int(asked) if asked.isdecimal() and int(asked) in own else next(iter(own), None)


def _home_of(part: Part, process_id: int | None) -> str:
    if process_id is not None and part.key in OF_A_PROCESS:
        return address("process_map.process", process_id=process_id)
    homes = {PartKey.ROLE: "context.roles", PartKey.FLOW: "process_map.page"}
    return address(homes.get(part.key, "context.page"))


def _form(
    part: Part,
    process_id: int | None,
    *,
    row: Maintained | None = None,
    given: dict[str, int | None] | None = None,
    refusal: QmsError | None = None,
) -> Response:
    session = db.session()
    problems = refusal.problems if isinstance(refusal, Invalid) else ()
    views = part_views(session, part, values_of(part, row) if row else given or {})
    subject = subject_of(part, row) if row else None
    page = render_template(
        "process_map/part.html",
        title=part.title(),
        home=_home_of(part, process_id),
        row=row,
        end_url=address("process_parts.end", part_key=part.key.value, part_id=row.id) if row else "",
        needs_reason=part.needs_reason_to_end,
        fields=with_answers(views, typed_answers() if refusal else {}, problems),
        labels={view.key: view.label for view in views},
        deeds=history_of(session, subject.kind, row.id) if row and subject else (),
        refusal=refusal,
        problems=problems,
    )
    return answer_with(page, refusal)
