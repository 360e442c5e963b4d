"""Process insight: the list of definitions, and each one's diagram with its figures."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from app.foundation import clock
from app.foundation.db import db
from app.foundation.i18n import gettext as _
from app.indicators.frame import choice_of
from app.indicators.periods import Asked, asked_for, scope_for
from app.insight.look import Look
from app.insight.page import insight_page
from app.insight.queries import Running, running
from app.web.addresses import address
from app.web.guards import current_actor, permission
from app.web.parts import Column, Link

blueprint = Blueprint("insight", __name__, url_prefix="/insight", template_folder="templates")


@blueprint.get("")
@permission("indicators.read")
def listing() -> str:
    """Show every definition in force with what began, what is in hand and what is overdue."""
    actor, session, asked = current_actor(), db.session(), _asked()
    found = running(session, scope_for(actor, asked), clock.now())
    return render_template(
        "insight/listing.html",
        columns=_columns(),
        rows=[_row(one, asked) for one in found],
        choice=choice_of(session, actor, "insight.listing", asked),
    )


@blueprint.get("/<definition_key>")
@permission("indicators.read")
def page(definition_key: str) -> str:
    """Show a definition's diagram with its figures, their table twin, the ways taken and the cases behind."""
    version = request.args.get("version", "")
    look = Look(
        definition_key,
        _asked(),
        int(version) if version.isdecimal() and len(version) < 10 else 0,
        request.args.get("pick", "")[:160],
    )
    return render_template(
        "insight/page.html", page=insight_page(db.session(), current_actor(), look, clock.now())
    )


def _asked() -> Asked:
    return asked_for(request.args.to_dict(flat=False), clock.now().date())


def _columns() -> tuple[Column, ...]:
    return (
        Column("title", _("Lifecycle"), "link"),
        Column("number", _("Version"), "number"),
        Column("begun", _("Begun"), "number"),
        Column("open", _("In hand"), "number"),
        Column("overdue", _("Overdue tasks"), "number"),
    )


def _row(one: Running, asked: Asked) -> dict[str, object]:
    url = address("insight.page", definition_key=one.key, **asked.arguments())
    return {
        "title": Link(_(one.title), url),
        "number": one.number,
        "begun": one.begun,
        "open": one.open,
        "overdue": one.overdue,
    }
