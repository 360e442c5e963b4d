"""Create the tables of acknowledgement, competence and training.

Why: the first tables of the package training (clauses 7.2 and 7.3).
Locks: none; the tables are empty.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.foundation.db import UtcDateTime

revision = "2100_training"
down_revision = "2000_documents"
branch_labels = None
depends_on = None

TABLES = (
    "skill",
    "acknowledgement_request",
    "quiz",
    "training_item",
    "acknowledgement",
    "acknowledgement_audience",
    "competence_requirement",
    "failed_reading",
    "qualification",
    "quiz_attempt",
)


def upgrade() -> None:
    _create_skill()
    _create_acknowledgement_request()
    _create_quiz()
    _create_training_item()
    _create_acknowledgement()
    _create_acknowledgement_audience()
    _create_competence_requirement()
    _create_failed_reading()
    _create_qualification()
    _create_quiz_attempt()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_skill() -> None:
    op.create_table(
        "skill",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skill")),
    )


def _create_acknowledgement_request() -> None:
    op.create_table(
        "acknowledgement_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision_key", sa.String(length=200), nullable=False),
        sa.Column("content_kind", sa.String(length=40), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("due_days", sa.Integer(), nullable=False),
        sa.Column("needs_training", sa.Boolean(), nullable=False),
        sa.Column("requested_by_id", sa.Integer(), nullable=True),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("reached_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["person.id"], name=op.f("fk_acknowledgement_request_requested_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_acknowledgement_request_site_id_site")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acknowledgement_request")),
        sa.UniqueConstraint("revision_key", name=op.f("uq_acknowledgement_request_revision_key")),
    )
    op.create_index(
        "ix_acknowledgement_request_subject",
        "acknowledgement_request",
        ["content_kind", "subject_id"],
        unique=False,
    )


def _create_quiz() -> None:
    op.create_table(
        "quiz",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_key", sa.String(length=200), nullable=False),
        sa.Column("pass_score", sa.Integer(), nullable=True),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "pass_score IS NULL OR pass_score BETWEEN 1 AND 100", name=op.f("ck_quiz_pass_score")
        ),
        sa.ForeignKeyConstraint(["changed_by_id"], ["person.id"], name=op.f("fk_quiz_changed_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz")),
        sa.UniqueConstraint("subject_kind", "subject_key", name=op.f("uq_quiz_subject_kind_subject_key")),
    )


def _create_training_item() -> None:
    op.create_table(
        "training_item",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("material", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("skill_id", sa.Integer(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("validity_months", sa.Integer(), nullable=True),
        sa.Column("pass_score", sa.Integer(), nullable=True),
        sa.Column("trainer_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("level IS NULL OR level BETWEEN 1 AND 5", name=op.f("ck_training_item_level")),
        sa.CheckConstraint(
            "pass_score IS NULL OR pass_score BETWEEN 1 AND 100", name=op.f("ck_training_item_pass_score")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_training_item_file_id_stored_file")
        ),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_training_item_skill_id_skill")),
        sa.ForeignKeyConstraint(
            ["trainer_id"], ["person.id"], name=op.f("fk_training_item_trainer_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_item")),
    )
    op.create_index(op.f("ix_training_item_skill_id"), "training_item", ["skill_id"], unique=False)


def _create_acknowledgement() -> None:
    op.create_table(
        "acknowledgement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("nudges", sa.Integer(), nullable=False),
        sa.Column("nudge_at", UtcDateTime(), nullable=True),
        sa.Column("read_at", UtcDateTime(), nullable=True),
        sa.Column("is_understood", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("more_attempts", sa.Integer(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_acknowledgement_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["acknowledgement_request.id"],
            name=op.f("fk_acknowledgement_request_id_acknowledgement_request"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acknowledgement")),
        sa.UniqueConstraint("request_id", "person_id", name=op.f("uq_acknowledgement_request_id_person_id")),
    )
    op.create_index(
        "ix_acknowledgement_mine",
        "acknowledgement",
        ["person_id", "due_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_acknowledgement_nudge",
        "acknowledgement",
        ["nudge_at"],
        unique=False,
        sqlite_where=sa.text("state = 'open' AND nudge_at IS NOT NULL"),
        postgresql_where=sa.text("state = 'open' AND nudge_at IS NOT NULL"),
    )


def _create_acknowledgement_audience() -> None:
    op.create_table(
        "acknowledgement_audience",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["acknowledgement_request.id"],
            name=op.f("fk_acknowledgement_audience_request_id_acknowledgement_request"),
        ),
        sa.PrimaryKeyConstraint("request_id", "role", name=op.f("pk_acknowledgement_audience")),
    )


def _create_competence_requirement() -> None:
    op.create_table(
        "competence_requirement",
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("process_id", sa.Integer(), nullable=True),
        sa.Column("is_control", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name=op.f("ck_competence_requirement_level")),
        sa.ForeignKeyConstraint(
            ["process_id"],
            ["business_process.id"],
            name=op.f("fk_competence_requirement_process_id_business_process"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_competence_requirement_site_id_site")
        ),
        sa.ForeignKeyConstraint(
            ["skill_id"], ["skill.id"], name=op.f("fk_competence_requirement_skill_id_skill")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competence_requirement")),
    )
    op.create_index(
        "ix_competence_requirement_role", "competence_requirement", ["role", "skill_id"], unique=False
    )
    op.create_index(
        op.f("ix_competence_requirement_skill_id"), "competence_requirement", ["skill_id"], unique=False
    )


def _create_failed_reading() -> None:
    op.create_table(
        "failed_reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("acknowledgement_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("manager_id", sa.Integer(), nullable=True),
        sa.Column("reading_decision", sa.String(length=40), nullable=True),
        sa.Column("reading_note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["acknowledgement_id"],
            ["acknowledgement.id"],
            name=op.f("fk_failed_reading_acknowledgement_id_acknowledgement"),
        ),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_failed_reading_id_record")),
        sa.ForeignKeyConstraint(
            ["manager_id"], ["person.id"], name=op.f("fk_failed_reading_manager_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_failed_reading_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failed_reading")),
    )
    op.create_index(
        op.f("ix_failed_reading_acknowledgement_id"), "failed_reading", ["acknowledgement_id"], unique=False
    )


def _create_qualification() -> None:
    op.create_table(
        "qualification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("is_waiver", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("told_days", sa.Integer(), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("withdrawn_because", sa.Text(), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name=op.f("ck_qualification_level")),
        sa.CheckConstraint(
            "valid_until IS NOT NULL OR NOT is_waiver", name=op.f("ck_qualification_waiver_ends")
        ),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from", name=op.f("ck_qualification_span")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_qualification_file_id_stored_file")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_qualification_person_id_person")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_qualification_recorded_by_id_person")
        ),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_qualification_skill_id_skill")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_qualification")),
    )
    op.create_index(
        "ix_qualification_person", "qualification", ["person_id", "skill_id", "level"], unique=False
    )
    op.create_index(op.f("ix_qualification_skill_id"), "qualification", ["skill_id"], unique=False)
    op.create_index(
        "ix_qualification_until",
        "qualification",
        ["valid_until", "id"],
        unique=False,
        sqlite_where=sa.text("withdrawn_at IS NULL AND valid_until IS NOT NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL AND valid_until IS NOT NULL"),
    )


def _create_quiz_attempt() -> None:
    op.create_table(
        "quiz_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("acknowledgement_id", sa.Integer(), nullable=True),
        sa.Column("form_token", sa.String(length=64), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("is_passed", sa.Boolean(), nullable=False),
        sa.Column("attempted_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["acknowledgement_id"],
            ["acknowledgement.id"],
            name=op.f("fk_quiz_attempt_acknowledgement_id_acknowledgement"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_quiz_attempt_person_id_person")),
        sa.ForeignKeyConstraint(["quiz_id"], ["quiz.id"], name=op.f("fk_quiz_attempt_quiz_id_quiz")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_attempt")),
        sa.UniqueConstraint("form_token", name=op.f("uq_quiz_attempt_form_token")),
    )
    op.create_index(
        op.f("ix_quiz_attempt_acknowledgement_id"), "quiz_attempt", ["acknowledgement_id"], unique=False
    )
    op.create_index("ix_quiz_attempt_person", "quiz_attempt", ["person_id", "quiz_id", "id"], unique=False)
