"""The registers of trainings and of proofs that ended: columns, filters and what their pages add."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.accounts.people import names_of
from app.foundation.dates import written_day
from app.foundation.i18n import gettext as _
from app.records.register import (
    Option,
    Register,
    RegisterColumn,
    RegisterCount,
    RegisterFilter,
    RegisterRow,
    Section,
    Stage,
)
from app.records.usual import usual_columns, usual_filters, usual_sorts
from app.training.models import Qualification, Skill, TrainingItem
from app.training.training_models import LapsedSkill, TrainingRecord
from app.training.trainings import LEARNING
from app.training.words import level_words
from app.web.addresses import address
from app.web.parts import Chip, Fact, TaskRow

_KEPT = ("number", "title", "site", "status", "owner", "due", "opened")
_KINDS = {
    "failed": "bad",
    "not_effective": "bad",
    "completed": "note",
    "effective": "ok",
    "waived": "warn",
    "stopped": "",
    "cancelled": "",
}
_FILTERS = ("site", "status", "owner", "due", "state")


def training_statuses() -> Mapping[str, str]:
    """Return where trainings stand, in the reader's words."""
    return {
        "assigned": _("To be learned"),
        "in_progress": _("To be assessed"),
        "failed": _("Not passed"),
        "completed": _("Learned, effect not judged yet"),
        "effective": _("Effective"),
        "not_effective": _("Not effective"),
        "waived": _("Waived"),
        "stopped": _("Not needed"),
        "cancelled": _("Cancelled"),
    }


def lapse_statuses() -> Mapping[str, str]:
    """Return what follows from proofs that ended, in the reader's words."""
    return {
        "open": _("To be decided"),
        "training_requested": _("Training requested"),
        "waived": _("Waived"),
        "other_work": _("Other work"),
        "renewed": _("Proven again"),
        "cancelled": _("Cancelled"),
    }


def source_words() -> Mapping[str, str]:
    """Return what asks for trainings, in the reader's words."""
    return {
        "hand": _("A person"),
        "capa": _("A corrective action"),
        "finding": _("An audit finding"),
        "document_change": _("A changed document"),
        "treatment": _("The treatment of a risk"),
        "gap": _("A gap in the matrix"),
        "expiry": _("A proof that ends"),
    }


def rows_to_learn(session: Session, person_id: int) -> Sequence[TaskRow]:
    """Return the trainings of a person that are under way as rows of work, the first due first."""
    found = session.scalars(
        select(TrainingRecord)
        .where(TrainingRecord.person_id == person_id, TrainingRecord.status.in_(LEARNING))
        .order_by(TrainingRecord.due_at, TrainingRecord.id)
    )
    return [
        TaskRow(
            title=row.title,
            url=address("training_record.page", record_id=row.id),
            icon="school",
            meta=(row.number, training_statuses()[row.status]),
            due=row.due_at,
        )
        for row in found
    ]


def _source_options(_session: Session, _actor: Actor) -> Sequence[Option]:
    return [Option(key, word) for key, word in source_words().items()]


def _chips(_session: Session, row: TrainingRecord) -> Sequence[Chip]:
    chips = [Chip(source_words().get(row.source, row.source), "line")]
    return [*chips, Chip(_("Attempt %(n)s", n=row.attempts), "warn")] if row.attempts > 1 else chips


def _facts(session: Session, row: TrainingRecord) -> Sequence[Fact]:
    names = names_of(session, [one for one in (row.person_id, row.assessor_id) if one])
    item = session.get(TrainingItem, row.item_id) if row.item_id else None
    found = [_person_fact(_("Who learns"), row.person_id, names)]
    if item is not None:
        found.append(Fact(_("Training item"), item.name))
    found += _skill_facts(session, row.skill_id, row.level)
    if row.assessor_id:
        found.append(Fact(_("Assessed by"), names.get(row.assessor_id, "")))
    if row.has_questions and row.answered_round < row.attempts and row.closed_at is None:
        found.append(
            Fact(_("Questions"), _("Open the questions"), url=address("exams.page", training_id=row.id)),
        )
    return found


def _person_fact(label: str, person_id: int | None, names: Mapping[int, str]) -> Fact:
    url = address("competence.person", person_id=person_id) if person_id else ""
    return Fact(label, names.get(person_id or 0, ""), url=url)


def _skill_facts(session: Session, skill_id: int | None, level: int | None) -> Sequence[Fact]:
    skill = session.get(Skill, skill_id) if skill_id else None
    if skill is None or not level:
        return ()
    return (Fact(_("Skill"), skill.name), Fact(_("Level"), f"{level} {level_words()[level]}"))


