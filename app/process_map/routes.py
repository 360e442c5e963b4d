"""Pages of the map and of a process, and describing a process."""

from __future__ import annotations

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from app.accounts import policy
from app.accounts.policy import Scope
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Conflict, Invalid, QmsError
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import unit_of_work
from app.organisation.models import BusinessProcess
from app.process_map import context_routes, part_routes
from app.process_map.fields import profile_schema, profile_views
from app.process_map.map_page import map_page, process_url
from app.process_map.process_page import process_page
from app.process_map.processes import (
    EDIT,
    Profile,
    Versions,
    keep_profile,
    may_maintain,
    process_row,
    profile_of,
    require_edit,
)
from app.web.flashes import tell_done
from app.web.forms import answer_with, read_form, typed_answers, with_answers
from app.web.guards import current_actor, may, permission
from app.web.redirects import redirect_303

READ = "processes.read"
FIGURES = "indicators.read"
blueprint = Blueprint("process_map", __name__, template_folder="templates")
BLUEPRINTS = (blueprint, part_routes.blueprint, context_routes.blueprint)


@blueprint.get("/processes")
@permission(READ)
def page() -> str:
    """Show the map of processes, and the same in words."""
    shown = map_page(db.session(), clock.now().date())
    may_admin = policy.can(current_actor(), "admin.organisation", Scope())
    return render_template(
        "process_map/map.html",
        page=shown,
        may_maintain=_may_maintain(),
        may_admin=may_admin,
        sees_figures=may(FIGURES),
    )


@blueprint.get("/processes/<int:process_id>")
@permission(READ)
def process(process_id: int) -> str:
    """Show a process as a turtle, with its records."""
    shown = process_page(db.session(), current_actor(), process_id, clock.now().date())
    return render_template("process_map/process.html", page=shown, sees_figures=may(FIGURES))


@blueprint.get("/processes/<int:process_id>/edit")
@permission(EDIT)
def edit_page(process_id: int) -> Response:
    """Ask what a process is for, who owns it, what it needs."""
    return _form(_editable(process_id))


@blueprint.post("/processes/<int:process_id>/edit")
@permission(EDIT)
def edit(process_id: int) -> Response:
    """Keep what is said about a process."""
    row = _editable(process_id)
    try:
        answers = read_form(profile_schema(is_whole=_may_maintain()))
        shown = Versions(answers.pop("entry_version"), answers.pop("row_version"))
        own = {"owner_id": row.owner_id, "process_kind": row.process_kind, "importance": row.importance}
        with unit_of_work(current_actor().id) as uow:
            keep_profile(uow, process_id, Profile(**{**own, **answers}), shown)
    except (Invalid, Conflict) as refusal:
        return _form(row, refusal)
    tell_done(_("%(name)s is kept.", name=row.name))
    return redirect_303(process_url(process_id))


def _editable(process_id: int) -> BusinessProcess:
    row = process_row(db.session(), process_id)
    require_edit(current_actor(), (row,))
    return row


def _may_maintain() -> bool:
    return may_maintain(current_actor())


def _form(row: BusinessProcess, refusal: QmsError | None = None) -> Response:
    session = db.session()
    profile, versions = profile_of(session, row.id)
    problems = refusal.problems if isinstance(refusal, Invalid) else ()
    views = profile_views(session, profile, is_whole=_may_maintain())
    shown = with_answers(views, typed_answers() if refusal else {}, problems)
    page = render_template(
        "process_map/edit.html",
        name=row.name,
        url=process_url(row.id),
        fields=shown,
        hidden={"row_version": versions.profile, "entry_version": versions.entry},
        labels={view.key: view.label for view in views},
        refusal=refusal,
        problems=problems,
    )
    return answer_with(page, refusal)
