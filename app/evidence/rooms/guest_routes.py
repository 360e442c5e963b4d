"""The pages of a guest: the room they were invited to, and nothing else. Each look is noted in the trail."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from app.evidence.packs.members import Printing
from app.evidence.record_pack import make_pack, note_pack
from app.evidence.rooms import visit
from app.evidence.rooms.models import AuditRoom
from app.evidence.rooms.rooms import look, room_of_guest
from app.evidence.rooms.scope import end_of, get_in_room
from app.evidence.routes import send_pack
from app.foundation import clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.records.routes import current_store, send_stored
from app.web.forms import asks_for
from app.web.guards import current_actor, permission
from app.web.paging import Page, cursor_asked_for, encode_cursor
from app.web.reader import current_reader
from config import Config

blueprint = Blueprint(
    "audit_room",
    __name__,
    url_prefix="/audit-room",
    template_folder="../templates",  # shared with the rest of the evidence
)
VISIT = "room.visit"
RECORDS, TRAIL = "room_records", "room_trail"


@blueprint.get("")
@permission(VISIT)
def page() -> str:
    """Show the entrance of the room."""
    room = _room()
    shown = visit.entrance(db.session(), room, current_reader(), clock.now())
    drawn = render_template("evidence/room.html", page=shown, here="page")
    _note(room, "entrance")
    return drawn


@blueprint.get("/records")
@permission(VISIT)
def records() -> str:
    """Show the records of the room, all or those of a kind or a clause."""
    room, session = _room(), db.session()
    kind, clause = request.args.get("kind", "")[:40], request.args.get("clause", "")[:20]
    rows, following = visit.records_page(session, room, kind=kind, clause=clause, before=_before(RECORDS))
    drawn = render_template(
        "evidence/room_records.html",
        title=room.title,
        columns=visit.record_columns(),
        rows=[visit.record_row(one, end_of(room, clock.now())) for one in rows],
        paging=_paging(rows, following, RECORDS),
        clause=clause,
        here="records",
    )
    _note(room, "records", " ".join(one for one in (kind, clause) if one))
    return drawn


@blueprint.get("/records/<int:record_id>")
@permission(VISIT)
def record(record_id: int) -> str:
    """Show one record of the room with all that its paper tells."""
    room, session = _room(), db.session()
    told = visit.told_to(room, current_actor(), current_reader(), clock.now())
    shown = visit.record_of_room(session, room, record_id, told)
    revision = visit.text_in_force(session, room, record_id)
    drawn = render_template(
        "evidence/room_record.html",
        title=room.title,
        page=shown,
        diagram=Markup(shown.diagram),  # noqa: S704  drawn by us from a hardened parse, every text escaped
        revision=revision,
        here="records",
    )
    _note(room, "record", shown.number)
    return drawn


@blueprint.post("/records/<int:record_id>/pack")
@permission(VISIT)
@asks_for()
def pack(record_id: int) -> AnyResponse:
    """Hand out the evidence pack of a record of the room."""
    room, session, actor = _room(), db.session(), current_actor()
    config: Config = current_app.config["KEEL"]
    row = get_in_room(session, room, record_id)
    told = visit.told_to(room, actor, current_reader(), clock.now())
    made = make_pack(session, row, told, Printing(current_store(), config.fonts), config.home)
    with unit_of_work(actor.id) as uow:
        note_pack(uow, row, made)
        look(uow, room, "pack", row.number)
    return send_pack(made)


@blueprint.get("/records/<int:record_id>/files/<int:file_id>")
@permission(VISIT)
def file(record_id: int, file_id: int) -> AnyResponse:
    """Hand out a file of a record of the room."""
    room = _room()
    stored = visit.file_of_room(db.session(), room, record_id, file_id)
    name, answer = stored.name, send_stored(stored)
    _note(room, "file", name)
    return answer


@blueprint.get("/documents")
@permission(VISIT)
def documents() -> str:
    """Show the documents of the room that are in force."""
    room = _room()
    drawn = render_template(
        "evidence/room_documents.html",
        title=room.title,
        columns=visit.document_columns(),
        rows=visit.documents_in_force(db.session(), room),
        here="documents",
    )
    _note(room, "documents")
    return drawn


@blueprint.get("/trail")
@permission(VISIT)
def trail() -> str:
    """Show what was done to the records of the room."""
    room = _room()
    rows, following = visit.trail_of_room(db.session(), room, _before(TRAIL))
    drawn = render_template(
        "evidence/room_trail.html",
        title=room.title,
        columns=visit.trail_columns(),
        rows=rows,
        paging=_paging(rows, following, TRAIL),
        here="trail",
    )
    _note(room, "trail")
    return drawn


def _room() -> AuditRoom:
    return room_of_guest(db.session(), current_actor(), clock.now().date())


def _note(room: AuditRoom, page_key: str, about: str = "") -> None:
    with unit_of_work(current_actor().id) as uow:
        look(uow, uow.session.get_one(AuditRoom, room.id), page_key, about[:200])


def _before(order: str) -> int | None:
    cursor = cursor_asked_for(order=order)
    return int(cursor[0] or 0) if cursor else None


def _paging(rows: object, following: int, order: str) -> Page[object]:
    shown = tuple(rows) if isinstance(rows, (list, tuple)) else ()
    after = encode_cursor((following,), order=order) if following else ""
    return Page(rows=shown, after=after, is_first=cursor_asked_for(order=order) is None)
