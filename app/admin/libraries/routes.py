"""The page on which an admin uploads a library of documents and sees what became of it."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from app.accounts import policy
from app.accounts.policy import Scope
from app.admin.libraries.presenter import upload_views
from app.foundation.db import db
from app.foundation.errors import Conflict, Invalid, Refused
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import unit_of_work
from app.imports.landing import clear_fault
from app.imports.uploads import take_upload
from app.records.routes import receive_upload
from app.web.flashes import tell_done, tell_refused
from app.web.forms import asks_for
from app.web.guards import current_actor, permission
from app.web.redirects import redirect_303

blueprint = Blueprint("admin_libraries", __name__, url_prefix="/admin/libraries")
PERMISSION = "imports.run"


@blueprint.get("")
@permission(PERMISSION)
def page() -> str:
    """Show the form, and the uploads there were with their progress."""
    policy.require(current_actor(), PERMISSION, Scope())
    shown = upload_views(db.session())
    is_busy = any(one.is_busy for one in shown)
    return render_template("admin/libraries.html", uploads=shown, is_busy=is_busy)


@blueprint.post("")
@permission(PERMISSION)
@asks_for("is_dry_run")
def upload() -> Response:
    """Keep a table and an archive for the job that looks at them."""
    actor = current_actor()
    policy.require(actor, PERMISSION, Scope())
    table, archive = _chosen("table"), _chosen("archive")
    if table is None or archive is None:
        tell_refused(_("Choose a table and an archive."))
        return redirect_303(url_for("admin_libraries.page"))
    try:
        received = receive_upload(table, actor), receive_upload(archive, actor)
        with unit_of_work(actor.id) as uow:
            take_upload(uow, *received, is_dry_run=request.form.get("is_dry_run") == "true")
    except Invalid as refusal:
        why = " ".join(one.sentence for one in refusal.problems)
        tell_refused(refusal.sentence, why)
    else:
        tell_done(_("It is uploaded."), _("Every row and file is looked at in a moment; stay or come back."))
    return redirect_303(url_for("admin_libraries.page"))


@blueprint.post("/<int:run_id>/resume")
@permission(PERMISSION)
@asks_for()
def resume(run_id: int) -> Response:
    """Let an import that had stopped go on."""
    policy.require(current_actor(), PERMISSION, Scope())
    try:
        clear_fault(run_id)
    except (Conflict, Refused) as refusal:
        tell_refused(refusal.sentence)
    else:
        tell_done(_("It goes on where it stopped."))
    return redirect_303(url_for("admin_libraries.page"))


def _chosen(name: str) -> FileStorage | None:
    found = request.files.get(name)
    return found if found is not None and found.filename else None
