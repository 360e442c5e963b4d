"""Let tasks be offered to several people, and stand inside called parts.

Why: one task of the engine is offered as several rows (slots), and a part is called by many diagrams, so a
row says inside which call it stands; the instance keeps what its calls began with and answered.
Locks: adds columns with a default; a short lock on each of the four tables.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

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


def downgrade() -> None:
    op.drop_index("uq_task_slot", table_name="task")
    for name in ("results", "calls"):
        op.drop_column("process_instance", name)
    for table in ("evaluation", "submission", "task"):
        op.drop_column(table, "call_id")
