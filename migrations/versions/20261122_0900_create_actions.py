"""Create the tables of actions.

Why: the first tables of the package.
Locks: none; the tables are empty.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0900_actions"
down_revision = "0800_quality_events"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_kind", sa.String(length=40), nullable=True),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("row_key", sa.String(length=40), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("action_type", sa.String(length=40), nullable=False),
        sa.Column("deliverable", sa.String(length=40), nullable=True),
        sa.Column("linked_cause", sa.Text(), nullable=True),
        sa.Column("action_owner_id", sa.Integer(), nullable=True),
        sa.Column("verifier_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done_text", sa.Text(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("verification", sa.String(length=40), nullable=True),
        sa.Column("verification_note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["action_owner_id"], ["person.id"], name=op.f("fk_action_action_owner_id_person")
        ),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_action_id_record")),
        sa.ForeignKeyConstraint(["source_id"], ["record.id"], name=op.f("fk_action_source_id_record")),
        sa.ForeignKeyConstraint(["verifier_id"], ["person.id"], name=op.f("fk_action_verifier_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action")),
    )
    op.create_index("ix_action_source", "action", ["source_kind", "source_id"], unique=False)
    op.create_table(
        "extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("new_due_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("earlier_count", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=40), nullable=True),
        sa.Column("decision_note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_extension_id_record")),
        sa.ForeignKeyConstraint(["subject_id"], ["record.id"], name=op.f("fk_extension_subject_id_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension")),
    )
    op.create_index(op.f("ix_extension_subject_id"), "extension", ["subject_id"], unique=False)


def downgrade() -> None:
    op.drop_table("extension")
    op.drop_table("action")
