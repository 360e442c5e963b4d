"""The page behind a figure of a trend."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from app.foundation import clock
from app.foundation.db import db
from app.quality_events.trends import Series
from app.trends.counted_page import counted_page, month_of
from app.web.guards import current_actor, permission

blueprint = Blueprint("trends", __name__, template_folder="templates")
BLUEPRINTS = (blueprint,)


@blueprint.get("/trends/counted")
@permission("records.read")
def counted() -> str:
    """Show exactly the records that a series counts in a month."""
    page = counted_page(
        db.session(),
        current_actor(),
        series=Series.of_key(request.args.get("series", "")),
        month=month_of(request.args.get("month", ""), clock.now()),
    )
    return render_template("trends/counted.html", page=page)
