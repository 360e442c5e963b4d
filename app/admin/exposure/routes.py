"""The page of the weights of exposure: the versions, a change with its reason, and what it would do."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from app.accounts import policy
from app.accounts.policy import Scope
from app.admin.exposure import presenter
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Invalid
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import unit_of_work
from app.quality_events.rules.exposure import Weights
from app.quality_events.settings import SHIPPED, read_weights, to_values, weights_at
from app.quality_events.weight_changes import decide
from app.quality_events.weight_words import weight_labels
from app.web.flashes import tell_done
from app.web.forms import answer_with, asks_for, typed_answers
from app.web.guards import current_actor, permission
from app.web.redirects import redirect_303

blueprint = Blueprint("admin_exposure", __name__, url_prefix="/admin/exposure")
PERMISSION = "admin.settings"
ASKED = (*to_values(SHIPPED), "reason")


@blueprint.get("")
@permission(PERMISSION)
def page() -> Response:
    """Show the weights in force, their versions, and the risks that events press hardest."""
    return _page()


@blueprint.post("/preview")
@permission(PERMISSION)
@asks_for(*ASKED)
def preview() -> Response:
    """Show what other weights would do to these risks; nothing is kept."""
    try:
        return _page(read_weights(typed_answers()))
    except Invalid as refusal:
        return _page(refusal=refusal)


@blueprint.post("")
@permission(PERMISSION)
@asks_for(*ASKED)
def keep() -> Response:
    """Put other weights in force from here on."""
    actor, typed = current_actor(), typed_answers()
    policy.require(actor, PERMISSION, Scope())
    try:
        with unit_of_work(actor.id) as uow:
            version = decide(uow, typed, typed.get("reason", ""))
    except Invalid as refusal:
        return _page(refusal=refusal)
    tell_done(
        _("Version %(version)s of the weights is in force.", version=version),
        _("Scores of earlier dates stay as they were."),
    )
    return redirect_303(url_for("admin_exposure.page"))


def _page(proposed: Weights | None = None, *, refusal: Invalid | None = None) -> Response:
    actor, session, at = current_actor(), db.session(), clock.now()
    policy.require(actor, PERMISSION, Scope())
    current = weights_at(session, at)
    typed = typed_answers() if proposed is not None or refusal is not None else {}
    problems = refusal.problems if refusal else ()
    rows = presenter.preview_rows(session, actor, current, proposed or current, at)
    drawn = render_template(
        "admin/exposure.html",
        groups=presenter.weight_fields(current, typed, problems),
        reason=presenter.reason_fields(typed, problems),
        refusal=refusal,
        problems=problems,
        labels={**weight_labels(), "reason": _("Why it changes")},
        is_preview=proposed is not None,
        columns=presenter.preview_columns(),
        rows=rows,
        nothing="" if rows else presenter.nothing_to_show(session),
        version_columns=presenter.version_columns(),
        versions=presenter.version_rows(session, SHIPPED),
    )
    return answer_with(drawn, refusal)