def _sections(session: Session, row: TrainingRecord) -> Sequence[Section]:
    proof = session.get(Qualification, row.proof_id) if row.proof_id else None
    until = written_day(proof.valid_until) if proof and proof.valid_until else _("for good")
    parts = (
        (_("Why"), row.reason),
        (_("What is to be done"), row.material),
        (_("How it was learned"), row.learned_note),
        (_("What the assessor saw"), row.assessment_note),
        (_("Questions"), _("%(score)s %% were right.", score=row.score) if row.score is not None else ""),
        (_("Proof in the matrix"), _("Valid until %(day)s", day=until) if proof else ""),
        (_("Effect at work"), row.evaluation_note),
        (_("What the manager said after the last attempt"), row.failure_note),
        (_("Waiver"), row.waiver_reason),
    )
    return [Section(title, text) for title, text in parts if text]


def _lapse_facts(session: Session, row: LapsedSkill) -> Sequence[Fact]:
    names = names_of(session, [row.person_id] if row.person_id else [])
    day = Fact(_("Valid until"), written_day(row.lapsed_on) if row.lapsed_on else "")
    return [
        _person_fact(_("Who"), row.person_id, names),
        *_skill_facts(session, row.skill_id, row.level),
        day,
    ]


def _lapse_sections(_session: Session, row: LapsedSkill) -> Sequence[Section]:
    parts = ((_("What the manager said"), row.lapse_note), (_("Waiver"), row.waiver_reason))
    return [Section(title, text) for title, text in parts if text]


def _training_columns() -> tuple[RegisterColumn, ...]:
    usual = usual_columns(lambda status: training_statuses().get(status, status))
    return tuple(_column(one) for one in usual if one.key in _KEPT)


def _column(one: RegisterColumn) -> RegisterColumn:
    if one.key == "owner":
        return replace(one, label=lambda: _("Manager"))
    return replace(one, value=_status_chip) if one.key == "status" else one


def _status_chip(row: RegisterRow) -> Chip:
    status: str = row.record.status
    return Chip(training_statuses().get(status, status), _KINDS.get(status, "accent"))


def _lapse_columns() -> tuple[RegisterColumn, ...]:
    usual = usual_columns(lambda status: lapse_statuses().get(status, status))
    return tuple(one for one in usual if one.key in _KEPT and one.key != "due")


TRAININGS = Register(
    kind="training_record",
    model=TrainingRecord,
    path="/trainings",
    title=lambda: _("Trainings"),
    singular=lambda: _("Training"),
    icon="school",
    columns=(
        *_training_columns(),
        RegisterColumn(
            "source",
            lambda: _("Asked for by"),
            lambda row: source_words().get(row.record.source, ""),
            on_phone=False,
            is_default=False,
        ),
    ),
    filters=(
        *(one for one in usual_filters(training_statuses) if one.key in _FILTERS),
        RegisterFilter(
            "source",
            lambda: _("Asked for by"),
            _source_options,
            lambda values, _now: TrainingRecord.source.in_(values),
        ),
    ),
    sorts=tuple(one for one in usual_sorts() if one.key != "severity"),
    counts=(
        RegisterCount(lambda: _("To be learned"), {"status": ("assigned",)}),
        RegisterCount(lambda: _("To be assessed"), {"status": ("in_progress",)}),
        RegisterCount(lambda: _("Not passed"), {"status": ("failed",)}, is_bad=True),
        RegisterCount(lambda: _("Effect to be judged"), {"status": ("completed",)}),
        RegisterCount(lambda: _("Not effective"), {"status": ("not_effective",), "state": ("all",)}),
    ),
    group=lambda: _("People"),
    statuses=training_statuses,
    start_key="training",
    start_label=lambda: _("Have somebody trained"),
    stages=(
        Stage(lambda: _("Assign"), ("training_wanted", "assign_training")),
        Stage(lambda: _("Learn"), ("do_training", "allow_attempts")),
        Stage(
            lambda: _("Assess"),
            (
                "prepare_assessment",
                "observe_skill",
                "answer_questions",
                "report_failure",
                "decide_after_failure",
                "decide_waiver",
            ),
        ),
        Stage(lambda: _("Show at work"), ("record_result", "evaluation_due")),
        Stage(lambda: _("Evaluate"), ("evaluate_training", "take_back")),
    ),
    chips=_chips,
    facts=_facts,
    sections=_sections,
)
LAPSES = Register(
    kind="lapsed_skill",
    model=LapsedSkill,
    path="/lapsed-skills",
    title=lambda: _("Proofs that ended"),
    singular=lambda: _("Proof that ended"),
    icon="certificate-off",
    columns=_lapse_columns(),
    filters=tuple(one for one in usual_filters(lapse_statuses) if one.key in {"site", "status", "state"}),
    sorts=tuple(one for one in usual_sorts() if one.key in {"opened", "number", "title"}),
    group=lambda: _("People"),
    statuses=lapse_statuses,
    facts=_lapse_facts,
    sections=_lapse_sections,
)
REGISTERS = (TRAININGS, LAPSES)
