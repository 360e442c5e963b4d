"""Index what figures look for: openings, first due days, closings, and when a nonconformity was contained.

Why: a dashboard counts what was due, closed, contained or judged in a period; without these each figure reads
every record of its kind, or every quality event of the time.
Locks: reads records, nonconformities and the ledger once, a second for each hundred thousand.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0051_figure_indexes"
down_revision = "0061_audit_risks"
branch_labels = None
depends_on = None

_INDEXES = (
    (
        "ix_record_figures",
        "record",
        ["kind", "opened_at", "status", "is_imported", "severity", "site_id", "process_id"],
    ),
    ("ix_record_kind_first_due", "record", ["kind", "original_due_at"]),
    ("ix_record_closed", "record", ["closed_at", "kind"]),
    ("ix_nonconformity_contained", "nonconformity", ["contained_at"]),
)
_OCCASION = "ix_quality_event_occasion"


def upgrade() -> None:
    """Add the indexes."""
    for name, table, columns in _INDEXES:
        op.create_index(name, table, columns)
    op.create_index(
        _OCCASION,
        "quality_event",
        ["occasion", "occurred_at"],
        sqlite_where=sa.text("occasion <> ''"),
        postgresql_where=sa.text("occasion <> ''"),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_index(_OCCASION, "quality_event")
    for name, table, _columns in _INDEXES:
        op.drop_index(name, table)
