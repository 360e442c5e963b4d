"""The first page of administration: one tile for each thing an admin can do."""

from __future__ import annotations

from flask import Blueprint, render_template

from app.admin.navigation import admin_pages
from app.evidence.trail_checks import failed_check
from app.foundation.db import db
from app.web.guards import may, permission

blueprint = Blueprint("admin", __name__, url_prefix="/admin", template_folder="../templates")


@blueprint.get("")
@permission("admin.read")
def page() -> str:
    """Show what the person may administer."""
    pages = [one for one in admin_pages() if may(one.permission)]
    alarm = failed_check(db.session()) if may("trail.read") else None
    return render_template("admin/overview.html", pages=pages, alarm=alarm.sentence if alarm else "")
