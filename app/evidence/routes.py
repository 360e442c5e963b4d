"""The pages of evidence by clause."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, current_app, render_template, request, send_file

from app.accounts import policy
from app.evidence.clauses import EDITION, Edition, edition_of
from app.evidence.coverage import Place
from app.evidence.coverage_page import clause_page, coverage_page
from app.evidence.packs.members import Printing
from app.evidence.packs.record_paper import Told
from app.evidence.record_pack import Pack, make_pack, note_pack
from app.foundation import clock
from app.foundation.db import db
from app.foundation.settings import value_of
from app.foundation.unit_of_work import unit_of_work
from app.records.routes import current_store
from app.records.visibility import get_visible, scope_of
from app.web.forms import asks_for
from app.web.guards import current_actor, permission
from app.web.paging import Page, cursor_asked_for, encode_cursor
from app.web.reader import current_reader
from config import Config

ORDER = "evidence_clause"
blueprint = Blueprint("evidence", __name__, url_prefix="/evidence", template_folder="templates")


@blueprint.get("")
@permission("evidence.read")
def page() -> str:
    """Show which clauses have fresh evidence, and where the gaps are."""
    shown = coverage_page(db.session(), current_actor(), current_reader(), _edition(), clock.now())
    return render_template("evidence/coverage.html", page=shown)


@blueprint.get("/clauses/<number>")
@permission("evidence.read")
def clause(number: str) -> str:
    """Show one clause with the latest steps that are its evidence."""
    place = Place(_edition(), number, request.args.get("site", type=int))
    cursor = cursor_asked_for(order=ORDER)
    before = (datetime.fromisoformat(str(cursor[0])), int(cursor[1] or 0)) if cursor else None
    shown = clause_page(db.session(), current_actor(), place, before=before, now=clock.now())
    following = shown.following
    after = encode_cursor((following[0].isoformat(), following[1]), order=ORDER) if following else ""
    paging = Page(rows=tuple(shown.rows), after=after, is_first=cursor is None)
    return render_template("evidence/clause.html", page=shown, paging=paging)


@blueprint.post("/records/<int:record_id>/pack")
@permission("evidence.read")
@asks_for()
def pack(record_id: int) -> Response:
    """Hand out the evidence pack of a record; the trail keeps that it was made."""
    actor, session = current_actor(), db.session()
    config: Config = current_app.config["KEEL"]
    row = get_visible(session, actor, record_id)
    policy.require(actor, "evidence.read", scope_of(row))
    told = Told(actor, current_reader(), clock.now())
    made = make_pack(session, row, told, Printing(current_store(), config.fonts), config.home)
    with unit_of_work(actor.id) as uow:
        note_pack(uow, row, made)
    return send_pack(made)


def send_pack(made: Pack) -> Response:
    """Return the answer that sends a pack, piece by piece."""
    answer = send_file(
        made.stream, mimetype="application/zip", as_attachment=True, download_name=made.name, max_age=0
    )
    answer.headers["X-Keel-Manifest"] = made.sealed.digest
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _edition() -> Edition:
    asked = request.args.get("edition", "")
    return edition_of(asked or value_of(db.session(), EDITION))
