"""The page of notifications: read, open, mark as read, choose the daily mail."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from app.foundation.db import db
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import unit_of_work
from app.notifications import service
from app.notifications.page import door_of, lines
from app.web.flashes import tell_done
from app.web.forms import asks_for
from app.web.guards import current_actor, permission
from app.web.paging import cursor_asked_for, page_of
from app.web.redirects import redirect_303

blueprint = Blueprint("notifications", __name__, url_prefix="/notifications", template_folder="templates")
ORDER = "notifications"
UNREAD = "unread"


@blueprint.get("")
@permission("home.read")
def page() -> str:
    """Show what the person was told, the latest first."""
    actor, only_unread = current_actor(), request.args.get("show") == UNREAD
    cursor = cursor_asked_for(order=ORDER)
    before = int(cursor[0] or 0) if cursor else None
    found = service.notices(
        db.session(), actor, only_unread=only_unread, before=before, limit=service.PAGE + 1
    )
    shown = page_of(found, key=lambda one: (one.id,), order=ORDER, is_first=cursor is None, size=service.PAGE)
    return render_template(
        "notifications/page.html",
        lines=lines(shown.rows),
        page=shown,
        only_unread=only_unread,
        newest=found[0].id if found and cursor is None else 0,
        has_unread=service.unread_count(db.session(), actor) > 0,
        wants_digest=service.wants_digest(db.session(), actor.id),
    )


@blueprint.post("/<int:notice_id>/open")
@permission("home.read")
@asks_for()
def open_notice(notice_id: int) -> Response:
    """Mark one as read and go where it leads."""
    actor = current_actor()
    with unit_of_work(actor.id) as uow:
        notice = service.open_notice(uow, actor, notice_id)
    return redirect_303(door_of(notice))


@blueprint.post("/read")
@permission("home.read")
@asks_for("up_to")
def read_all() -> Response:
    """Mark everything that was shown as read."""
    actor, up_to = current_actor(), request.form.get("up_to", "")
    with unit_of_work(actor.id) as uow:
        service.read_all(uow, actor, int(up_to) if up_to.isdecimal() and len(up_to) < 18 else 0)
    tell_done(_("All are marked as read."))
    return redirect_303(url_for("notifications.page"))


@blueprint.post("/digest")
@permission("home.read")
@asks_for("digest")
def choose_digest() -> Response:
    """Keep whether the person wants the daily mail."""
    actor, is_wanted = current_actor(), request.form.get("digest") == "daily"
    with unit_of_work(actor.id) as uow:
        service.choose_digest(uow, actor.id, is_wanted=is_wanted)
    tell_done(_("A mail comes once a day.") if is_wanted else _("No mail is sent."))
    return redirect_303(url_for("notifications.page"))
