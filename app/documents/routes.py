"""Pages of documents beside their register: revisions, two side by side, print, files and printed copies."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from marshmallow import fields
from werkzeug.wrappers import Response as AnyResponse

from app.accounts import policy
from app.documents import change_routes
from app.documents.access import NotInForce, readable_revision, visible_document
from app.documents.copies import CopyOrder, issue_copy, return_copy
from app.documents.copies_page import copies_page
from app.documents.models import Document, DocumentRevision
from app.documents.revision_page import compare_page, revision_page, revisions_page
from app.documents.revisions import NoSuchRevision, revisions_of
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Invalid, QmsError
from app.foundation.files import StoredFile
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import unit_of_work
from app.records.routes import send_stored
from app.records.urls import record_url
from app.records.visibility import scope_of
from app.web.addresses import address
from app.web.flashes import tell_done, tell_note
from app.web.forms import FormSchema, answer_with, read_form, typed_answers
from app.web.guards import current_actor, permission
from app.web.redirects import redirect_303

blueprint = Blueprint("document_pages", __name__, template_folder="templates", url_prefix="/documents")
BLUEPRINTS = (blueprint, change_routes.blueprint)
LABEL = "<label>"


class CopyForm(FormSchema):
    """Where a printed copy goes, and who answers for it."""

    place = fields.Str()
    issued_to = fields.Str()


class ReturnForm(FormSchema):
    """What became of a printed copy."""

    note = fields.Str()


@blueprint.get("/<int:record_id>/revisions")
@permission("home.read")
def revisions(record_id: int) -> str:
    """Show all revisions of a document."""
    actor = current_actor()
    document = visible_document(db.session(), actor, record_id)
    return render_template("documents/revisions.html", page=revisions_page(db.session(), actor, document))


@blueprint.get(f"/<int:record_id>/revisions/{LABEL}")
@permission("home.read")
def revision(record_id: int, label: str) -> str | AnyResponse:
    """Show one revision; whoever may not read it is led to the one in force."""
    return _drawn(record_id, label, "documents/revision.html")


@blueprint.get(f"/<int:record_id>/revisions/{LABEL}/print")
@permission("home.read")
def paper(record_id: int, label: str) -> str | AnyResponse:
    """Show one revision for printing."""
    return _drawn(record_id, label, "documents/paper.html")


@blueprint.get(f"/<int:record_id>/revisions/{LABEL}/file")
@permission("home.read")
def file(record_id: int, label: str) -> AnyResponse:
    """Send the file of a revision."""
    session, actor = db.session(), current_actor()
    found = readable_revision(session, actor, visible_document(session, actor, record_id), label)
    stored = session.get(StoredFile, found.file_id) if found.file_id else None
    if stored is None:
        raise NoSuchRevision(_("This revision is no file."))
    return send_stored(stored)


@blueprint.get("/<int:record_id>/compare")
@permission("home.read")
def compare(record_id: int) -> str | AnyResponse:
    """Show two revisions side by side, without an answer the last two that the person may read."""
    session, actor = db.session(), current_actor()
    document = visible_document(session, actor, record_id)
    found = _compared(document)
    if found is None:
        tell_note(_("There is only one revision to read, so there is nothing to compare."))
        return redirect_303(address("document_pages.revisions", record_id=record_id))
    is_whole = request.args.get("all") == "1"
    page = compare_page(session, actor, document, *found, is_whole=is_whole)
    return render_template("documents/compare.html", page=page, record_id=record_id)


@blueprint.get("/<int:record_id>/copies")
@permission("records.read")
def copies(record_id: int) -> Response:
    """Show who holds printed copies of a document."""
    return _copies(record_id)


@blueprint.post("/<int:record_id>/copies")
@permission("documents.control")
def issue(record_id: int) -> AnyResponse:
    """Note that a copy was printed and given out."""
    actor = current_actor()
    try:
        answers = read_form(CopyForm())
        with unit_of_work(actor.id) as uow:
            order = CopyOrder(answers.get("place", ""), answers.get("issued_to", ""))
            number = issue_copy(uow, actor, record_id, order).copy_no
    except Invalid as refusal:
        return _copies(record_id, refusal)
    tell_done(_("Copy %(number)s is in the log.", number=number))
    return redirect_303(address("document_pages.copies", record_id=record_id))


@blueprint.post("/<int:record_id>/copies/<int:copy_id>/return")
@permission("documents.control")
def take_back(record_id: int, copy_id: int) -> AnyResponse:
    """Note that a printed copy came back, or what became of it."""
    actor = current_actor()
    note = read_form(ReturnForm()).get("note", "")
    with unit_of_work(actor.id) as uow:
        number = return_copy(uow, actor, record_id, copy_id, note).copy_no
    tell_done(_("Copy %(number)s is back.", number=number))
    return redirect_303(address("document_pages.copies", record_id=record_id))


def _drawn(record_id: int, label: str, template: str) -> str | AnyResponse:
    session, actor = db.session(), current_actor()
    document = visible_document(session, actor, record_id)
    try:
        found = readable_revision(session, actor, document, label)
    except NotInForce as refusal:
        tell_note(refusal.sentence, _("You read what is in force."))
        return redirect_303(record_url(document.kind, document.id))
    page = revision_page(session, document, found, clock.now())
    return render_template(template, page=page)


def _compared(document: Document) -> tuple[DocumentRevision, DocumentRevision] | None:
    session, actor = db.session(), current_actor()
    asked = [request.args.get(name, "") for name in ("old", "new")]
    if all(asked):
        old, new = (readable_revision(session, actor, document, label) for label in asked)
        return old, new
    found = []
    for row in revisions_of(session, document.id):
        try:
            found.append(readable_revision(session, actor, document, row.label))
        except NotInForce:
            continue
    return (found[1], found[0]) if len(found) > 1 else None


def _copies(record_id: int, refusal: QmsError | None = None) -> Response:
    session, actor = db.session(), current_actor()
    document = visible_document(session, actor, record_id)
    problems = getattr(refusal, "problems", ())
    page = copies_page(
        session,
        document,
        may_control=policy.can(actor, "documents.control", scope_of(document)),
        typed=typed_answers() if refusal else {},
        problems=problems,
    )
    drawn = render_template("documents/copies.html", page=page, refusal=refusal, problems=problems)
    return answer_with(drawn, refusal)
