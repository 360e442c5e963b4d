"""Create the tables of approvals.

Why: the first tables of the package.
Locks: none; the tables are empty.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.foundation.db import UtcDateTime

revision = "0700_approvals"
down_revision = "0600_records"
branch_labels = None
depends_on = None


def upgrade() -> None:
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


def downgrade() -> None:
    op.drop_table("named_approver")
