"""Create evidence packs.

Why: packs by clause and by period are made by a job; who asked and when stays listed.
Locks: none; it only adds a table.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040_packs"
down_revision = "0050_working_times"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "evidence_pack",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("scope", sa.JSON, nullable=False),
        sa.Column("first", sa.Date, nullable=True),
        sa.Column("last", sa.Date, nullable=True),
        sa.Column("asked_by_id", sa.Integer, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("record_ids", sa.JSON, nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.String(500), nullable=False),
        sa.Column("file_id", sa.Integer, nullable=True),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("manifest_sha256", sa.String(64), nullable=False),
        sa.Column("pack_sha256", sa.String(64), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_evidence_pack"),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name="fk_evidence_pack_asked_by_id_person"),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name="fk_evidence_pack_file_id_stored_file"),
    )
    op.create_index("ix_evidence_pack_asked_at", "evidence_pack", ["asked_at"])


def downgrade() -> None:
    """Remove the table; the trail keeps that packs were made."""
    op.drop_table("evidence_pack")
