"""Pages of risks beside their registers: the map, why a score is what it is, and the appetite."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template, request
from marshmallow import fields, validate
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.accounts.models import Person
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Invalid
from app.foundation.i18n import gettext as _
from app.organisation.models import Site
from app.records.visibility import RecordUnseen, get_visible
from app.risks.map_heat import SITE, by_words
from app.risks.map_page import map_page
from app.risks.models import Risk, RiskKind
from app.risks.standing import APPETITE, appetite_history, appetites, set_appetite
from app.risks.tabs import risk_tabs
from app.risks.weights_page import weights_page
from app.risks.why_page import why_page
from app.risks.words import category_words
from app.web.fields import FieldView, Option
from app.web.flashes import tell_done
from app.web.forms import FormSchema, answer_with, read_form, typed_answers, with_answers
from app.web.guards import current_actor, may, permission
from app.web.redirects import redirect_303
from app.workflow.acts import perform

blueprint = Blueprint("risks", __name__, template_folder="templates")
BLUEPRINTS = (blueprint,)
EVERY = "all"


class AppetiteForm(FormSchema):
    """How high a score is carried, where, and why."""

    category = fields.Str(validate=validate.OneOf([EVERY, *category_words()]))
    site = fields.Str(validate=validate.Regexp(r"(all|[0-9]{1,9})\Z"))
    appetite = fields.Int(required=True, validate=validate.Range(1, 25))
    reason = fields.Str(required=True)


@blueprint.get("/risks/map")
@permission("records.read")
def map() -> str:  # noqa: A001  the endpoint is the page's name
    """Show where risks lie: heat tables, both matrices, movers."""
    kind = request.args.get("risk_kind", "")
    by = request.args.get("by", "")
    page = map_page(
        db.session(),
        current_actor(),
        kind=kind if kind in set(RiskKind) else RiskKind.RISK.value,
        by=by if by in by_words() else SITE,
        now=clock.now(),
    )
    return render_template("risks/map.html", page=page)


@blueprint.get("/risks/<int:record_id>/why")
@permission("home.read")
def why(record_id: int) -> str:
    """Show why a risk stands where it stands, at the day that the address asks for."""
    actor, now = current_actor(), clock.now()
    risk = get_visible(db.session(), actor, record_id)
    if not isinstance(risk, Risk):
        raise RecordUnseen(_("There is no such record, or it is not for you to see."))
    page = why_page(db.session(), actor, risk, on=_day_asked_for(now.date()), now=now)
    return render_template("risks/why.html", page=page, record_id=record_id)


@blueprint.get("/risks/weights")
@permission("home.read")
def weights() -> str:
    """Show how exposure is computed, with the weights of the day that the address asks for."""
    now = clock.now()
    page = weights_page(db.session(), on=_day_asked_for(now.date()), now=now)
    return render_template("risks/weights.html", page=page, may_change=may("admin.settings"))


@blueprint.get("/risks/appetite")
@permission("records.read")
def appetite() -> Response:
    """Show how much risk the company carries, where, and since when."""
    return _appetite()


@blueprint.post("/risks/appetite")
@permission("risks.appetite")
def decide_appetite() -> Response:
    """Decide on the appetite of a category or a site."""
    actor = current_actor()
    try:
        answers = read_form(AppetiteForm())
        category, site = answers.get("category", EVERY), answers.get("site", EVERY)
        perform(
            actor.id,
            lambda uow: set_appetite(
                uow,
                category=None if category == EVERY else category,
                site_id=None if site == EVERY else int(site),
                appetite=answers["appetite"],
                reason=answers["reason"],
            ),
        )
    except Invalid as refusal:
        return _appetite(refusal)
    tell_done(_("The appetite is set."), _("Every list and the map follow it from here on."))
    return redirect_303("/risks/appetite")


def _appetite(refusal: Invalid | None = None) -> Response:
    session = db.session()
    problems = refusal.problems if refusal else ()
    sites = {row.id: row.name for row in session.execute(select(Site.id, Site.name).order_by(Site.name))}
    shown = with_answers(_fields(sites), typed_answers() if refusal else {}, problems)
    page = render_template(
        "risks/appetite.html",
        tabs=risk_tabs("appetite"),
        usual=APPETITE.default,
        in_force=appetites(session),
        history=appetite_history(session),
        sites=sites,
        people={row.id: row.name for row in session.execute(select(Person.id, Person.name))},
        categories=category_words(),
        fields=shown,
        labels={view.key: view.label for view in shown},
        refusal=refusal,
        problems=problems,
        may_decide=may("risks.appetite"),
    )
    return answer_with(page, refusal)


def _fields(sites: dict[int, str]) -> tuple[FieldView, ...]:
    everywhere = Option(EVERY, _("every site"))
    return (
        FieldView(
            "category",
            "select",
            _("Category"),
            value=EVERY,
            is_required=True,
            options=(
                Option(EVERY, _("every category")),
                *(Option(key, word) for key, word in category_words().items()),
            ),
        ),
        FieldView(
            "site",
            "select",
            _("Site"),
            value=EVERY,
            is_required=True,
            options=(everywhere, *(Option(str(key), name) for key, name in sites.items())),
        ),
        FieldView(
            "appetite",
            "number",
            _("Highest score that is carried"),
            is_required=True,
            limits={"min": 1, "max": 25, "step": 1},
        ),
        FieldView("reason", "textfield", _("Why"), is_required=True, limits={"maxlength": 300}),
    )


def _day_asked_for(today: date) -> date:
    try:
        return min(date.fromisoformat(request.args.get("on", "")), today)
    except ValueError:
        return today
