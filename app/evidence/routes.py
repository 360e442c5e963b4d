"""The pages of evidence by clause."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from app.accounts import policy
from app.evidence.clauses import EDITION, Edition, edition_of
from app.evidence.coverage_page import clause_page, coverage_page
from app.evidence.record_pack import make_pack
from app.foundation import clock
from app.foundation.db import db
from app.foundation.settings import value_of
from app.foundation.unit_of_work import unit_of_work
from app.records.routes import current_store
from app.records.visibility import get_visible, scope_of
from app.web.forms import asks_for
from app.web.guards import current_actor, permission
from app.web.reader import current_reader

blueprint = Blueprint("evidence", __name__, url_prefix="/evidence", template_folder="templates")


@blueprint.get("")
@permission("evidence.read")
def page() -> str:
    """Show which clauses have fresh evidence, and where the gaps are."""
    shown = coverage_page(db.session(), current_actor(), current_reader(), _edition(), clock.now())
    return render_template("evidence/coverage.html", page=shown)


@blueprint.get("/clauses/<number>")
@permission("evidence.read")
def clause(number: str) -> str:
    """Show one clause with the latest steps that are its evidence."""
    site_id = request.args.get("site", type=int)
    shown = clause_page(db.session(), current_actor(), _edition(), number, site_id=site_id, now=clock.now())
    return render_template("evidence/clause.html", page=shown)


@blueprint.post("/records/<int:record_id>/pack")
@permission("evidence.read")
@asks_for()
def pack(record_id: int) -> Response:
    """Hand out the evidence pack of a record; the trail keeps that it was made."""
    actor = current_actor()
    with unit_of_work(actor.id) as uow:
        row = get_visible(uow.session, actor, record_id)
        policy.require(actor, "evidence.read", scope_of(row))
        made = make_pack(uow, current_store(), row)
    answer = Response(made.content, mimetype="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{made.name}"'
    answer.headers["X-Keel-Manifest"] = made.digest
    return answer


def _edition() -> Edition:
    asked = request.args.get("edition", "")
    return edition_of(asked or value_of(db.session(), EDITION))
