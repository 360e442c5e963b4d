"""Create talks.

Why: what was said to people together is kept with who confirmed to have been there (7.2, 7.3).
Locks: none; it only adds tables.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.foundation.db import UtcDateTime

revision = "0021_talks"
down_revision = "0030_risk_band"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "talk",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("trainer_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("skill_id", sa.Integer(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("level IS NULL OR level BETWEEN 1 AND 5", name=op.f("ck_talk_level")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["training_item.id"], name=op.f("fk_talk_item_id_training_item")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_talk_recorded_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["acknowledgement_request.id"],
            name=op.f("fk_talk_request_id_acknowledgement_request"),
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_talk_site_id_site")),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_talk_skill_id_skill")),
        sa.ForeignKeyConstraint(["trainer_id"], ["person.id"], name=op.f("fk_talk_trainer_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk")),
    )
    op.create_index("ix_talk_site_id", "talk", ["site_id"], unique=False)
    op.create_table(
        "talk_listener",
        sa.Column("talk_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("proof_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_talk_listener_person_id_person")),
        sa.ForeignKeyConstraint(
            ["proof_id"], ["qualification.id"], name=op.f("fk_talk_listener_proof_id_qualification")
        ),
        sa.ForeignKeyConstraint(["talk_id"], ["talk.id"], name=op.f("fk_talk_listener_talk_id_talk")),
        sa.PrimaryKeyConstraint("talk_id", "person_id", name=op.f("pk_talk_listener")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("talk_listener")
    op.drop_table("talk")
