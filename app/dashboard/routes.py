"""The dashboards. Period, site and process stand in the address."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, render_template, request, url_for
from werkzeug.wrappers import Response as BareResponse

from app.dashboard.desk import Desk
from app.dashboard.page import dashboard_page
from app.dashboard.paper import Shown, dashboard_paper
from app.dashboard.views import BY_KEY, View, first_view
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.i18n import gettext as _
from app.indicators.frame import Choice, choice_of
from app.indicators.periods import asked_for
from app.printing.rendering import render
from app.web.addresses import address
from app.web.environment import day
from app.web.guards import current_actor, permission
from app.web.reader import current_reader
from app.web.redirects import redirect_303
from app.workflow.figures import shared_looks
from config import Config

blueprint = Blueprint("dashboard", __name__, url_prefix="/dashboard", template_folder="templates")


class UnknownDashboard(NotFound):
    """There is no dashboard of that name."""


@blueprint.get("")
@permission("indicators.read")
def first() -> BareResponse:
    """Lead to the dashboard that fits the person's roles."""
    view = first_view(frozenset(one.role for one in current_actor().grants))
    return redirect_303(url_for("dashboard.page", view_key=view.key))


@blueprint.get("/<view_key>")
@permission("indicators.read")
def page(view_key: str) -> str:
    """Show a dashboard."""
    desk, view, choice = _looked_at(view_key)
    with shared_looks(desk.session):
        shown = dashboard_page(desk, view)
    paper_url = address("dashboard.paper", view_key=view_key, **desk.asked.arguments())
    return render_template("dashboard/dashboard.html", page=shown, choice=choice, paper_url=paper_url)


@blueprint.get("/<view_key>/paper.pdf")
@permission("indicators.read")
def paper(view_key: str) -> Response:
    """Hand out a dashboard as PDF, with the figures of the same address."""
    desk, view, choice = _looked_at(view_key)
    with shared_looks(desk.session):
        shown = dashboard_page(desk, view)
    words = Shown(
        period=_(
            "%(first)s to %(last)s",
            first=day(desk.asked.first),
            last=day(desk.asked.last),
        ),
        site=next((one.label for one in choice.sites if one.is_current), _("No such site")),
        process=choice.process,
    )
    config: Config = current_app.config["KEEL"]
    made = dashboard_paper(desk, shown, words, clock.now())
    desk.session.rollback()  # setting a paper takes seconds; nothing is held meanwhile
    answer = Response(render(made, config.fonts).content, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="dashboard-{view.key}.pdf"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _looked_at(view_key: str) -> tuple[Desk, View, Choice]:
    view = BY_KEY.get(view_key)
    if view is None:
        raise UnknownDashboard(_("There is no dashboard of this name."))
    actor, session = current_actor(), db.session()
    asked = asked_for(request.args.to_dict(flat=False), clock.now().date())
    choice = choice_of(session, actor, "dashboard.page", asked, view_key=view_key)
    return Desk(session, actor, current_reader(), asked), view, choice
