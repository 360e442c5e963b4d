"""Pages of registers and records. A domain's own pages are `register_pages(REGISTER)`, and no more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO, cast

from flask import Blueprint, Flask, Response, current_app, render_template, request, send_file
from markupsafe import Markup
from marshmallow import fields
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from app.accounts.actor import Actor
from app.foundation import clock
from app.foundation.backup import FILES
from app.foundation.db import db
from app.foundation.errors import Invalid
from app.foundation.file_limits import largest_bytes
from app.foundation.file_scanner import Scanner
from app.foundation.file_store import FileStore
from app.foundation.files import Received, StoredFile, receive_file
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import unit_of_work
from app.records import comments, questions, service, view_routes
from app.records.csv_export import csv_lines
from app.records.doors import doors_of, pack_door
from app.records.list_page import list_page, shown_columns
from app.records.models import Record
from app.records.panels import PanelOf, panels
from app.records.record_page import record_page
from app.records.register import Register, registers
from app.records.register_query import Cursor, exported_rows, query_from
from app.records.urls import record_url
from app.records.visibility import RecordUnseen, get_visible
from app.records.xlsx_export import xlsx_file
from app.web.flashes import tell_done, tell_refused
from app.web.forms import FormSchema, asks_for, read_form
from app.web.guards import current_actor, permission
from app.web.paging import cursor_asked_for
from app.web.reader import current_reader
from app.web.redirects import next_address, redirect_303
from app.workflow.figures import shared_looks
from config import Config

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
blueprint = Blueprint("records", __name__, template_folder="templates")


class CommentForm(FormSchema):
    """A comment, or with `asked` a question to somebody."""

    text = fields.Str(required=True)
    asked = fields.Int()


class ReasonForm(FormSchema):
    """A deed that needs a reason."""

    reason = fields.Str(required=True)


def use_registers(app: Flask, known: Sequence[Register], *, parts: Sequence[PanelOf] = ()) -> None:
    """Give `app` the general pages of records and of these registers; each record shows `parts` as well."""
    registers.use(known)
    panels.use(parts)
    app.register_blueprint(blueprint)
    app.register_blueprint(view_routes.blueprint)
    for register in known:
        app.register_blueprint(register_pages(register))


def register_pages(register: Register) -> Blueprint:
    """Return list, export, record and print pages of one register, as the blueprint of its kind."""
    pages = Blueprint(register.kind, __name__)

    @pages.get(register.path)
    @permission("records.read")
    def listing() -> str:
        return _listing(register)

    @pages.get(f"{register.path}.csv")
    @permission("records.read")
    def export() -> Response:
        return _export(register)

    @pages.get(f"{register.path}.xlsx")
    @permission("records.read")
    def workbook() -> AnyResponse:
        return _workbook(register)

    @pages.get(f"{register.path}/<int:record_id>")
    @permission("home.read")
    def page(record_id: int) -> str:
        return _record(record_id, "records/record.html", register.kind)

    @pages.get(f"{register.path}/<int:record_id>/print")
    @permission("home.read")
    def paper(record_id: int) -> str:
        return _record(record_id, "records/print.html", register.kind)

    return pages


@blueprint.get("/records/<int:record_id>")
@permission("home.read")
def page(record_id: int) -> str | AnyResponse:
    """Show a record, at the address of its register when it has one."""
    record = get_visible(db.session(), current_actor(), record_id)
    if registers.of_kind(record.kind) is not None:
        return redirect_303(record_url(record.kind, record_id))
    return _drawn(record, "records/record.html")


@blueprint.get("/records/<int:record_id>/print")
@permission("home.read")
def paper(record_id: int) -> str:
    """Show a record for printing."""
    return _record(record_id, "records/print.html")


@blueprint.post("/records/<int:record_id>/comments")
@permission("home.read")
def comment(record_id: int) -> AnyResponse:
    """Say something about a record, or ask somebody."""
    actor = current_actor()
    answers = read_form(CommentForm())
    with unit_of_work(actor.id) as uow:
        if "asked" in answers:
            questions.ask(uow, actor, record_id, answers["asked"], answers["text"], _public_url())
        else:
            comments.add_comment(uow, actor, record_id, answers["text"])
    tell_done(_("Your question is sent.") if answers.get("asked") else _("Your comment is there."))
    return _back(record_id)


@blueprint.post("/records/<int:record_id>/watch")
@permission("home.read")
@asks_for("watch")
def watch(record_id: int) -> AnyResponse:
    """Hear of a record from here on, or no longer."""
    actor = current_actor()
    with unit_of_work(actor.id) as uow:
        get_visible(uow.session, actor, record_id)
        if "off" in request.form.getlist("watch"):
            service.unwatch(uow, record_id, actor.id)
        else:
            service.watch(uow, record_id, actor.id)
    return _back(record_id)


@blueprint.post("/records/<int:record_id>/files")
@permission("home.read")
@asks_for()
def attach(record_id: int) -> AnyResponse:
    """Attach the files that were chosen."""
    actor = current_actor()
    chosen = [upload for upload in request.files.getlist("file") if upload.filename]
    service.require_attach(db.session(), actor, record_id)
    try:
        received = [receive_upload(upload, actor) for upload in chosen]
        with unit_of_work(actor.id) as uow:
            for one in received:
                service.attach(uow, actor, record_id, one)
    except Invalid as refusal:
        tell_refused(_("The file was not attached."), refusal.sentence)
    else:
        tell_done(_("The file is attached.") if chosen else _("No file was chosen."))
    return _back(record_id)


@blueprint.post("/records/<int:record_id>/files/<int:attachment_id>/remove")
@permission("home.read")
def remove_file(record_id: int, attachment_id: int) -> AnyResponse:
    """Take a file off a record, with a reason."""
    actor = current_actor()
    reason = read_form(ReasonForm())["reason"]
    with unit_of_work(actor.id) as uow:
        service.remove_attachment(uow, actor, record_id, attachment_id, reason)
    tell_done(_("The file is taken off. It stays in the timeline."))
    return _back(record_id)


@blueprint.get("/records/<int:record_id>/files/<int:file_id>")
@permission("home.read")
def file(record_id: int, file_id: int) -> AnyResponse:
    """Send a file of a record."""
    return send_stored(service.visible_file(db.session(), current_actor(), record_id, file_id))


def send_stored(stored: StoredFile) -> AnyResponse:
    """Send a file to be saved, never to be shown in place: nothing in it runs at our address.

    Source: RFC 6266 for the name. The caller has found that the person may see the file.
    """
    answer = send_file(
        current_store().open(stored.sha256, stored.size),
        mimetype=stored.media_type,
        as_attachment=True,
        download_name=stored.name,
        max_age=0,
    )
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def receive_upload(upload: FileStorage, actor: Actor) -> Received:
    """Judge an uploaded file and keep its bytes; slow, so before the transaction begins.

    Errors: FileTooLarge; FileRefused.
    """
    limit = largest_bytes(db.session(), actor.site_id)
    return receive_file(current_store(), cast("BinaryIO", upload.stream), upload.filename or "", limit)


def send_csv(name: str, lines: Iterable[str]) -> Response:
    """Return the answer that sends a table for download."""
    answer = Response("".join(lines), mimetype="text/csv; charset=utf-8")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}.csv")
    return answer


def current_store() -> FileStore:
    """Return the store of the users' files of the running application."""
    config: Config = current_app.config["KEEL"]
    return FileStore(Path(config.home) / FILES, Scanner.of(config.scan_command))


