"""The pages of indicators. Period and site stand in the address."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from app.foundation import clock
from app.foundation.db import db
from app.indicators.frame import choice_of
from app.indicators.listing import areas
from app.indicators.one_page import indicator_page
from app.indicators.periods import asked_for
from app.indicators.service import indicator_of
from app.web.guards import current_actor, permission
from app.web.reader import current_reader
from app.workflow.figures import shared_looks

blueprint = Blueprint("indicators", __name__, url_prefix="/indicators", template_folder="templates")


@blueprint.get("")
@permission("indicators.read")
def listing() -> str:
    """Show all indicators by area."""
    actor, session = current_actor(), db.session()
    asked = asked_for(request.args.to_dict(flat=False), clock.now().date())
    with shared_looks(session):
        shown = areas(session, actor, asked)
    return render_template(
        "indicators/listing.html",
        areas=shown,
        choice=choice_of(session, actor, "indicators.listing", asked),
    )


@blueprint.get("/<indicator_key>")
@permission("indicators.read")
def page(indicator_key: str) -> str:
    """Show one indicator: how it is computed, its months, its sites, and the rows it counts."""
    actor, session = current_actor(), db.session()
    indicator_of(indicator_key)
    asked = asked_for(request.args.to_dict(flat=False), clock.now().date())
    return render_template(
        "indicators/page.html",
        page=indicator_page(session, actor, current_reader(), indicator_key, asked),
        choice=choice_of(session, actor, "indicators.page", asked, indicator_key=indicator_key),
    )
