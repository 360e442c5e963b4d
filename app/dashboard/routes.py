"""The dashboards. Period, site and process stand in the address."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from app.dashboard.desk import Desk
from app.dashboard.page import dashboard_page
from app.dashboard.views import BY_KEY, first_view
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.i18n import gettext as _
from app.indicators.frame import choice_of
from app.indicators.periods import asked_for
from app.web.guards import current_actor, permission
from app.web.reader import current_reader
from app.web.redirects import redirect_303

blueprint = Blueprint("dashboard", __name__, url_prefix="/dashboard", template_folder="templates")


class UnknownDashboard(NotFound):
    """There is no dashboard of that name."""


@blueprint.get("")
@permission("indicators.read")
def first() -> Response:
    """Lead to the dashboard that fits the person's roles."""
    view = first_view(frozenset(one.role for one in current_actor().grants))
    return redirect_303(url_for("dashboard.page", view_key=view.key))


@blueprint.get("/<view_key>")
@permission("indicators.read")
def page(view_key: str) -> str:
    """Show a dashboard."""
    view = BY_KEY.get(view_key)
    if view is None:
        raise UnknownDashboard(_("There is no dashboard of this name."))
    actor, session = current_actor(), db.session()
    asked = asked_for(request.args.to_dict(flat=False), clock.now().date())
    return render_template(
        "dashboard/dashboard.html",
        page=dashboard_page(Desk(session, actor, current_reader(), asked), view),
        choice=choice_of(session, actor, "dashboard.page", asked, view_key=view_key),
    )
