"""Create the tables of electronic signatures and the triggers that keep a signature as it was given.

Why: a signature that a slip in a query tool can change or move to another record is no evidence. A row is
taken only together with the entry of the trail that vouches for it.
Locks: none; it only adds.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.foundation.db import UtcDateTime

revision = "1900_signatures"
down_revision = "1800_chains"
branch_labels = None
depends_on = None

SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REFUSAL = "signatures are append-only"
# REPLACE deletes without the DELETE trigger unless recursive_triggers is on: guard the insert too.
MISFIT = """EXISTS (SELECT 1 FROM signature s WHERE s.id = NEW.id OR s.trail_seq = NEW.trail_seq)
OR NOT EXISTS (SELECT 1 FROM trail_entry e WHERE e.seq = NEW.trail_seq
  AND e.verb IN ('signature.given', 'signature.declined')
  AND e.subject_kind = NEW.subject_kind AND e.subject_id = NEW.subject_id)"""


def upgrade() -> None:
    _create_signatures()
    _create_challenges()
    op.create_table(
        "signing_pin",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("pin_hash", sa.String(200), nullable=False),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_signing_pin_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_signing_pin")),
    )
    statements = sqlite_triggers() if op.get_bind().dialect.name == "sqlite" else postgresql_triggers()
    for statement in statements:
        op.execute(statement)


def _create_signatures() -> None:
    op.create_table(
        "signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trail_seq", SEQUENCE, nullable=False),
        sa.Column("subject_kind", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.String(80), nullable=False),
        sa.Column("subject_label", sa.String(80), nullable=False),
        sa.Column("subject_version", sa.String(40), nullable=False),
        sa.Column("meaning", sa.String(20), nullable=False),
        sa.Column("about", sa.String(300), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("signer_id", sa.Integer(), nullable=False),
        sa.Column("printed_name", sa.String(200), nullable=False),
        sa.Column("on_behalf_of_id", sa.Integer(), nullable=True),
        sa.Column("on_behalf_of_name", sa.String(200), nullable=False),
        sa.Column("signed_at", UtcDateTime(), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("auth_method", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("record_sha256", sa.String(64), nullable=False),
        sa.Column("covered", sa.JSON(), nullable=False),
        sa.Column("covered_sha256", sa.String(64), nullable=False),
        sa.Column("form_sha256", sa.String(64), nullable=False),
        sa.Column("answers_sha256", sa.String(64), nullable=False),
        sa.Column("definition_version_id", sa.Integer(), nullable=True),
        sa.Column("definition_label", sa.String(120), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("challenge_digest", sa.String(64), nullable=True),
        sa.ForeignKeyConstraint(
            ["trail_seq"], ["trail_entry.seq"], name=op.f("fk_signature_trail_seq_trail_entry")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
        sa.UniqueConstraint("trail_seq", name=op.f("uq_signature_trail_seq")),
        sa.UniqueConstraint("challenge_digest", name=op.f("uq_signature_challenge_digest")),
    )
    op.create_index("ix_signature_subject", "signature", ["subject_kind", "subject_id", "id"])
    op.create_index("ix_signature_session_id", "signature", ["session_id"])


def _create_challenges() -> None:
    op.create_table(
        "signing_challenge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("subject_kind", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.String(80), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("meaning", sa.String(20), nullable=False),
        sa.Column("record_sha256", sa.String(64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_challenge")),
        sa.UniqueConstraint("digest", name=op.f("uq_signing_challenge_digest")),
    )
    op.create_index("ix_signing_challenge_expires_at", "signing_challenge", ["expires_at"])


def sqlite_triggers() -> list[str]:
    guards = (("INSERT", MISFIT), ("UPDATE", "1"), ("DELETE", "1"))
    return [
        f"CREATE TRIGGER signature_refuse_{deed.lower()} BEFORE {deed} ON signature "
        f"WHEN {condition} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        for deed, condition in guards
    ]


def postgresql_triggers() -> list[str]:
    refusal = f"RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'"
    return [
        f"CREATE FUNCTION signature_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {refusal}; END $$",
        (
            "CREATE FUNCTION signature_only_vouched() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {MISFIT} THEN {refusal}; END IF; RETURN NEW; END $$"
        ),
        _trigger("INSERT", "ROW", "signature_only_vouched"),
        _trigger("UPDATE", "ROW", "signature_refuse"),
        _trigger("DELETE", "ROW", "signature_refuse"),
        _trigger("TRUNCATE", "STATEMENT", "signature_refuse"),
    ]


def _trigger(deed: str, level: str, function: str) -> str:
    return (
        f"CREATE TRIGGER signature_refuse_{deed.lower()} BEFORE {deed} ON signature "
        f"FOR EACH {level} EXECUTE FUNCTION {function}()"
    )


def downgrade() -> None:
    for table in ("signing_pin", "signing_challenge", "signature"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for function in ("signature_only_vouched", "signature_refuse"):
            op.execute(f"DROP FUNCTION {function}()")
