"""The page on which a controlled copy is made, entered in the log of printed copies, and taken along."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Response, current_app, render_template
from marshmallow import fields
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from app.accounts import policy
from app.accounts.actor import Actor
from app.documents.access import ARCHIVE, readable_revision, visible_document
from app.documents.copies import CopyOrder, check_order, issue_copy
from app.documents.models import Document, DocumentRevision, RevisionStatus
from app.foundation.backup import FILES
from app.foundation.db import db
from app.foundation.errors import Invalid, QmsError
from app.foundation.file_store import FileStore
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import unit_of_work
from app.library.copies import COPIED, NoCopyYet, NotCopied, file_of, fresh_copy, make_copy
from app.library.copy_page import copy_page
from app.printing.rendering import PaperFailed
from app.records.routes import send_stored
from app.records.visibility import scope_of
from app.web.addresses import address
from app.web.flashes import tell_done
from app.web.forms import FormSchema, answer_with, read_form, typed_answers
from app.web.guards import current_actor, permission
from app.web.redirects import redirect_303
from config import Config

blueprint = Blueprint("controlled_copies", __name__, template_folder="templates", url_prefix="/documents")
PLACE = "/<int:record_id>/revisions/<label>/controlled-copy"
CONTROL = "documents.control"


class CopyForm(FormSchema):
    """Where the paper goes, and who answers for it; an archive copy goes nowhere."""

    place = fields.Str(load_default="")
    issued_to = fields.Str(load_default="")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A revision of which the person may have a copy."""

    document: Document
    revision: DocumentRevision

    @property
    def is_in_force(self) -> bool:
        """Tell whether people work by it; otherwise the paper is marked as one of the archive."""
        return self.revision.status == RevisionStatus.EFFECTIVE.value


@blueprint.get(PLACE)
@permission("records.read")
def page(record_id: int, label: str) -> Response:
    """Show what a controlled copy says, and ask where it goes."""
    return _page(_wanted(db.session(), current_actor(), record_id, label))


@blueprint.post(PLACE)
@permission("records.read")
def make(record_id: int, label: str) -> AnyResponse:
    """Make the copy; of a revision in force it gets a number in the log of printed copies."""
    actor = current_actor()
    found = _wanted(db.session(), actor, record_id, label)
    is_in_force, revision_id = found.is_in_force, found.revision.id
    try:
        answers = read_form(CopyForm())
        order = CopyOrder(answers["place"], answers["issued_to"])
        if is_in_force:
            check_order(order)
        config: Config = current_app.config["KEEL"]
        make_copy(revision_id, _store(), config.public_url, fonts=config.fonts, actor_id=actor.id)
        number = _logged(actor, record_id, order) if is_in_force else 0
    except (Invalid, PaperFailed) as refusal:
        return _page(_wanted(db.session(), actor, record_id, label), refusal)
    _tell(number, address("controlled_copies.send", record_id=record_id, label=label))
    return redirect_303(address("controlled_copies.page", record_id=record_id, label=label))


@blueprint.get(PLACE + ".pdf")
@permission("records.read")
def send(record_id: int, label: str) -> AnyResponse:
    """Send the copy as it was made. Errors: NoCopyYet before that."""
    session = db.session()
    found = _wanted(session, current_actor(), record_id, label)
    copy = fresh_copy(session, found.revision.id)
    if copy is None:
        raise NoCopyYet(_("There is no controlled copy of this revision yet. Make it first."))
    return send_stored(file_of(session, copy))


def _wanted(session: Session, actor: Actor, record_id: int, label: str) -> Wanted:
    """Return a revision of which the person may have a copy.

    Errors: RecordUnseen; NoSuchRevision; NotInForce; NotAllowed; NotCopied for what nobody has approved.
    """
    document = visible_document(session, actor, record_id)
    found = Wanted(document, readable_revision(session, actor, document, label))
    policy.require(actor, CONTROL if found.is_in_force else ARCHIVE, scope_of(document))
    if found.revision.status not in COPIED:
        raise NotCopied(_("This revision is not approved, so there is no controlled copy of it."))
    return found


def _logged(actor: Actor, record_id: int, order: CopyOrder) -> int:
    with unit_of_work(actor.id) as uow:
        return issue_copy(uow, actor, record_id, order).copy_no


def _tell(number: int, url: str) -> None:
    if number:
        tell_done(
            _("Copy %(number)s is in the log.", number=number),
            _("Write its number on the paper."),
            url=url,
            label=_("Open the PDF"),
        )
    else:
        tell_done(_("The archive copy is made."), url=url, label=_("Open the PDF"))


def _page(found: Wanted, refusal: QmsError | None = None) -> Response:
    problems = refusal.problems if isinstance(refusal, Invalid) else ()
    shown = copy_page(
        db.session(),
        found.document,
        found.revision,
        typed=typed_answers() if refusal else {},
        problems=problems,
    )
    drawn = render_template("library/copy.html", page=shown, refusal=refusal, problems=problems)
    return answer_with(drawn, refusal)


def _store() -> FileStore:
    return FileStore(Path(current_app.config["KEEL"].home) / FILES)
