"""Let tasks be offered to several people, and stand inside called parts.

Why: one task of the engine is offered as several rows (slots), and a part is called by many diagrams, so a
row says inside which call it stands; the instance keeps what its calls began with and answered.
Approval chains say who approves; one person named for a purpose is not asked for any longer.
Locks: adds columns with a default; a short lock on each of the four tables.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.foundation.db import UtcDateTime

revision = "2300_slots"
down_revision = "2200_start_drafts"
branch_labels = None
depends_on = None

_OF_SLOTS = sa.text("slot <> ''")


def upgrade() -> None:
    for table in ("task", "submission", "evaluation"):
        op.add_column(table, sa.Column("call_id", sa.String(length=120), nullable=False, server_default=""))
    for name in ("calls", "results"):
        op.add_column("process_instance", sa.Column(name, sa.JSON(), nullable=False, server_default="{}"))
    op.create_index(
        "uq_task_slot",
        "task",
        ["guid", "slot"],
        unique=True,
        sqlite_where=_OF_SLOTS,
        postgresql_where=_OF_SLOTS,
    )
    op.drop_table("named_approver")


def downgrade() -> None:
    _create_named_approver()
    op.drop_index("uq_task_slot", table_name="task")
    for name in ("results", "calls"):
        op.drop_column("process_instance", name)
    for table in ("evaluation", "submission", "task"):
        op.drop_column(table, "call_id")


def _create_named_approver() -> None:
    op.create_table(
        "named_approver",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("named_by_id", sa.Integer(), nullable=True),
        sa.Column("named_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["named_by_id"], ["person.id"], name=op.f("fk_named_approver_named_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_named_approver_person_id_person")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_named_approver_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_named_approver")),
    )
    op.create_index(
        "uq_named_approver_everywhere",
        "named_approver",
        ["purpose"],
        unique=True,
        sqlite_where=sa.text("site_id IS NULL"),
        postgresql_where=sa.text("site_id IS NULL"),
    )
    op.create_index("uq_named_approver_purpose_site", "named_approver", ["purpose", "site_id"], unique=True)