def _public_url() -> str:
    config: Config = current_app.config["KEEL"]
    return config.public_url


def _back(record_id: int) -> AnyResponse:
    record = get_visible(db.session(), current_actor(), record_id)
    return redirect_303(next_address(record_url(record.kind, record_id)))


def _listing(register: Register) -> str:
    arguments = request.args.to_dict(flat=False)
    query = query_from(register, arguments)
    found = cursor_asked_for(order=f"{register.kind}:{query.sort}:{query.is_reversed}")
    after = cast("Cursor | None", found)  # it is signed, so it holds what `cursor_of` gave
    session, actor = db.session(), current_actor()
    with shared_looks(session):  # several filters may ask for the same rows
        shown = list_page(session, actor, register, query, arguments, now=clock.now(), after=after)
    return render_template("records/register.html", page=shown, register=register)


def _export(register: Register) -> Response:
    query = query_from(register, request.args.to_dict(flat=False))
    rows = exported_rows(db.session(), current_actor(), register, query, now=clock.now())
    return send_csv(register.kind, csv_lines(shown_columns(register, query), rows))


def _workbook(register: Register) -> AnyResponse:
    query = query_from(register, request.args.to_dict(flat=False))
    actor = current_actor()
    rows = exported_rows(db.session(), actor, register, query, now=clock.now())
    file = xlsx_file(register.title(), shown_columns(register, query), rows, actor.zone_info)
    answer = Response(file.getvalue(), mimetype=XLSX)
    answer.headers.set("Content-Disposition", "attachment", filename=f"{register.kind}.xlsx")
    return answer


def _record(record_id: int, template: str, kind: str | None = None) -> str:
    record = get_visible(db.session(), current_actor(), record_id)
    if kind is not None and record.kind != kind:
        raise RecordUnseen(_("There is no such record, or it is not for you to see."))
    return _drawn(record, template)


def _drawn(record: Record, template: str) -> str:
    actor, now = current_actor(), clock.now()
    part = request.args.get("part", "")
    shown = record_page(db.session(), actor, record, current_reader(), part=part, now=now)
    diagram = Markup(shown.diagram)  # noqa: S704  drawn by us from a hardened parse, every text escaped
    doors = doors_of(db.session(), actor, record)
    return render_template(
        template, page=shown, diagram=diagram, doors=doors, pack_url=pack_door(actor, record), printed_at=now
    )
