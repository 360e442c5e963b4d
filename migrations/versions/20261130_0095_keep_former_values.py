"""Keep what values were before they changed, for figures of past days.

Why: an extension, another owner site or another appetite must not change the figure of yesterday. Days that
were moved before are read from the trail; entries whose values were destroyed are passed over. Of the rest
the figures are exact from here on, which is noted where records are older than this.
Locks: reads the entries of the trail about moved days once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from app.foundation.db import UtcDateTime

revision = "0095_former_values"
down_revision = "0090_index_recordings"
branch_labels = None
depends_on = None

MOVED = "record.due_moved"
FORMER = sa.table(
    "former_value",
    sa.column("what", sa.String),
    sa.column("row_id", sa.Integer),
    sa.column("moment", UtcDateTime()),
    sa.column("ended_at", UtcDateTime()),
)
START = sa.table("former_value_start", sa.column("begun_at", UtcDateTime()))
ENTRIES = sa.table(
    "trail_entry",
    sa.column("seq", sa.Integer),
    sa.column("at", UtcDateTime()),
    sa.column("verb", sa.String),
    sa.column("subject_id", sa.String),
    sa.column("before", sa.Text),
)
RECORDS = sa.table("record", sa.column("id", sa.Integer))


def upgrade() -> None:
    """Add the tables, fill in the days that were moved, and note from when on the rest is kept."""
    _create_tables()
    connection = op.get_bind()
    rows = list(_moved_days(connection))
    if rows:
        op.bulk_insert(FORMER, rows)
    if connection.scalar(sa.select(RECORDS.c.id).limit(1)) is not None:
        op.bulk_insert(START, [{"begun_at": datetime.now(UTC)}])


def downgrade() -> None:
    """Drop the tables; the trail still says what changed."""
    op.drop_table("former_value_start")
    op.drop_index("ix_former_value_row", "former_value")
    op.drop_index("ix_former_value_ended", "former_value")
    op.drop_table("former_value")


def _create_tables() -> None:
    op.create_table(
        "former_value",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=120), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("moment", UtcDateTime(), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("word", sa.String(length=400), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_value")),
    )
    op.create_index("ix_former_value_ended", "former_value", ["what", "ended_at", "row_id"])
    op.create_index("ix_former_value_row", "former_value", ["row_id", "what", "ended_at"])
    op.create_table(
        "former_value_start",
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("begun_at", name=op.f("pk_former_value_start")),
    )


def _moved_days(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    """Yield what a day was before each time it was moved, in the order in which that happened."""
    entries = connection.execute(sa.select(ENTRIES).where(ENTRIES.c.verb == MOVED).order_by(ENTRIES.c.seq))
    for one in entries:
        before = json.loads(one.before) if one.before else None
        if isinstance(before, dict) and "due_at" in before:
            day = before["due_at"]
            yield {
                "what": "record.due_at",
                "row_id": int(one.subject_id),
                "moment": datetime.fromisoformat(day) if day else None,
                "ended_at": one.at,
            }
