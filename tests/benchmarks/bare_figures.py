"""The figures of the dashboards as bare SQL: each the least statements that count it by an index.

What figures share is asked once, as the pages do. How high a risk is indicated follows from a few small
tables; their rows are read, and what a program would reckon from them costs the floor nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta

from app.dashboard.views import BY_KEY, View

HERE = "r.is_imported = 0 AND r.status <> 'cancelled'"
WITHIN = "BETWEEN :since AND :until"
OPENED, DUE = f"r.opened_at {WITHIN}", f"r.original_due_at {WITHIN}"
OPEN = "r.closed_at IS NULL AND r.opened_at < :until"  # as if the past asked no more than the present
RISKS = f"FROM record r JOIN risk k ON k.id = r.id WHERE r.kind = 'risk' AND {OPEN} AND {HERE}"
REPORTED = f"FROM record r JOIN nonconformity n ON n.id = r.id WHERE r.kind = 'nonconformity' AND {HERE}"
FIGURES = {
    "capa_on_time": "SELECT count(*), sum(c.implemented_at <= r.original_due_at) FROM record r"
    f" JOIN capa c ON c.id = r.id WHERE r.kind = 'capa' AND {DUE} AND {HERE}",
    "capa_effective_at_once": "SELECT e.kind, count(DISTINCT e.subject_id) FROM quality_event e JOIN record r"
    " ON r.id = e.subject_id WHERE e.subject_kind = 'capa' AND e.occasion = 'cycle:1' AND e.occasion <> ''"
    f" AND e.occurred_at {WITHIN} AND {HERE} GROUP BY 1",
    "actions_overdue": "SELECT count(*), sum(r.due_at < :until) FROM record r WHERE r.kind = 'action'"
    f" AND {OPEN} AND {HERE}",
    "actions_on_time": "SELECT count(*), sum(r.closed_at <= r.original_due_at) FROM record r"
    f" WHERE r.kind = 'action' AND {DUE} AND {HERE}",
    "findings_overdue": "SELECT count(*), sum(r.due_at < :until) FROM record r WHERE r.kind = 'finding'"
    f" AND {OPEN} AND {HERE}",
    "findings_on_time": "SELECT count(*), sum(r.closed_at <= r.original_due_at) FROM record r"
    f" WHERE r.kind = 'finding' AND {DUE} AND {HERE}",
    "nonconformities": f"SELECT count(*) {REPORTED} AND {OPENED}",
    "nonconformities_grave": f"SELECT sum(r.severity >= 4) {REPORTED} AND {OPENED}",
    "nonconformities_recurrent": f"SELECT count(*), sum(n.is_recurrent) {REPORTED} AND {OPENED}"
    " AND n.triage_verdict = 'confirmed'",
    "contained_in_time": "SELECT count(*), sum(julianday(n.contained_at) - julianday(r.opened_at) <= 3)"
    f" {REPORTED} AND n.contained_at {WITHIN}",
}
OPEN_RISKS = f"SELECT r.id, r.site_id, r.process_id, k.score {RISKS}"
BASELINES = (
    "SELECT risk_id, max(assessed_at), likelihood, severity, site_id, process_id FROM risk_baseline"
    " WHERE assessed_at < :until GROUP BY 1"
)
INDICATED = (
    OPEN_RISKS,
    BASELINES,
    "SELECT risk_id, site_id, process_id, growth FROM exposure_sum",
    "SELECT risk_id, severity, last_occurred_at FROM exposure_peak",
    "SELECT risk_id, baseline_id, max(id), likelihood, severity FROM exposure_rise GROUP BY 1, 2",
    "SELECT category, site_id, appetite FROM risk_appetite ORDER BY id",
)
OF_RISKS = frozenset({"exposure", "above_appetite", "sites"})
MONTHS = (
    "SELECT key, month, rows, hits, total, figure FROM indicator_reading"
    " WHERE key IN ({keys}) AND site_id IS NULL AND month BETWEEN :since AND :until ORDER BY month"
)
CHARTS = {
    "audits": f"SELECT count(*), sum(r.closed_at <= r.original_due_at) FROM record r"
    f" WHERE r.kind = 'audit' AND {DUE} AND {HERE}",
    "failures": f"SELECT n.failure_mode_id, count(*) {REPORTED} AND {OPENED} GROUP BY 1",
    "heat": f"SELECT r.site_id, n.failure_mode_id, count(*) {REPORTED} AND {OPENED} GROUP BY 1, 2",
    "ages": "SELECT CAST((julianday(:until) - julianday(r.opened_at)) / 31 AS INTEGER), count(*)"
    f" FROM record r WHERE r.kind = 'capa' AND {OPEN} AND {HERE} GROUP BY 1",
}
OF_MONTHS = {"trend": "nonconformities", "exposure": "exposure", "audits": "audits_as_planned"}
YEAR = timedelta(days=365)


def bare_view(database: sqlite3.Connection, key: str, until: datetime) -> None:
    """Read every figure of a dashboard, now and for the time before, its months, and every chart."""
    view: View = BY_KEY[key]
    for statement, end in dict.fromkeys(_statements(view, until)):
        database.execute(statement, _span(end)).fetchall()


def _statements(view: View, until: datetime) -> Iterator[tuple[str, datetime]]:
    for name in view.figures:
        for end in (until, until - YEAR):
            yield from ((one, end) for one in (INDICATED if name in OF_RISKS else (FIGURES[name],)))
    for name in view.charts:
        yield from ((one, until) for one in INDICATED if name in OF_RISKS)
        yield from ((CHARTS[one], until) for one in (name,) if one in CHARTS)
    keys = [*view.figures, *(OF_MONTHS[name] for name in view.charts if name in OF_MONTHS)]
    yield MONTHS.format(keys=", ".join(f"'{one}'" for one in keys)), until


def _span(until: datetime) -> dict[str, str]:
    return {"since": f"{until - YEAR:%Y-%m-%d %H:%M:%S}", "until": f"{until:%Y-%m-%d %H:%M:%S}"}
