"""The lifecycle of a destruction: asked for, weighed, approved; a job carries it out (clause 7.5.3.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.approvals.refusals import refusal_words
from app.evidence.destruction.models import DataDestruction, DestructionStatus
from app.evidence.destruction.rounds import begin, decide, show_for_approval
from app.evidence.destruction.rules import MOST, SHORTEST, undecided, words_of
from app.evidence.destruction.sweep import Found, look
from app.foundation.errors import Invalid, Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.records.facts import RecordPorts
from app.trail import Subject, record
from app.workflow.lifecycle import Lifecycle, Operation, OperationCall, RecordView, StartEntry

APPROVE = "approve_destruction"


class RequestInvalid(Invalid):
    """The request cannot be made like this."""


@dataclass(frozen=True)
class DestructionPorts(RecordPorts):
    """Ports of requests: their title names nobody, and only quality managers and top management see them."""

    def open_record(self, uow: UnitOfWork, facts: Mapping[str, Any]) -> int:
        """Open a request with the places where its words stand. Errors: RequestInvalid; FactsInvalid."""
        words = words_of(str(facts.get("words") or ""))
        _require_fair(uow.session, words)
        title = _("Destruction of personal data")
        record_id = super().open_record(uow, {**facts, "title": title})
        row = uow.session.get_one(DataDestruction, record_id)
        row.site_id, row.restricted_to = None, ",quality_manager,top_management,"
        row.places = places_of(look(uow.session, words))
        return record_id

    def write_facts(self, uow: UnitOfWork, record_id: int, facts: Mapping[str, Any]) -> None:
        """Write answers; of a file only what was decided, and the files of the next round come in its place.

        Errors: RecordMissing; FactsInvalid.
        """
        if "files" in facts:
            row = uow.session.get_one(DataDestruction, record_id)
            if row.files is not None:
                decide(uow.session, row, facts["files"] or ())
            facts = {key: value for key, value in facts.items() if key != "files"}
        super().write_facts(uow, record_id, facts)


PORTS = DestructionPorts(DataDestruction, "DST", DestructionStatus.ASKED.value)


def places_of(found: Found) -> list[dict[str, Any]]:
    """Return where words stand, as the form shows it."""
    return [
        {"place": place_words(name), "count": count} for name, count in sorted(found.rows.items()) if count
    ]


def place_words(table: str) -> str:
    """Return what people call the rows of a table."""
    known = {
        "record": _("Titles and texts of records"),
        "submission": _("Answers of forms"),
        "comment": _("Comments and questions"),
        "task": _("Titles and drafts of tasks"),
        "start_draft": _("Drafts of start forms"),
        "outbox_mail": _("Mails of the outbox"),
        "stored_file": _("Names of files"),
        "record_text": _("Search index of documents"),
        "trail_entry": _("Entries of the trail"),
        "signature": _("Signatures, which stay"),
        "document_revision": _("Revisions of documents"),
        "management_review": _("Packs of management reviews"),
        "data_destruction": _("This request itself"),
        "destruction_file": _("Names of files that a request lists"),
    }
    return known.get(table) or _("table “%(name)s”", name=table.replace("_", " "))


def check_weighing(
    uow: UnitOfWork, record_: RecordView, _element_id: str, answers: Mapping[str, Any]
) -> Sequence[Problem]:
    """Refuse words that stand where nothing may be changed, and a judgement of whoever asked."""
    problems = []
    kept = look(uow.session, words_of(str(record_.values.get("words") or ""))).kept
    if kept:
        sentence = _(
            "The words stand where nothing may be changed: %(places)s.",
            places=", ".join(place_words(one) for one in kept),
        )
        mend = _("Revise an approved document first. Signatures and the ledger stay as they are.")
        problems.append(Problem("is_lawful", "destruction.kept", sentence, mend))
    if not answers.get("is_lawful"):
        sentence = _("Words that must be kept are not destroyed.")
        problems.append(Problem("is_lawful", "destruction.lawful", sentence, _("Cancel the request.")))
    return [*problems, *_file_problems(record_, answers)]


def _file_problems(record_: RecordView, answers: Mapping[str, Any]) -> Sequence[Problem]:
    """Refuse a judgement before the files were read, or one that leaves a file out."""
    rows = record_.values.get("files")
    if rows is None:
        sentence = _(
            "Keel still reads the files: %(read)s of %(total)s are read. Load this page again in a minute.",
            read=record_.values.get("files_read"),
            total=record_.values.get("files_total") or _("all"),
        )
        return [Problem("files", "destruction.reading", sentence)]
    missing, bare, fixed = undecided(rows, answers.get("files") or ())
    told = (
        (missing, _("Not decided: %(names)s."), _("Open the file at its record, and decide.")),
        (bare, _("Kept without a reason: %(names)s."), _("Write why beside it.")),
        (fixed, _("Part of a document, which stays: %(names)s."), _("Keep it, and revise the document.")),
    )
    return [
        Problem("files", "destruction.files", sentence % {"names": ", ".join(names)}, mend)
        for names, sentence, mend in told
        if names
    ]


def hand_in_destruction(call: OperationCall) -> Mapping[str, Any] | None:
    """Note that the request waits for its approval."""
    row = call.uow.session.get_one(DataDestruction, call.record_id)
    row.status = DestructionStatus.TO_APPROVE.value
    show_for_approval(call.uow.session, row)
    return None


def return_destruction(call: OperationCall) -> Mapping[str, Any] | None:
    """Note that the request was sent back, and why."""
    row = call.uow.session.get_one(DataDestruction, call.record_id)
    row.status = DestructionStatus.ASKED.value
    if row.files_from:  # it is weighed in rounds, from the first one on
        begin(call.uow.session, row)
    row.verdict_comment = refusal_words(call.uow.session, call.instance_id, APPROVE)
    return None


def destroy_data(call: OperationCall) -> Mapping[str, Any] | None:
    """Note that the destruction is approved; a job carries it out. Safe to call again.

    Why: this act still writes down who approved what, and the words stand in that.
    """
    row = call.uow.session.get_one(DataDestruction, call.record_id)
    if row.status == DestructionStatus.TO_APPROVE.value:
        row.status, row.verdict_comment = DestructionStatus.APPROVED.value, None
        record(
            call.uow,
            verb="data.destruction_approved",
            subject=Subject(row.kind, row.id, row.number),
            after={},
        )
    return None


def _require_fair(session: Session, words: Sequence[str]) -> None:
    problems = []
    if not words or len(words) > MOST or any(len(one) < SHORTEST for one in words):
        sentence = _("Give one to %(most)s lines of at least %(least)s signs.", most=MOST, least=SHORTEST)
        problems.append(Problem("words", "destruction.words", sentence))
    names = [func.lower(column) for column in (Person.name, Person.user_name, Person.mail)]
    lowered = [one.lower() for one in words]
    active = select(Person.id).where(Person.is_active, or_(*(name.in_(lowered) for name in names))).limit(1)
    if session.scalar(active) is not None:
        sentence = _("One of the words names an account that is open.")
        problems.append(Problem("words", "destruction.open", sentence, _("Close the account first.")))
    if problems:
        raise RequestInvalid(_("The request was not made."), problems)


DESTRUCTION = Lifecycle(
    key="data_destruction",
    package="evidence",
    title="Destruction of personal data",
    clause="7.5.3.2",
    record_kind="data_destruction",
    ports=PORTS,
    operations=(
        Operation("evidence.hand_in_destruction", hand_in_destruction, description="Wait for the approval."),
        Operation("evidence.return_destruction", return_destruction, description="Weigh it again."),
        Operation(
            "evidence.destroy_data", destroy_data, description="Let the words be destroyed everywhere."
        ),
    ),
    required_duties=("assess_impact", "close"),
    proven_outcome="destroyed",
    guards={"weigh_request": check_weighing},
    start=StartEntry(
        title="Destroy personal data",
        description="Somebody has the right that words about them go.",
        minutes=10,
        icon="eraser",
        group="control",
        permission="data.destroy",
    ),
)
