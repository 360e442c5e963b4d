"""Extend the ledger: verdicts, places of baselines, versions of settings, running sums, and append-only.

Why: exposure is reckoned from ledger, baselines and settings alone, so none of them may change once written.
Events of imported history may be deleted, because an import can be taken back. The sums are shortcuts: their
rows are built by `keel exposure rebuild`, or with the next version of the settings.
Locks: quality_event and risk_baseline while existing rows get their day and place.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.foundation.db import UtcDateTime

revision = "1400_ledger"
down_revision = "1300_heartbeat"
branch_labels = None
depends_on = None

REFUSAL = "the ledger of quality events is append-only"
TABLES = (
    "quality_event",
    "quality_event_risk",
    "quality_event_verdict",
    "risk_baseline",
    "exposure_settings",
)
IS_HISTORY = {
    "quality_event": "OLD.is_history",
    "quality_event_risk": "(SELECT is_history FROM quality_event WHERE id = OLD.event_id)",
}


def upgrade() -> None:
    """Add columns and tables, fill in what rows know already, and refuse changes from here on."""
    _widen_events()
    _widen_baselines()
    _create_verdicts()
    _create_settings()
    _create_sums()
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _sqlite_triggers() if is_sqlite else _postgresql_triggers():
        op.execute(statement)


def _widen_events() -> None:
    for column in (
        sa.Column("supplier_id", sa.Integer(), nullable=True),
        sa.Column("occasion", sa.String(40), nullable=False, server_default=""),
        sa.Column("root_id", sa.Integer(), nullable=True),
        sa.Column("anchor_day", sa.Integer(), nullable=False, server_default="0"),
    ):
        op.add_column("quality_event", column)
    op.execute(f"UPDATE quality_event SET anchor_day = {_first_day()}")  # noqa: S608 - our own words
    op.execute(
        "WITH RECURSIVE chain(id, root) AS ("
        " SELECT id, id FROM quality_event WHERE corrects_id IS NULL"
        " UNION ALL SELECT e.id, c.root FROM quality_event e JOIN chain c ON e.corrects_id = c.id)"
        " UPDATE quality_event SET root_id = (SELECT root FROM chain WHERE chain.id = quality_event.id)"
        " WHERE corrects_id IS NOT NULL"
    )
    op.create_index("ix_quality_event_place", "quality_event", ["site_id", "process_id", "occurred_at"])
    op.create_index("ix_quality_event_root", "quality_event", ["root_id", "id"])


def _first_day() -> str:
    if op.get_bind().dialect.name == "sqlite":
        return "CAST(julianday(date(min(occurred_at, recorded_at))) - 2440587.5 AS INTEGER)"
    return "(least(occurred_at, recorded_at) AT TIME ZONE 'UTC')::date - DATE '1970-01-01'"


def _widen_baselines() -> None:
    for column in ("site_id", "process_id"):
        op.add_column("risk_baseline", sa.Column(column, sa.Integer(), nullable=True))
        op.execute(
            f"UPDATE risk_baseline SET {column} ="  # noqa: S608 - one of two words of ours
            f" (SELECT record.{column} FROM record WHERE record.id = risk_baseline.risk_id)"
        )
    op.create_index("ix_risk_baseline_place", "risk_baseline", ["site_id", "process_id", "risk_id"])


def _create_verdicts() -> None:
    op.create_table(
        "quality_event_verdict",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("closes_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["quality_event.id"], name=op.f("fk_quality_event_verdict_event_id_quality_event")
        ),
        sa.ForeignKeyConstraint(
            ["closes_id"], ["quality_event.id"], name=op.f("fk_quality_event_verdict_closes_id_quality_event")
        ),
        sa.PrimaryKeyConstraint("event_id", "closes_id", name=op.f("pk_quality_event_verdict")),
    )
    op.create_index("ix_quality_event_verdict_closes", "quality_event_verdict", ["closes_id", "event_id"])


def _create_settings() -> None:
    op.create_table(
        "exposure_settings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("valid_from", UtcDateTime(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_exposure_settings_decided_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exposure_settings")),
    )
    op.create_index("ix_exposure_settings_valid_from", "exposure_settings", ["valid_from", "id"])


def _create_sums() -> None:
    op.create_table(
        "exposure_sum",
        *(
            sa.Column(name, sa.Integer(), autoincrement=False, nullable=False)
            for name in ("risk_id", "site_id", "process_id")
        ),
        sa.Column("growth", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("risk_id", "site_id", "process_id", name=op.f("pk_exposure_sum")),
    )
    op.create_table(
        "exposure_peak",
        sa.Column("risk_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("severity", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_occurred_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("risk_id", "severity", name=op.f("pk_exposure_peak")),
    )


def _sqlite_triggers() -> list[str]:
    statements = []
    for table in TABLES:
        deletion = f"WHEN NOT {IS_HISTORY[table]}" if table in IS_HISTORY else ""
        for deed, condition in (("UPDATE", ""), ("DELETE", deletion)):
            statements.append(
                f"CREATE TRIGGER {table}_refuse_{deed.lower()} BEFORE {deed} ON {table} {condition} "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
    return statements


def _postgresql_triggers() -> list[str]:
    statements = [_function("ledger_refuse", "")]
    for table in TABLES:
        refuse = "ledger_refuse"
        if table in IS_HISTORY:
            refuse = f"{table}_only_history"
            statements.append(_function(refuse, IS_HISTORY[table]))
        statements += [
            _trigger(table, "UPDATE", "ROW", "ledger_refuse"),
            _trigger(table, "DELETE", "ROW", refuse),
            _trigger(table, "TRUNCATE", "STATEMENT", "ledger_refuse"),
        ]
    return statements


def _function(name: str, allowed: str) -> str:
    way_out = f"IF {allowed} THEN RETURN OLD; END IF; " if allowed else ""
    refusal = f"RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'"
    return f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {way_out}{refusal}; END $$"


def _trigger(table: str, deed: str, level: str, function: str) -> str:
    return (
        f"CREATE TRIGGER {table}_refuse_{deed.lower()} BEFORE {deed} ON {table} "
        f"FOR EACH {level} EXECUTE FUNCTION {function}()"
    )


def downgrade() -> None:
    """Take columns, tables and triggers away; what rows said beyond the first form is lost."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in TABLES:
        for deed in ("update", "delete") if is_sqlite else ("update", "delete", "truncate"):
            place = "" if is_sqlite else f" ON {table}"
            op.execute(f"DROP TRIGGER {table}_refuse_{deed}{place}")
    if not is_sqlite:
        for function in ("ledger_refuse", *(f"{table}_only_history" for table in IS_HISTORY)):
            op.execute(f"DROP FUNCTION {function}()")
    for table in ("exposure_peak", "exposure_sum", "exposure_settings", "quality_event_verdict"):
        op.drop_table(table)
    op.drop_index("ix_risk_baseline_place", "risk_baseline")
    for column in ("site_id", "process_id"):
        op.drop_column("risk_baseline", column)
    op.drop_index("ix_quality_event_place", "quality_event")
    op.drop_index("ix_quality_event_root", "quality_event")
    for column in ("supplier_id", "occasion", "root_id", "anchor_day"):
        op.drop_column("quality_event", column)
