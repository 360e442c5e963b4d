"""Create the tables of trail and the triggers that keep them append-only.

Why: a trail that the application, or a slip in a query tool, can change is no evidence. An owner of the
database can drop the triggers; the chain and its checkpoints then tell.
Locks: none; the tables are empty.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.foundation.db import UtcDateTime

revision = "0200_trail"
down_revision = "0100_foundation"
branch_labels = None
depends_on = None

SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CHAINED = (
    "seq",
    "chain_id",
    "at",
    "actor_id",
    "on_behalf_of_id",
    "request_id",
    "verb",
    "subject_kind",
    "subject_id",
    "before_digest",
    "after_digest",
    "words_digest",
    "previous_hash",
    "hash",
)
VALUES = ("label", "reason", "before", "after", "salt")
REFUSAL = "the trail is append-only"


def upgrade() -> None:
    _create_entries()
    head = op.create_table(
        "trail_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", SEQUENCE, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_trail_head_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trail_head")),
    )
    op.create_table(
        "trail_destruction",
        sa.Column("seq", SEQUENCE, autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["seq"], ["trail_entry.seq"], name=op.f("fk_trail_destruction_seq_trail_entry")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_trail_destruction")),
    )
    op.bulk_insert(head, [{"id": 1, "seq": 0, "hash": "0" * 64}])
    statements = sqlite_triggers() if op.get_bind().dialect.name == "sqlite" else postgresql_triggers()
    for statement in statements:
        op.execute(statement)


def _create_entries() -> None:
    op.create_table(
        "trail_entry",
        sa.Column("seq", SEQUENCE, autoincrement=False, nullable=False),
        sa.Column("chain_id", sa.String(64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("on_behalf_of_id", sa.Integer(), nullable=True),
        sa.Column("request_id", sa.String(64), nullable=True),
        sa.Column("verb", sa.String(80), nullable=False),
        sa.Column("subject_kind", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.String(80), nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("salt", sa.String(32), nullable=True),
        sa.Column("before_digest", sa.String(64), nullable=False),
        sa.Column("after_digest", sa.String(64), nullable=False),
        sa.Column("words_digest", sa.String(64), nullable=False),
        sa.Column("previous_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.CheckConstraint("seq > 0", name=op.f("ck_trail_entry_seq")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_trail_entry")),
    )
    op.create_index("ix_trail_entry_subject", "trail_entry", ["subject_kind", "subject_id", "seq"])


def destruction(same: str) -> str:
    """Return the condition under which an update only empties values that may be destroyed."""
    return " AND ".join(
        [
            "EXISTS (SELECT 1 FROM trail_destruction d WHERE d.seq = OLD.seq)",
            *(f'NEW."{name}" IS NULL' for name in VALUES),
            *(f'NEW."{name}" {same} OLD."{name}"' for name in CHAINED),
        ]
    )


def sqlite_triggers() -> list[str]:
    guards = (
        # REPLACE deletes without the DELETE trigger unless recursive_triggers is on: guard the insert too.
        ("trail_entry", "INSERT", "NEW.seq <= (SELECT seq FROM trail_head)"),
        ("trail_entry", "UPDATE", f"NOT ({destruction('IS')})"),
        ("trail_entry", "DELETE", "1"),
        ("trail_head", "INSERT", "EXISTS (SELECT 1 FROM trail_head)"),
        ("trail_head", "UPDATE", "NEW.id <> OLD.id OR NEW.seq <= OLD.seq"),
        ("trail_head", "DELETE", "1"),
        ("trail_destruction", "INSERT", "EXISTS (SELECT 1 FROM trail_destruction d WHERE d.seq = NEW.seq)"),
        ("trail_destruction", "UPDATE", "1"),
        ("trail_destruction", "DELETE", "1"),
    )
    return [
        f"CREATE TRIGGER {table}_refuse_{deed.lower()} BEFORE {deed} ON {table} "
        f"WHEN {condition} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        for table, deed, condition in guards
    ]


def postgresql_triggers() -> list[str]:
    bodies = {
        "trail_refuse": "",
        "trail_entry_only_destroy": destruction("IS NOT DISTINCT FROM"),
        "trail_head_only_forward": "NEW.id = OLD.id AND NEW.seq > OLD.seq",
    }
    updates = {
        "trail_entry": "trail_entry_only_destroy",
        "trail_head": "trail_head_only_forward",
        "trail_destruction": "trail_refuse",
    }
    return [
        *(_function(name, allowed) for name, allowed in bodies.items()),
        *(_trigger(table, "UPDATE", "ROW", function) for table, function in updates.items()),
        *(_trigger(table, "DELETE", "ROW", "trail_refuse") for table in updates),
        *(_trigger(table, "TRUNCATE", "STATEMENT", "trail_refuse") for table in updates),
    ]


def _function(name: str, allowed: str) -> str:
    way_out = f"IF {allowed} THEN RETURN NEW; END IF; " if allowed else ""
    refusal = f"RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'"
    return f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {way_out}{refusal}; END $$"


def _trigger(table: str, deed: str, level: str, function: str) -> str:
    return (
        f"CREATE TRIGGER {table}_refuse_{deed.lower()} BEFORE {deed} ON {table} "
        f"FOR EACH {level} EXECUTE FUNCTION {function}()"
    )


def downgrade() -> None:
    for table in ("trail_destruction", "trail_head", "trail_entry"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for function in ("trail_head_only_forward", "trail_entry_only_destroy", "trail_refuse"):
            op.execute(f"DROP FUNCTION {function}()")
