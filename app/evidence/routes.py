"""The pages of evidence by clause."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from app.evidence.clauses import EDITION, Edition, edition_of
from app.evidence.coverage_page import clause_page, coverage_page
from app.foundation import clock
from app.foundation.db import db
from app.foundation.settings import value_of
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


def _edition() -> Edition:
    asked = request.args.get("edition", "")
    return edition_of(asked or value_of(db.session(), EDITION))
