"""The page of patterns. What it shows for which period and site stands in the address."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from app.foundation import clock
from app.foundation.db import db
from app.patterns.page import PERIODS, USUAL_PERIOD, patterns_page
from app.web.guards import current_actor, permission
from app.web.reader import current_reader

blueprint = Blueprint("patterns", __name__, template_folder="templates")


@blueprint.get("/patterns")
@permission("records.read")
def page() -> str:
    """Show what repeats, with the records behind every figure."""
    days = request.args.get("days", type=int)
    site_id = request.args.get("site", type=int)
    shown = patterns_page(
        db.session(),
        current_actor(),
        current_reader(),
        days=days if days in PERIODS else USUAL_PERIOD,
        site_id=site_id,
        now=clock.now(),
    )
    return render_template("patterns/patterns.html", page=shown, opened=request.args.get("open", ""))
