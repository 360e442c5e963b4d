"""Create chains: who approves what, in versions, and the approvals that run by them.

Why: the admin changes who approves what as data, without touching a diagram.
Locks: none; it only adds.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.foundation.db import UtcDateTime

revision = "1800_chains"
down_revision = "1700_process_map"
branch_labels = None
depends_on = None

TABLES = (
    "chain_policy",
    "chain_version",
    "approval",
    "approval_stage",
    "approval_group",
    "approval_seat",
    "approval_vote",
    "publication",
)


def upgrade() -> None:
    """Add the tables of chains, of approvals with their stages and votes, and of publications."""
    _create_chains()
    _create_approvals()
    _create_stages()
    _create_votes()
    _create_publication()


def downgrade() -> None:
    """Take the tables away, with what they say."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_chains() -> None:
    op.create_table(
        "chain_policy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("record_kind", sa.String(length=40), nullable=False),
        sa.Column("author_fields", sa.JSON(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_chain_policy_created_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain_policy")),
        sa.UniqueConstraint("key", name=op.f("uq_chain_policy_key")),
    )
    op.create_table(
        "chain_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("policy_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("edited_by_id", sa.Integer(), nullable=True),
        sa.Column("edited_at", UtcDateTime(), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.Column("published_at", UtcDateTime(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edited_by_id"], ["person.id"], name=op.f("fk_chain_version_edited_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["chain_policy.id"], name=op.f("fk_chain_version_policy_id_chain_policy")
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["person.id"], name=op.f("fk_chain_version_published_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain_version")),
        sa.UniqueConstraint("policy_id", "number", name=op.f("uq_chain_version_policy_id_number")),
    )
    op.create_index(
        "uq_chain_version_draft",
        "chain_version",
        ["policy_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('draft', 'proposed')"),
        postgresql_where=sa.text("state IN ('draft', 'proposed')"),
    )
    op.create_index(
        "uq_chain_version_in_force",
        "chain_version",
        ["policy_id"],
        unique=True,
        sqlite_where=sa.text("state = 'in_force'"),
        postgresql_where=sa.text("state = 'in_force'"),
    )


def _create_approvals() -> None:
    op.create_table(
        "approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=120), nullable=False),
        sa.Column("task_guid", sa.String(length=36), nullable=False),
        sa.Column("chain_version_id", sa.Integer(), nullable=False),
        sa.Column("policy_key", sa.String(length=40), nullable=False),
        sa.Column("rule", sa.Integer(), nullable=False),
        sa.Column("stages", sa.JSON(), nullable=False),
        sa.Column("record_kind", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("author_ids", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["chain_version_id"],
            ["chain_version.id"],
            name=op.f("fk_approval_chain_version_id_chain_version"),
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["process_instance.id"], name=op.f("fk_approval_instance_id_process_instance")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_approval_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
        sa.UniqueConstraint("instance_id", "task_guid", name=op.f("uq_approval_instance_id_task_guid")),
    )
    op.create_index("ix_approval_record", "approval", ["record_kind", "record_id"], unique=False)
    op.create_index(
        "ix_approval_running",
        "approval",
        ["chain_version_id"],
        unique=False,
        sqlite_where=sa.text("state = 'running'"),
        postgresql_where=sa.text("state = 'running'"),
    )


def _create_stages() -> None:
    op.create_table(
        "approval_stage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("approval_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("opening", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("has_veto", sa.Boolean(), nullable=False),
        sa.Column("on_no", sa.String(length=20), nullable=False),
        sa.Column("due", sa.String(length=20), nullable=False),
        sa.Column("policy", sa.String(length=40), nullable=False),
        sa.Column("lets_deputies_act", sa.Boolean(), nullable=False),
        sa.Column("is_independent", sa.Boolean(), nullable=False),
        sa.Column("guid", sa.String(length=36), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["approval_id"], ["approval.id"], name=op.f("fk_approval_stage_approval_id_approval")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_stage")),
        sa.UniqueConstraint(
            "approval_id", "place", "opening", name=op.f("uq_approval_stage_approval_id_place_opening")
        ),
    )
    op.create_index("ix_approval_stage_guid", "approval_stage", ["guid"], unique=False)
    op.create_table(
        "approval_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("way", sa.Integer(), nullable=False),
        sa.Column("quorum", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("needed", sa.Integer(), nullable=False),
        sa.Column("approvals", sa.Integer(), nullable=False),
        sa.Column("refusals", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["stage_id"], ["approval_stage.id"], name=op.f("fk_approval_group_stage_id_approval_stage")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_group")),
        sa.UniqueConstraint("stage_id", "place", name=op.f("uq_approval_group_stage_id_place")),
    )


def _create_votes() -> None:
    op.create_table(
        "approval_seat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.Column("slot", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(length=80), nullable=False),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_approval_seat_person_id_person")),
        sa.ForeignKeyConstraint(
            ["stage_id"], ["approval_stage.id"], name=op.f("fk_approval_seat_stage_id_approval_stage")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_seat")),
        sa.UniqueConstraint("stage_id", "slot", name=op.f("uq_approval_seat_stage_id_slot")),
    )
    op.create_index(
        "ix_approval_seat_asked",
        "approval_seat",
        ["person_id"],
        unique=False,
        sqlite_where=sa.text("state IN ('waiting', 'asked')"),
        postgresql_where=sa.text("state IN ('waiting', 'asked')"),
    )
    op.create_table(
        "approval_vote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("voted_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_approval_vote_actor_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_approval_vote_person_id_person")),
        sa.ForeignKeyConstraint(
            ["seat_id"], ["approval_seat.id"], name=op.f("fk_approval_vote_seat_id_approval_seat")
        ),
        sa.ForeignKeyConstraint(
            ["stage_id"], ["approval_stage.id"], name=op.f("fk_approval_vote_stage_id_approval_stage")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_vote")),
        sa.UniqueConstraint("seat_id", name=op.f("uq_approval_vote_seat_id")),
        sa.UniqueConstraint("stage_id", "actor_id", name=op.f("uq_approval_vote_stage_id_actor_id")),
    )


def _create_publication() -> None:
    op.create_table(
        "publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_kind", sa.String(length=20), nullable=False),
        sa.Column("subject_key", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("payload", sa.Text(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("version_number", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_publication_author_id_person")),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_publication_id_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
    )
