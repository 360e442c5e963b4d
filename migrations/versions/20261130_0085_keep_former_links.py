"""Keep links that were taken away, with the time they held.

Why: a figure of a past day asks which risks a document controlled then. What was taken away before is read
from the trail; entries whose values were destroyed are passed over.
Locks: reads the entries of the trail about links once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

from app.foundation.db import UtcDateTime

revision = "0085_former_links"
down_revision = "0051_figure_indexes"
branch_labels = None
depends_on = None

LINKED, UNLINKED = "record.linked", "record.unlinked"
FORMER = sa.table(
    "former_link",
    sa.column("from_id", sa.Integer),
    sa.column("to_id", sa.Integer),
    sa.column("kind", sa.String),
    sa.column("created_at", UtcDateTime()),
    sa.column("ended_at", UtcDateTime()),
)
ENTRIES = sa.table(
    "trail_entry",
    sa.column("seq", sa.Integer),
    sa.column("at", UtcDateTime()),
    sa.column("verb", sa.String),
    sa.column("subject_id", sa.String),
    sa.column("before", sa.Text),
    sa.column("after", sa.Text),
)
RECORDS = sa.table("record", sa.column("id", sa.Integer), sa.column("number", sa.String))


def upgrade() -> None:
    """Add the table and fill it from the trail."""
    op.create_table(
        "former_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["from_id"], ["record.id"], name=op.f("fk_former_link_from_id_record")),
        sa.ForeignKeyConstraint(["to_id"], ["record.id"], name=op.f("fk_former_link_to_id_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_link")),
    )
    op.create_index("ix_former_link_kind", "former_link", ["kind", "ended_at"])
    rows = list(_ended_links(op.get_bind()))
    if rows:
        op.bulk_insert(FORMER, rows)


def downgrade() -> None:
    """Drop the table; the trail still says it."""
    op.drop_index("ix_former_link_kind", "former_link")
    op.drop_table("former_link")


def _ended_links(connection: sa.Connection) -> Iterator[Mapping[str, Any]]:
    """Yield a row for each link that was taken away and whose beginning the trail knows."""
    entries = connection.execute(
        sa.select(ENTRIES).where(ENTRIES.c.verb.in_((LINKED, UNLINKED))).order_by(ENTRIES.c.seq)
    ).all()
    numbers = {_told(one).get("to") for one in entries if one.verb == UNLINKED}
    ids = {
        row.number: row.id
        for row in connection.execute(sa.select(RECORDS).where(RECORDS.c.number.in_(numbers - {None})))
    }
    begun: dict[tuple[str, str | None, str | None], Any] = {}
    for one in entries:
        told = _told(one)
        key = (one.subject_id, told.get("to"), told.get("kind"))
        if one.verb == LINKED:
            begun[key] = one.at
        elif key in begun and told.get("to") in ids:
            yield {
                "from_id": int(one.subject_id),
                "to_id": ids[told["to"]],
                "kind": told["kind"],
                "created_at": begun.pop(key),
                "ended_at": one.at,
            }


def _told(entry: Any) -> Mapping[str, Any]:
    text = entry.after if entry.verb == LINKED else entry.before
    found = json.loads(text) if text else {}
    return found if isinstance(found, dict) else {}
