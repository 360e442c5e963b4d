"""Pages of the hand-over: who left with something in hand, and who takes it over."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, url_for
from marshmallow import fields, validate
from werkzeug.wrappers import Response

from app.accounts import people, policy
from app.accounts.policy import Scope
from app.admin.handover import presenter, service
from app.admin.handover.holdings import HeldKind, Leaving, held_by, people_to_hand_over
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Invalid
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.foundation.unit_of_work import unit_of_work
from app.web.flashes import tell_done
from app.web.forms import FormSchema, answer_with, id_answer, read_form, typed_answers, with_answers
from app.web.guards import current_actor, permission
from app.web.redirects import redirect_303

blueprint = Blueprint("admin_handover", __name__, url_prefix="/admin")
PERMISSION = "admin.people"


class HandoverForm(FormSchema):
    """Who takes over what; a kind without an answer goes to who takes over everything."""

    reason = fields.Str(required=True, validate=validate.Length(max=500))
    everything = id_answer(load_default=None)
    tasks = fields.Str(load_default="", validate=validate.Regexp(presenter.CHOICE))
    records = fields.Str(load_default="", validate=validate.Regexp(presenter.CHOICE))
    roles = fields.Str(load_default="", validate=validate.Regexp(presenter.CHOICE))
    processes = fields.Str(load_default="", validate=validate.Regexp(presenter.CHOICE))
    led = fields.Str(load_default="", validate=validate.Regexp(presenter.CHOICE))
    chains = fields.Str(load_default="", validate=validate.Regexp(presenter.CHOICE))


@blueprint.get("/handovers")
@permission(PERMISSION)
def open_ones() -> str:
    """Show who left and still holds something."""
    policy.require(current_actor(), PERMISSION, Scope())
    session = db.session()
    ids = people_to_hand_over(session, clock.now().date())
    return render_template(
        "admin/handovers.html", columns=presenter.columns(), rows=presenter.rows(session, ids)
    )


@blueprint.get("/people/<int:person_id>/handover")
@permission(PERMISSION)
def page(person_id: int) -> Response:
    """Show what a person holds, and once the account is closed, who takes over what."""
    return _page(person_id)


@blueprint.post("/people/<int:person_id>/handover")
@permission(PERMISSION)
def hand_over(person_id: int) -> Response:
    """Let others take over, in one act."""
    actor = current_actor()
    policy.require(actor, PERMISSION, Scope())
    try:
        answers = read_form(HandoverForm())
        with unit_of_work(actor.id) as uow:
            held = held_by(Leaving(uow.session, person_id, uow.now.date()))
            takers = {kind: chosen for kind in held if (chosen := _taker(answers, kind)) is not _LEFT}
            counts = service.hand_over(uow, person_id, takers, answers["reason"])
    except Invalid as refusal:
        return _page(person_id, refusal)
    told = ngettext("%(num)s thing changed hands.", "%(num)s things changed hands.", sum(counts.values()))
    tell_done(_("It is handed over."), told)
    return redirect_303(url_for("admin_handover.page", person_id=person_id))


_LEFT = -1  # a kind for which nobody was chosen stays as it is


def _taker(answers: dict[str, Any], kind: HeldKind) -> int | None:
    chosen = answers[kind.value]
    if chosen == presenter.NOBODY:
        return None
    if chosen:
        return int(chosen)
    return answers["everything"] or _LEFT


def _page(person_id: int, refusal: Invalid | None = None) -> Response:
    actor, session, today = current_actor(), db.session(), clock.now().date()
    policy.require(actor, PERMISSION, Scope())
    shown = presenter.handover_page(Leaving(session, person_id, today, actor))
    views = shown.fields
    problems = refusal.problems if refusal else ()
    if refusal is not None:
        views = with_answers(views, typed_answers(), problems)
    page_text = render_template(
        "admin/handover.html",
        line=people.person(session, person_id),
        page=shown,
        fields=views,
        refusal=refusal,
        problems=problems,
        labels={view.key: view.label for view in views},
    )
    return answer_with(page_text, refusal)
