"""The checklist of an audit: prepared from the briefing and by hand, answered line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audits.models import Audit, AuditStatus, ChecklistAnswer, ChecklistLine
from app.audits.rules import ASKS_FOR_FINDING, Result
from app.foundation.errors import Conflict, Invalid, NotFound, Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.foundation.upsert import insert_into
from app.trail import Subject, record
from app.workflow.briefings import BriefingItem
from app.workflow.lifecycle import registry

OWN = "own"
SHORTEST_EVIDENCE = 3
_PREPARED = frozenset({AuditStatus.CONFIRMED, AuditStatus.PREPARING})
_ANSWERED = frozenset({AuditStatus.IN_PROGRESS})


class LineMissing(NotFound):
    """There is no such line in this audit."""


class ChecklistClosed(Conflict):
    """The checklist is not open for this at the moment."""


class AnswerInvalid(Invalid):
    """The answer to a line is not complete."""


class LineInvalid(Invalid):
    """The line cannot be kept like this."""


@dataclass(frozen=True, slots=True)
class LineOrder:
    """A question to be asked: which requirement, what would prove it, how many samples."""

    question: str
    requirement: str = ""
    evidence_expected: str = ""
    sampling: str = ""


@dataclass(frozen=True, slots=True)
class AnswerOrder:
    """What an auditor found at a line, as a page or a device sends it.

    Shape: `client_key` is the same however often it is sent; `seen_version` is the version of the line the
    auditor had before them; `file_ids` are files to add.
    """

    client_key: str
    seen_version: int
    result: str
    evidence: str = ""
    samples: str = ""
    interviewee: str = ""
    file_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an answer: kept on the line, or kept beside it; and the version of the line."""

    line_id: int
    row_version: int
    is_beside: bool = False


def lines_of(session: Session, audit_id: int) -> Sequence[ChecklistLine]:
    """Return the lines of an audit in the order in which they are asked."""
    return session.scalars(
        select(ChecklistLine)
        .where(ChecklistLine.audit_id == audit_id)
        .order_by(ChecklistLine.position, ChecklistLine.id)
    ).all()


def line_of(session: Session, audit_id: int, line_id: int) -> ChecklistLine:
    """Return one line of an audit. Errors: LineMissing."""
    row = session.get(ChecklistLine, line_id)
    if row is None or row.audit_id != audit_id:
        raise LineMissing(_("There is no such line in this checklist."))
    return row


def answers_of(session: Session, line_id: int) -> Sequence[ChecklistAnswer]:
    """Return every answer a line received, oldest first."""
    return session.scalars(
        select(ChecklistAnswer).where(ChecklistAnswer.line_id == line_id).order_by(ChecklistAnswer.id)
    ).all()


def load_briefing(uow: UnitOfWork, row: Audit) -> int:
    """Write a line for everything the other domains know about the process; return how many were added.

    Effects: one row for each record and topic. Safe to call again: what is there stays as it is.
    Source: lifecycles 4.2: audits judge the behaviour of the system, not its documents only.
    """
    if row.process_id is None:
        return 0
    position = _last_position(uow.session, row.id)
    items = registry.briefing(uow.session, row.site_id, row.process_id, uow.now)
    added = sum(_load(uow, row, item, position + place) for place, item in enumerate(items, 1))
    row.checklist_loaded_at = row.checklist_loaded_at or uow.now
    return added


def add_line(uow: UnitOfWork, row: Audit, order: LineOrder) -> ChecklistLine:
    """Add a question to a checklist in preparation, or one that came up during the audit.

    Errors: ChecklistClosed; LineInvalid.
    """
    _require_open(row, _PREPARED | _ANSWERED)
    if not order.question.strip():
        sentence = _("A line needs a question.")
        raise LineInvalid(sentence, [Problem("question", "required", sentence)])
    line = ChecklistLine(
        audit_id=row.id,
        position=_last_position(uow.session, row.id) + 1,
        origin=OWN,
        question=order.question.strip(),
        requirement=order.requirement.strip(),
        evidence_expected=order.evidence_expected.strip(),
        sampling=order.sampling.strip(),
        files=[],
        row_version=1,
    )
    uow.session.add(line)
    uow.session.flush()  # the caller shows its id
    return line


def remove_line(uow: UnitOfWork, row: Audit, line_id: int, reason: str) -> None:
    """Take a line off a checklist in preparation.

    Errors: LineMissing; ChecklistClosed, also for a line that is answered.
    Effects: one row less and a trail entry with the question and the reason.
    """
    line = line_of(uow.session, row.id, line_id)
    _require_open(row, _PREPARED)
    if line.result is not None or answers_of(uow.session, line.id):
        raise ChecklistClosed(_("This line is answered, so it stays."))
    uow.session.delete(line)
    record(
        uow,
        verb="audit.line_removed",
        subject=Subject(kind=row.kind, id=row.id, label=row.number),
        before={"question": line.question, "origin": line.origin_words or line.origin},
        reason=reason.strip() or None,
    )


