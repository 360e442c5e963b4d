"""The pages of the trail: search, one entry, the last check, and the checkpoints to take away."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, current_app, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.evidence import trail_checks, trail_page
from app.evidence.trail_query import entries, entry_of, filters_of, reads_everything
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import unit_of_work
from app.trail.checkpoints import FILE_NAME, Checkpoint, CheckpointUnreadable, last_checkpoint
from app.web.flashes import tell_done
from app.web.forms import asks_for
from app.web.guards import current_actor, permission
from app.web.paging import Page, cursor_asked_for, encode_cursor
from app.web.reader import current_reader
from app.web.redirects import redirect_303

blueprint = Blueprint("trail", __name__, url_prefix="/trail", template_folder="templates")
ORDER = "trail"


class CheckpointsUnseen(NotFound):
    """The checkpoints are not for this person."""


@blueprint.get("")
@permission("trail.read")
def page() -> str:
    """Show the latest entries that fit the filters, and what the last check found."""
    actor, session = current_actor(), db.session()
    filters = filters_of(request.args)
    cursor = cursor_asked_for(order=ORDER)
    found = entries(session, actor, filters, before=int(cursor[0] or 0) if cursor else None)
    people, reader = trail_page.people_options(session), current_reader()
    checked, checkpoint = trail_checks.last_check(session), _last_checkpoint()
    return render_template(
        "evidence/trail.html",
        deeds=trail_page.deed_lines(session, found),
        filters=filters,
        chips=trail_page.filter_chips(filters, dict(people)),
        people=people,
        deed_choices=trail_page.deed_options(filters.verb),
        kind_choices=trail_page.kind_options(),
        page=Page(
            rows=tuple(found.entries),
            after=encode_cursor((found.next_before,), order=ORDER) if found.next_before else "",
            is_first=cursor is None,
        ),
        check=checked,
        check_facts=trail_page.check_facts(checked, reader) if checked else (),
        waiting=trail_checks.waiting_check(session),
        counted=trail_page.counted,
        checkpoint_facts=trail_page.checkpoint_facts(checkpoint, reader) if checkpoint else (),
        reads_everything=reads_everything(actor),
    )


@blueprint.get("/<int:seq>")
@permission("trail.read")
def entry(seq: int) -> str:
    """Show one entry: who, when, what it was about, and what changed."""
    session = db.session()
    found = entry_of(session, current_actor(), seq)
    return render_template("evidence/trail_entry.html", page=trail_page.entry_page(session, found))


@blueprint.post("/check")
@permission("trail.read")
@asks_for()
def check() -> AnyResponse:
    """Ask for a check of the whole trail."""
    with unit_of_work(current_actor().id) as uow:
        trail_checks.ask(uow)
    tell_done(_("The whole trail is read again."), _("What it finds stands here in a moment."))
    return redirect_303(url_for("trail.page"))


@blueprint.get("/checkpoints")
@permission("trail.read")
def checkpoints() -> Response:
    """Hand out the signed checkpoints, to be kept away from this machine."""
    file = _checkpoint_file()
    if not reads_everything(current_actor()):
        raise CheckpointsUnseen(_("The checkpoints are not for you to take."))
    answer = Response(file.read_bytes() if file.exists() else b"", mimetype="application/jsonl")
    answer.headers["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return answer


def _checkpoint_file() -> Path:
    home: Path = current_app.config["KEEL"].home
    return home / FILE_NAME


def _last_checkpoint() -> Checkpoint | None:
    try:
        return last_checkpoint(_checkpoint_file())
    except CheckpointUnreadable:
        return None
