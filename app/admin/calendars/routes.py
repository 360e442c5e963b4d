"""The page of a site's calendar: hours by weekday, and days unlike their weekday."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from app.accounts import policy
from app.accounts.policy import Scope
from app.admin.organisation import fields as shown
from app.admin.organisation import forms
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Invalid, QmsError
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import unit_of_work
from app.foundation.working_time import public_holidays
from app.organisation import calendars, service
from app.organisation.kinds import KINDS, KindKey
from app.web.fields import FieldView
from app.web.flashes import tell_done
from app.web.forms import answer_with, asks_for, read_form, typed_answers, with_answers
from app.web.guards import current_actor, permission
from app.web.redirects import redirect_303

blueprint = Blueprint("admin_calendars", __name__, url_prefix="/admin/sites/<int:site_id>/calendar")
PERMISSION = "admin.organisation"


@blueprint.get("")
@permission(PERMISSION)
def page(site_id: int) -> Response:
    """Show the calendar of a site one administers."""
    return _page(site_id)


@blueprint.post("/hours")
@permission(PERMISSION)
def set_hours(site_id: int) -> Response:
    """Keep the hours of the week."""
    actor = current_actor()
    policy.require(actor, PERMISSION, Scope(site_id))
    try:
        answers = read_form(forms.hours_form())
        with unit_of_work(actor.id) as uow:
            calendars.set_hours(uow, site_id, [answers[f"hours{number}"] for number in calendars.WEEKDAYS])
    except Invalid as refusal:
        return _page(site_id, "hours", refusal)
    return _back(site_id, _("The hours are kept."), _("They count for due dates reckoned from now on."))


@blueprint.post("/days")
@permission(PERMISSION)
def add_day(site_id: int) -> Response:
    """Keep a day unlike its weekday."""
    actor = current_actor()
    policy.require(actor, PERMISSION, Scope(site_id))
    try:
        answers = read_form(forms.SpecialDayForm())
        with unit_of_work(actor.id) as uow:
            is_worked = answers["kind"] == "worked"
            calendars.add_special_day(uow, site_id, answers["day"], answers["name"], is_worked=is_worked)
    except Invalid as refusal:
        return _page(site_id, "day", refusal)
    return _back(site_id, _("The day is kept."))


@blueprint.post("/days/<int:special_id>/remove")
@permission(PERMISSION)
@asks_for()
def remove_day(site_id: int, special_id: int) -> Response:
    """Let a special day be like its weekday again."""
    actor = current_actor()
    policy.require(actor, PERMISSION, Scope(site_id))
    with unit_of_work(actor.id) as uow:
        calendars.remove_special_day(uow, site_id, special_id)
    return _back(site_id, _("The day is like its weekday again."))


def _page(site_id: int, part: str = "", refusal: QmsError | None = None) -> Response:
    policy.require(current_actor(), PERMISSION, Scope(site_id))
    session = db.session()
    site = service.entry(session, KINDS[KindKey.SITE], site_id).entry
    parts: dict[str, tuple[FieldView, ...]] = {
        "hours": shown.hours_fields(calendars.hours_in_words(session, site_id)),
        "day": shown.special_day_fields(),
    }
    problems = refusal.problems if isinstance(refusal, Invalid) else ()
    if refusal is not None:
        parts[part] = with_answers(parts[part], typed_answers(), problems)
    year = clock.now().year
    page_text = render_template(
        "admin/calendar.html",
        site=site,
        site_id=site_id,
        parts=parts,
        refused=part,
        refusal=refusal,
        problems=problems,
        labels={view.key: view.label for view in parts.get(part, ())},
        specials=calendars.special_days(session, site_id),
        holidays=public_holidays(site.country, site.subdivision or "", year) if site.country else {},
        year=year,
    )
    return answer_with(page_text, refusal)


def _back(site_id: int, headline: str, text: str = "") -> Response:
    tell_done(headline, text)
    return redirect_303(url_for("admin_calendars.page", site_id=site_id))