def answer_line(uow: UnitOfWork, row: Audit, line_id: int, order: AnswerOrder) -> Receipt:
    """Keep what an auditor found at a line.

    Errors: LineMissing; ChecklistClosed; AnswerInvalid.
    Effects: one answer, and the line as it stands. Safe to call again with the same key. When somebody else
        answered since the auditor looked, the answer is kept beside and the line stays as it was.
    """
    line = line_of(uow.session, row.id, line_id)
    uow.session.refresh(line, with_for_update=True)  # the same answer may arrive twice at once
    if is_known(uow.session, order.client_key):
        return Receipt(line.id, line.row_version)
    _require_open(row, _ANSWERED)
    _check(order)
    is_beside = line.row_version != order.seen_version and line.answered_by_id not in {None, uow.actor_id}
    uow.session.add(
        ChecklistAnswer(
            line_id=line.id,
            client_key=order.client_key,
            result=order.result,
            evidence=order.evidence,
            samples=order.samples,
            interviewee=order.interviewee,
            is_beside=is_beside,
            answered_by_id=uow.actor_id,
            received_at=uow.now,
        )
    )
    line.files = [*line.files, *(one for one in order.file_ids if one not in line.files)]
    if not is_beside:
        _write(uow, line, order)
    return Receipt(line.id, line.row_version, is_beside)


def note_finding(uow: UnitOfWork, line_id: int, finding_id: int) -> None:
    """Note which finding was written from a line. Safe to call again. Errors: LineMissing."""
    line = uow.session.get(ChecklistLine, line_id)
    if line is None:
        raise LineMissing(_("There is no such line in this checklist."))
    line.finding_id = finding_id


def asks_for_finding(line: ChecklistLine) -> bool:
    """Tell whether a finding should be written from a line and is not written yet."""
    return line.finding_id is None and line.result in ASKS_FOR_FINDING


def _load(uow: UnitOfWork, row: Audit, item: BriefingItem, position: int) -> int:
    done = uow.session.execute(
        insert_into(uow.session, ChecklistLine)
        .values(
            audit_id=row.id,
            position=position,
            origin=item.topic.value,
            origin_kind=item.record_kind,
            origin_id=item.record_id,
            origin_words=f"{item.number} {item.title}. {item.sentence}",
            requirement=item.requirement,
            question=item.question,
            evidence_expected="",
            sampling="",
            evidence="",
            samples="",
            interviewee="",
            files=[],
            row_version=1,
        )
        .on_conflict_do_nothing()
        .returning(ChecklistLine.id)
    )
    return int(done.first() is not None)


def _write(uow: UnitOfWork, line: ChecklistLine, order: AnswerOrder) -> None:
    line.result = order.result
    line.evidence = order.evidence.strip()
    line.samples = order.samples.strip()
    line.interviewee = order.interviewee.strip()
    line.answered_by_id = uow.actor_id
    line.answered_at = uow.now
    line.row_version += 1


def _check(order: AnswerOrder) -> None:
    problems = []
    if order.result not in set(Result):
        problems.append(
            Problem(
                "result", "choice", _("Say what you found at this line."), _("Choose one of the results.")
            )
        )
    elif order.result in ASKS_FOR_FINDING and len(order.evidence.strip()) < SHORTEST_EVIDENCE:
        problems.append(
            Problem(
                "evidence",
                "required",
                _("A finding stands on evidence, and there is none yet."),
                _("Write what you saw, where and how many."),
            )
        )
    if problems:
        raise AnswerInvalid(_("The line is not answered yet."), problems)


def _require_open(row: Audit, statuses: frozenset[AuditStatus]) -> None:
    if row.status not in statuses:
        raise ChecklistClosed(
            _(
                "The checklist of %(number)s is not open for this: the audit is at another stage.",
                number=row.number,
            )
        )


def is_known(session: Session, client_key: str) -> bool:
    """Tell whether an answer of this key has arrived before."""
    found = session.scalar(select(ChecklistAnswer.id).where(ChecklistAnswer.client_key == client_key))
    return found is not None


def _last_position(session: Session, audit_id: int) -> int:
    found = session.scalar(select(func.max(ChecklistLine.position)).where(ChecklistLine.audit_id == audit_id))
    return found or 0
