"""The pack of the demo company's last half year against plain SQL over the same tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from app.foundation.db import db
from app.management_review.pack import PackScope, digest_of, frozen, sources

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo"), pytest.mark.usefixtures("demo")]
SINCE, UNTIL = datetime(2025, 9, 17, tzinfo=UTC), datetime(2026, 3, 18, tzinfo=UTC)
SPAN = {"since": "2025-09-17", "until": "2026-03-18"}
COUNTED = "r.is_imported = 0 AND r.status <> 'cancelled'"


@pytest.fixture
def pack() -> Mapping[str, Any]:
    scope = PackScope(SINCE, UNTIL, SINCE - (UNTIL - SINCE))
    return frozen(sources.inputs(db.session(), scope), scope, UNTIL)


def figure(pack: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = next(
        one for part in pack["inputs"] for one in part["figures"] if one["key"] == key
    )
    return found


def test_reported_nonconformities_agree(pack: Mapping[str, Any]) -> None:
    ids = db.session.scalars(
        text(
            "SELECT r.id FROM record r JOIN nonconformity n ON n.id = r.id"
            f" WHERE r.opened_at >= :since AND r.opened_at < :until AND {COUNTED} ORDER BY r.id"
        ),
        SPAN,
    ).all()

    shown = figure(pack, "nonconformities")

    assert len(ids) >= 5
    assert (shown["value"], shown["records"]) == (str(len(ids)), list(ids))


def test_capas_on_time_agree(pack: Mapping[str, Any]) -> None:
    due, on_time = db.session.execute(
        text(
            "SELECT count(*), sum(c.implemented_at <= r.original_due_at) FROM record r"
            " JOIN capa c ON c.id = r.id WHERE r.original_due_at >= :since AND r.original_due_at < :until"
            f" AND {COUNTED}"
        ),
        SPAN,
    ).one()

    shown = figure(pack, "capa_on_time")

    assert due > 0
    assert shown["value"] == f"{round(100 * (on_time or 0) / due, 1):g} %"
    assert len(shown["records"]) == due


def test_one_changed_figure_changes_the_digest(pack: Mapping[str, Any]) -> None:
    before = digest_of(pack)

    figure(pack, "nonconformities")["value"] = "0"  # type: ignore[index]  # what nobody should do

    assert digest_of(pack) != before
