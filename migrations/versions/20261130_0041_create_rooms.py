"""Create audit rooms and mark guests.

Why: an external auditor sees a room for some days and nothing else, also after it closed.
Locks: `person` for the time it takes to add a column with a default; it is small.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041_rooms"
down_revision = "0021_talks"
branch_labels = None
depends_on = None

_LISTS = ("site_ids", "process_ids", "clauses", "kinds")


def upgrade() -> None:
    """Add the column and the table."""
    op.add_column("person", sa.Column("is_guest", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_table(
        "audit_room",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("guest_id", sa.Integer, nullable=False),
        sa.Column("organisation", sa.String(200), nullable=False),
        sa.Column("edition", sa.String(40), nullable=False),
        *(sa.Column(name, sa.JSON, nullable=False) for name in _LISTS),
        sa.Column("records_first", sa.Date, nullable=True),
        sa.Column("records_last", sa.Date, nullable=True),
        sa.Column("first", sa.Date, nullable=False),
        sa.Column("last", sa.Date, nullable=False),
        sa.Column("opened_by_id", sa.Integer, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Integer, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_audit_room"),
        sa.CheckConstraint('"last" >= "first"', name="ck_audit_room_span"),
        *(
            sa.ForeignKeyConstraint([name], ["person.id"], name=f"fk_audit_room_{name}_person")
            for name in ("guest_id", "opened_by_id", "closed_by_id")
        ),
    )
    op.create_index("ix_audit_room_guest", "audit_room", ["guest_id", "id"])


def downgrade() -> None:
    """Remove both; the trail keeps which rooms there were and what was looked at."""
    op.drop_table("audit_room")
    op.drop_column("person", "is_guest")
