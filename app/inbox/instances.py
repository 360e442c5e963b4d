"""The page of an instance, and the acts no diagram draws: hold, resume, cancel, each with a reason."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from app.accounts import policy
from app.foundation.db import db
from app.foundation.errors import Invalid, Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.inbox.instance_page import instance_page, seen_instance
from app.records.visibility import scope_of
from app.web.flashes import tell_done, tell_refused
from app.web.forms import asks_for
from app.web.guards import current_actor, permission
from app.web.reader import current_reader
from app.web.redirects import redirect_303
from app.workflow import holds
from app.workflow.acts import perform
from app.workflow.models import ProcessInstance

blueprint = Blueprint("instances", __name__, url_prefix="/instances")

Act = Callable[[UnitOfWork, int, str], ProcessInstance]


class NotConfirmed(Invalid):
    """What cannot be undone was not confirmed by typing the record's number."""


@blueprint.get("/<int:instance_id>")
@permission("home.read")
def page(instance_id: int) -> str:
    """Show where an instance stands, what it waits for, and why it went this way."""
    shown = instance_page(db.session(), current_actor(), instance_id, current_reader())
    diagram = Markup(shown.diagram)  # noqa: S704  drawn by us from a hardened parse, every text escaped
    return render_template("inbox/instance.html", page=shown, diagram=diagram)


@blueprint.post("/<int:instance_id>/hold")
@permission("instances.hold")
@asks_for("reason")
def hold(instance_id: int) -> Response:
    """Put it on hold."""
    return _act(instance_id, "instances.hold", holds.hold, _("It is on hold. Its tasks wait."))


@blueprint.post("/<int:instance_id>/resume")
@permission("instances.hold")
@asks_for("reason")
def resume(instance_id: int) -> Response:
    """Let it go on."""
    return _act(instance_id, "instances.hold", holds.resume, _("It goes on. What is due moved by the wait."))


@blueprint.post("/<int:instance_id>/cancel")
@permission("instances.cancel")
@asks_for("reason", "typed")
def cancel(instance_id: int) -> Response:
    """End it where it stands."""
    return _act(instance_id, "instances.cancel", _cancel, _("It is cancelled. The story is kept."))


def _act(instance_id: int, needed: str, act: Act, told: str) -> Response:
    actor, reason = current_actor(), request.form.get("reason", "")[:500]
    _row, record = seen_instance(db.session(), actor, instance_id)
    policy.require(actor, needed, scope_of(record))
    try:
        perform(actor.id, lambda uow: act(uow, instance_id, reason))
    except Invalid as refusal:
        tell_refused(_("Nothing was changed."), refusal.sentence)
    else:
        tell_done(told)
    return redirect_303(url_for("instances.page", instance_id=instance_id))


def _cancel(uow: UnitOfWork, instance_id: int, reason: str) -> ProcessInstance:
    _row, record = seen_instance(uow.session, current_actor(), instance_id)
    if request.form.get("typed", "").strip() != record.number:
        sentence = _("Type %(number)s to confirm that it ends here.", number=record.number)
        raise NotConfirmed(sentence, [Problem("typed", "confirm", sentence)])
    return holds.cancel(uow, instance_id, reason)
