"""Create trainings.

Why: what somebody has to learn is assigned, done, assessed and judged by its effect; a proof that ended asks
the manager what follows (7.2).
Locks: none on PostgreSQL; SQLite copies the table of attempts at questions.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.foundation.db import UtcDateTime

revision = "0020_trainings"
down_revision = "0040_packs"
branch_labels = None
depends_on = None

_WORDS = ("assessment", "evaluation", "follow_up", "failure_decision", "waiver_decision")
_TEXTS = (
    "reason",
    "material",
    "learned_note",
    "assessment_note",
    "evaluation_note",
    "failure_note",
    "waiver_reason",
)
_DAYS = ("due_on", "learned_on", "assessed_on", "waive_until")
TABLES = ("training_record", "lapsed_skill", "training_request", "training_request_person")


def upgrade() -> None:
    """Add the tables."""
    _create_training_record()
    _create_lapsed_skill()
    _create_training_request()
    _create_training_request_person()
    with op.batch_alter_table("quiz_attempt") as table:
        table.add_column(sa.Column("training_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_quiz_attempt_training_id_training_record"), "training_record", ["training_id"], ["id"]
        )
        table.create_index(op.f("ix_quiz_attempt_training_id"), ["training_id"])


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("quiz_attempt") as table:
        table.drop_index(op.f("ix_quiz_attempt_training_id"))
        table.drop_constraint(op.f("fk_quiz_attempt_training_id_training_record"), type_="foreignkey")
        table.drop_column("training_id")
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_training_record() -> None:
    op.create_table(
        "training_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("skill_id", sa.Integer(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("request_key", sa.String(length=200), nullable=True),
        sa.Column("manager_id", sa.Integer(), nullable=True),
        sa.Column("assessor_id", sa.Integer(), nullable=True),
        sa.Column("has_questions", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("attempts_left", sa.Integer(), nullable=False),
        sa.Column("answered_round", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("completed_at", UtcDateTime(), nullable=True),
        sa.Column("proof_id", sa.Integer(), nullable=True),
        sa.Column("evaluate_at", UtcDateTime(), nullable=True),
        sa.Column("evaluated_at", UtcDateTime(), nullable=True),
        *(sa.Column(name, sa.String(length=40), nullable=True) for name in _WORDS),
        *(sa.Column(name, sa.Text(), nullable=True) for name in _TEXTS),
        *(sa.Column(name, sa.Date(), nullable=True) for name in _DAYS),
        sa.CheckConstraint("level IS NULL OR level BETWEEN 1 AND 5", name=op.f("ck_training_record_level")),
        sa.ForeignKeyConstraint(
            ["assessor_id"], ["person.id"], name=op.f("fk_training_record_assessor_id_person")
        ),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_training_record_id_record")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["training_item.id"], name=op.f("fk_training_record_item_id_training_item")
        ),
        sa.ForeignKeyConstraint(
            ["manager_id"], ["person.id"], name=op.f("fk_training_record_manager_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_training_record_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["proof_id"], ["qualification.id"], name=op.f("fk_training_record_proof_id_qualification")
        ),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_training_record_skill_id_skill")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_record")),
    )
    op.create_index("ix_training_record_item_id", "training_record", ["item_id"], unique=False)
    op.create_index("ix_training_record_person", "training_record", ["person_id", "skill_id"], unique=False)
    op.create_index("ix_training_record_request_key", "training_record", ["request_key"], unique=False)


def _create_lapsed_skill() -> None:
    op.create_table(
        "lapsed_skill",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("manager_id", sa.Integer(), nullable=True),
        sa.Column("skill_id", sa.Integer(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("lapsed_on", sa.Date(), nullable=True),
        sa.Column("qualification_id", sa.Integer(), nullable=True),
        sa.Column("lapse_decision", sa.String(length=40), nullable=True),
        sa.Column("lapse_note", sa.Text(), nullable=True),
        sa.Column("waiver_decision", sa.String(length=40), nullable=True),
        sa.Column("waive_until", sa.Date(), nullable=True),
        sa.Column("waiver_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_lapsed_skill_id_record")),
        sa.ForeignKeyConstraint(
            ["manager_id"], ["person.id"], name=op.f("fk_lapsed_skill_manager_id_person")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_lapsed_skill_person_id_person")),
        sa.ForeignKeyConstraint(
            ["qualification_id"],
            ["qualification.id"],
            name=op.f("fk_lapsed_skill_qualification_id_qualification"),
        ),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_lapsed_skill_skill_id_skill")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lapsed_skill")),
    )
    op.create_index("ix_lapsed_skill_person", "lapsed_skill", ["person_id", "skill_id"], unique=False)


def _create_training_request() -> None:
    op.create_table(
        "training_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_key", sa.String(length=200), nullable=False),
        sa.Column("record_kind", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_training_request_record_id_record")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_request")),
        sa.UniqueConstraint("request_key", name=op.f("uq_training_request_request_key")),
    )
    op.create_index(
        "ix_training_request_record", "training_request", ["record_kind", "record_id"], unique=False
    )


def _create_training_request_person() -> None:
    op.create_table(
        "training_request_person",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("training_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_training_request_person_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["training_request.id"],
            name=op.f("fk_training_request_person_request_id_training_request"),
        ),
        sa.ForeignKeyConstraint(
            ["training_id"],
            ["training_record.id"],
            name=op.f("fk_training_request_person_training_id_training_record"),
        ),
        sa.PrimaryKeyConstraint("request_id", "person_id", name=op.f("pk_training_request_person")),
    )
    op.create_index(
        "ix_training_request_person_training",
        "training_request_person",
        ["training_id"],
        unique=False,
        sqlite_where=sa.text("training_id IS NOT NULL"),
        postgresql_where=sa.text("training_id IS NOT NULL"),
    )
